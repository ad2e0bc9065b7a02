#include "checks.h"

#include <decapod/contract/authority.h>
#include <decapod/contract/subsystem.h>

#include <set>

#include "promotion.h"

namespace decapod::promote {
namespace {

using contract::Context;

constexpr std::string_view kAltered = "PROMOTION_ALTERED";
constexpr std::string_view kUnconfirmed = "PROMOTION_UNCONFIRMED";
constexpr std::string_view kUnsigned = "PROMOTION_UNSIGNED";
constexpr std::string_view kDisagrees = "PROMOTION_DISAGREES";
constexpr std::string_view kGone = "PROMOTION_GONE";
constexpr std::string_view kUnsealed = "PROMOTION_UNSEALED";
constexpr std::string_view kCodes[] = {kAltered, kUnconfirmed, kUnsigned, kDisagrees, kGone, kUnsealed};
constexpr std::string_view kLineageTerm = "key:promote/lineage/";
constexpr std::int64_t kAtOnce = 20;

void add(GateReport& report, std::string_view code, std::string message, std::string where) {
  add_finding(report, {.code = std::string(code),
                       .message = std::move(message),
                       .where = std::move(where),
                       .hint = "keep a copy of the state directory as evidence"});
}

std::string_view code_for(std::string_view bundle_code) {
  if (bundle_code == kBundleUnsigned) return kUnsigned;
  return bundle_code == kBundleDisagrees ? kDisagrees : kAltered;
}

// One that is there is the operator's, and one that the trail tells of is there.
void check_seal(Context& context, store::Row const& row, GateReport& report) {
  auto const where = promotion_key(row.id);
  auto const seal = confirmed_seal(context, row);
  if (!seal) return add(report, kUnsigned, seal.error().message, where);
  if (!*seal && contract::last_commit_of(context, seal_key(row.id))) {
    add(report, kGone, "the trail says that it was sealed, and its seal is not in the store", where);
  }
}

// An entry is procedural by its promotion, and not before the seal that this waits for.
void check_entry(Context& context, Promotion const& promotion, Sealed sealed, GateReport& report) {
  auto const& entry = promotion.lineage.entry;
  if (!entry) return;
  auto const where = promotion_key(promotion.row.id);
  auto const facts = contract::knowledge_facts(context, entry->id);
  if (!facts) return add(report, kDisagrees, entry->id + ": " + facts.error().message, where);
  bool const by_it = facts->promotion && facts->promotion->record == promotion.row.id;
  if (sealed == Sealed::awaited && by_it) {
    add(report, kUnsealed, entry->id + " is procedural by it, and it has not the seal that its policy asks for", where);
  } else if (sealed != Sealed::awaited && !by_it) {
    add(report, kDisagrees, entry->id + " is not procedural by it", where);
  }
}

void check_one(Context& context, store::Row row, std::span<governance::PublicKey const> keys, GateReport& report) {
  auto const where = promotion_key(row.id);
  auto const units = store::units_of(context.store(), row.number);
  auto const promotion = confirmed(context, std::move(row));
  if (!promotion) {
    bool const altered = promotion.error().code == ErrorCode::promotion_altered;
    return add(report, altered ? kAltered : kUnconfirmed, promotion.error().message, where);
  }
  std::set<std::string> const named(promotion->lineage.units.begin(), promotion->lineage.units.end());
  if (std::set<std::string>(units.begin(), units.end()) != named) {
    add(report, kAltered, "its units are others than the lineage says", where);
  }
  check_lineage(promotion->lineage, keys, [&](std::string_view code, std::string message) {
    add(report, code_for(code), std::move(message), where);
  });
  check_seal(context, promotion->row, report);
  auto const sealed = sealed_of(context, promotion->row, promotion->lineage);
  check_entry(context, *promotion, sealed, report);
  if (sealed == Sealed::awaited) {
    report.notices.push_back(promotion->row.id + " waits for the operator's seal, and counts for nothing before");
  }
}

// What the trail says was promoted, and is not there.
void find_lost(Context& context, GateReport& report) {
  std::vector<std::string> lost;
  {
    auto rows = context.store().query(
        "SELECT DISTINCT substr(term, ?3) FROM audit_index WHERE term >= ?1 AND term < ?2"
        " EXCEPT SELECT lower(hex(digest)) FROM promote_promotion",
        kLineageTerm, std::string(kLineageTerm) + 'g', static_cast<std::int64_t>(kLineageTerm.size()) + 1);
    while (rows.next()) lost.push_back(rows.text(0));
  }
  for (auto const& digest : lost) {
    add(report, kGone, "the trail says that it was promoted, and it is not in the store", lineage_key(digest));
  }
}

void ledger(Context& context, GateReport& report) {
  auto keys = contract::operator_keys(context);
  if (!keys) {
    report.notices.push_back("no signature can be checked: " + keys.error().message);
    keys = std::vector<governance::PublicKey>{};
  }
  std::int64_t last = 0;
  while (true) {
    auto rows = store::after(context.store(), last, kAtOnce);
    if (rows.empty()) break;
    last = rows.back().number;
    for (auto& row : rows) check_one(context, std::move(row), *keys, report);
  }
  find_lost(context, report);
}

constexpr contract::Gate kGates[] = {
    {"promote.ledger",
     "Every promotion is what its commit recorded, rests on artifacts that agree and on the signatures that its policy "
     "asks for, and none is gone",
     kCodes, &ledger},
};

}  // namespace

std::span<contract::Gate const> gates() {
  return kGates;
}

}  // namespace decapod::promote
