#include "checks.h"

#include <decapod/base/counted.h>
#include <decapod/base/reflect.h>
#include <decapod/contract/subsystem.h>
#include <decapod/lookup/recorded.h>

#include <unordered_map>

#include "confirmation.h"

namespace decapod::knowledge {
namespace {

using contract::Context;

void found(GateReport& report, std::string_view code, std::string message, std::string_view id) {
  add_finding(report, {std::string(code), std::move(message), id.empty() ? std::string() : store::entry_key(id),
                       "keep a copy of the store and report this as a bug"});
}

std::vector<store::Entry> all_entries(Context& context) {
  static std::string const sql =
      "SELECT" + std::string(store::kEntryColumns) + "FROM knowledge_entry e ORDER BY e.number";
  std::vector<store::Entry> entries;
  auto rows = context.store().query(sql);
  while (rows.next()) entries.push_back(store::row_to_entry(rows));
  return entries;
}

constexpr std::string_view kProvenanceCodes[] = {"KNOWLEDGE_PROVENANCE_MISSING", "KNOWLEDGE_PROVENANCE_WRONG"};

bool is_sound(store::Kept const& kept) {
  auto const parsed = parse_source(as_text(kept.source));
  if (!parsed || *parsed != kept.source) return false;
  bool const is_file = kept.source.kind == SourceKind::file;
  return is_file == kept.sha256.has_value() && (!is_file || check_path(kept.source.value));
}

void provenance(Context& context, GateReport& report) {
  for (auto const& entry : all_entries(context)) {
    auto const kept = store::sources(context.store(), entry.number);
    if (kept.empty()) found(report, kProvenanceCodes[0], entry.id + " rests on nothing", entry.id);
    for (auto const& one : kept) {
      if (is_sound(one)) continue;
      found(report, kProvenanceCodes[1],
            entry.id + " rests on '" + as_text(one.source) + "', which is no source that could have been given",
            entry.id);
    }
  }
  auto rows = context.store().query(
      "SELECT number, entry FROM knowledge_source WHERE entry NOT IN (SELECT number FROM knowledge_entry)");
  while (rows.next()) {
    found(report, kProvenanceCodes[1],
          "source " + rows.text(0) + " belongs to entry number " + rows.text(1) + ", which does not exist", "");
  }
}

constexpr std::string_view kSupersessionCodes[] = {"KNOWLEDGE_SUPERSESSION_CIRCLE", "KNOWLEDGE_SUPERSESSION_BROKEN"};

// Each entry has one successor at most, so a walk that comes upon a number of its own walk has found a circle, and one
// that comes upon an older walk's need not go on.
void supersession(Context& context, GateReport& report) {
  auto const entries = all_entries(context);
  std::unordered_map<std::int64_t, store::Entry const*> by_number;
  for (auto const& entry : entries) by_number.emplace(entry.number, &entry);
  std::unordered_map<std::int64_t, std::int64_t> walked_by;
  for (auto const& entry : entries) {
    if (entry.successor && !by_number.contains(*entry.successor))
      found(report, kSupersessionCodes[1], entry.id + " is superseded by an entry that does not exist", entry.id);
    if (entry.successor.has_value() != entry.superseded.has_value())
      found(report, kSupersessionCodes[1], entry.id + " does not say who superseded it, or by what", entry.id);
    for (auto const* at = &entry;;) {
      auto const [mark, is_new] = walked_by.emplace(at->number, entry.number);
      if (!is_new) {
        if (mark->second == entry.number)
          found(report, kSupersessionCodes[0], at->id + " supersedes itself by a detour", at->id);
        break;
      }
      auto const next = at->successor ? by_number.find(*at->successor) : by_number.end();
      if (next == by_number.end()) break;
      at = next->second;
    }
  }
}

constexpr std::string_view kSearchCodes[] = {"KNOWLEDGE_SEARCH_INCOMPLETE", "KNOWLEDGE_SEARCH_STALE"};

void search_index(Context& context, GateReport& report) {
  {
    auto rows = context.store().query(
        "SELECT (SELECT count(*) FROM knowledge_entry), (SELECT count(*) FROM knowledge_search_docsize)");
    rows.next();
    if (rows.integer(0) != rows.integer(1)) {
      found(report, kSearchCodes[0],
            "search knows " + counted(rows.integer(1), "text") + " of " + std::to_string(rows.integer(0)), "");
    }
  }
  auto rows = context.store().query(
      "SELECT e.id FROM knowledge_entry e LEFT JOIN knowledge_search s ON s.rowid = e.number"
      " LEFT JOIN knowledge_body b ON b.entry = e.number WHERE s.title IS NOT e.title OR s.body IS NOT b.body OR"
      " s.sources IS NOT (SELECT group_concat(value, char(10)) FROM"
      " (SELECT value FROM knowledge_source WHERE entry = e.number ORDER BY number)) ORDER BY e.number");
  while (rows.next()) found(report, kSearchCodes[1], rows.text(0) + " is not what search knows of it", rows.view(0));
}

constexpr std::string_view kDigestCodes[] = {"KNOWLEDGE_DIGEST_WRONG", "KNOWLEDGE_ENTRY_UNRECORDED"};

void digests(Context& context, GateReport& report) {
  for (auto const& entry : all_entries(context)) {
    if (digest_of_stored(context.store(), entry) != entry.digest)
      found(report, kDigestCodes[0], "what " + entry.id + " says is not what its digest was made of", entry.id);
    if (!contract::last_commit_of(context, digest_key(entry.id, hex(entry.digest))))
      found(report, kDigestCodes[1], "no mutation added " + entry.id + " with the digest that it has", entry.id);
  }
}

constexpr std::string_view kPromotionCodes[] = {"KNOWLEDGE_PROMOTION_UNCONFIRMED"};

void promotions(Context& context, GateReport& report) {
  for (auto const& entry : all_entries(context)) {
    if (!entry.promotion) continue;
    auto const confirmed = confirm_promotion(context, entry);
    if (!confirmed) found(report, kPromotionCodes[0], confirmed.error().message, entry.id);
  }
}

constexpr std::string_view kValueCodes[] = {"KNOWLEDGE_VALUE_UNKNOWN"};

void values(Context& context, GateReport& report) {
  auto const judge = [&](std::string_view sql, std::string_view what, auto const& is_known) {
    auto rows = context.store().query(sql);
    while (rows.next()) {
      if (!is_known(rows.view(0)))
        found(report, kValueCodes[0], "'" + rows.text(0) + "' is no kind of " + std::string(what), "");
    }
  };
  judge("SELECT DISTINCT kind FROM knowledge_entry ORDER BY 1", "knowledge",
        [](std::string_view text) { return from_text<EntryKind>(text).has_value(); });
  judge("SELECT DISTINCT kind FROM knowledge_source ORDER BY 1", "provenance",
        [](std::string_view text) { return from_text<SourceKind>(text).has_value(); });
}

constexpr std::string_view kRecordedCodes[] = {"KNOWLEDGE_ENTRY_LOST", "KNOWLEDGE_COUNTER_WRONG"};

// No verb removes an entry. A counter below what it has given out gives it out again.
void recorded(Context& context, GateReport& report) {
  for (auto const& [id, sequence] : lookup::lost_records(context.store(), store::kEntries)) {
    found(report, kRecordedCodes[0], "mutation " + std::to_string(sequence) + " names " + id + ", which is gone", id);
  }
  auto rows = context.store().query(
      "SELECT coalesce((SELECT value FROM knowledge_counter WHERE name = 'id'), -1),"
      " (SELECT count(*) FROM knowledge_entry)");
  rows.next();
  if (rows.integer(0) >= rows.integer(1)) return;
  found(report, kRecordedCodes[1],
        "the counter of ids stands at " + std::to_string(rows.integer(0)) + ", and the table holds " +
            counted(rows.integer(1), "entry", "entries"),
        "");
}

constexpr contract::Gate kGates[] = {
    {"knowledge.provenance", "every entry rests on something, and every source is one that can be given",
     kProvenanceCodes, &provenance},
    {"knowledge.supersession", "no entry supersedes itself by any detour, and every successor exists",
     kSupersessionCodes, &supersession},
    {"knowledge.search", "search knows every entry as it is", kSearchCodes, &search_index},
    {"knowledge.digests", "every entry says what it said when it was added, by the trail of mutations", kDigestCodes,
     &digests},
    {"knowledge.promotions", "every procedural entry was promoted by the commit that it names", kPromotionCodes,
     &promotions},
    {"knowledge.values", "every kind of knowledge and of provenance is one that there is", kValueCodes, &values},
    {"knowledge.recorded", "every entry that the trail of mutations names exists", kRecordedCodes, &recorded},
};

}  // namespace

std::span<contract::Gate const> gates() {
  return kGates;
}

}  // namespace decapod::knowledge
