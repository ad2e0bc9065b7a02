// The gates over capsules. What only the repository can tell is for `capsule verify`.

#include "checks.h"

#include "store.h"

#include <decapod/capsule_record/canonical.h>
#include <decapod/capsule_record/check.h>
#include <decapod/contract/subsystem.h>

#include <functional>

namespace decapod::capsule {
namespace {

using contract::Context;
using store::Row;

constexpr std::string_view kEvidence = "keep a copy of the state directory as evidence";
constexpr std::int64_t kAtOnce = 50;
constexpr std::string_view kHashKey = "key:capsule/hash/";

void find(GateReport& report, std::string_view code, Row const& row, std::string message) {
  add_finding(report, {.code = std::string(code),
                       .message = std::move(message),
                       .where = "capsule/capsule/" + row.brief.id,
                       .hint = std::string(kEvidence)});
}

void for_each(Context& context, std::function<void(Row const&)> const& look) {
  std::int64_t last = 0;
  while (true) {
    auto const rows = store::after(context.store(), last, kAtOnce);
    if (rows.empty()) return;
    for (auto const& row : rows) look(row);
    last = rows.back().number;
  }
}

void hashes(Context& context, GateReport& report) {
  for_each(context, [&](Row const& row) {
    auto const computed = hash_of(row.document);
    if (computed != row.hash) {
      find(report, "CAPSULE_HASH_WRONG", row, "the hash of its bytes is " + hex(computed) + ", not " + hex(row.hash));
    } else if (row.brief.id != id_of(row.hash)) {
      find(report, "CAPSULE_HASH_WRONG", row, "its hash makes the id " + id_of(row.hash));
    }
    auto const capsule = parse(row.document);
    auto const sound = capsule ? check(*capsule) : Result<void>(capsule.error());
    if (!sound) find(report, "CAPSULE_UNREADABLE", row, sound.error().message);
  });
}

void hold(GateReport& report, Row const& row, std::string_view column, std::string_view stored, std::string_view is) {
  if (stored == is) return;
  find(report, "CAPSULE_COLUMN_WRONG", row,
       "its " + std::string(column) + " is '" + std::string(is) + "', and the column says '" + std::string(stored) +
           '\'');
}

void hold_columns(GateReport& report, Row const& row, Capsule const& capsule) {
  auto const& brief = row.brief;
  hold(report, row, "topic", brief.topic, capsule.topic);
  hold(report, row, "scope", brief.scope, capsule.scope);
  hold(report, row, "task", brief.task, capsule.task);
  hold(report, row, "workunit", brief.workunit.value_or(""), capsule.workunit.value_or(""));
  hold(report, row, "tier", to_text(brief.tier), to_text(capsule.tier));
  hold(report, row, "policy", brief.policy, capsule.policy);
  hold(report, row, "commit", brief.commit, capsule.revision.commit);
  hold(report, row, "number of excerpts", std::to_string(brief.excerpts), std::to_string(capsule.excerpts.size()));
}

bool is_recorded(storage::Database& database, Row const& row) {
  auto rows = database.query("SELECT 1 FROM audit_index WHERE term = ? LIMIT 1", std::string(kHashKey) + hex(row.hash));
  return rows.next();
}

void hold_task(Context& context, GateReport& report, Row const& row) {
  auto const facts = contract::work_facts(context, row.brief.task);
  if (facts && facts->id == row.brief.task) return;
  find(report, "CAPSULE_TASK_GONE", row, "there is no task " + row.brief.task);
}

// A capsule does not say who has made it, and when; the record of the request that did says it.
void hold_issue(Context& context, GateReport& report, Row const& row) {
  auto const commit = contract::last_commit_of(context, "capsule/capsule/" + row.brief.id);
  if (!commit) return;
  hold(report, row, "issued_by", row.brief.issued_by, commit->actor);
  hold(report, row, "issued_at", to_string(row.brief.issued_at), to_string(commit->at));
}

// What the trail says was issued, and is not there.
void find_lost(Context& context, GateReport& report) {
  std::vector<std::string> lost;
  {
    // Every hash in the trail begins with a digit below 'g'.
    auto rows = context.store().query(
        "SELECT DISTINCT substr(term, ?3) FROM audit_index WHERE term >= ?1 AND term < ?2"
        " EXCEPT SELECT lower(hex(hash)) FROM capsule_capsule",
        kHashKey, std::string(kHashKey) + 'g', static_cast<std::int64_t>(kHashKey.size()) + 1);
    while (rows.next()) lost.push_back(rows.text(0));
  }
  for (auto const& hash : lost) {
    add_finding(report, {.code = "CAPSULE_GONE",
                         .message = "the trail says that it was issued, and it is not in the store",
                         .where = "capsule/hash/" + hash,
                         .hint = std::string(kEvidence)});
  }
}

void bindings(Context& context, GateReport& report) {
  for_each(context, [&](Row const& row) {
    // One that cannot be read is the other gate's.
    if (auto const capsule = parse(row.document)) hold_columns(report, row, *capsule);
    hold_task(context, report, row);
    hold_issue(context, report, row);
    if (!is_recorded(context.store(), row)) {
      find(report, "CAPSULE_UNRECORDED", row, "no record of the trail says that it was issued");
    }
  });
  find_lost(context, report);
}

constexpr std::string_view kHashCodes[] = {"CAPSULE_HASH_WRONG", "CAPSULE_UNREADABLE"};
constexpr std::string_view kBindingCodes[] = {"CAPSULE_COLUMN_WRONG", "CAPSULE_TASK_GONE", "CAPSULE_UNRECORDED",
                                              "CAPSULE_GONE"};

constexpr contract::Gate kGates[] = {
    {"capsule.hashes", "Every capsule has the hash and the id of its bytes, and could have been made as it says",
     kHashCodes, &hashes},
    {"capsule.bindings", "Every capsule belongs to a task and to the records of the trail, and the other way round",
     kBindingCodes, &bindings},
};

}  // namespace

std::span<contract::Gate const> gates() {
  return kGates;
}

}  // namespace decapod::capsule
