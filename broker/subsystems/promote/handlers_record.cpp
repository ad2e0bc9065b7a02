#include <decapod/contract/authority.h>
#include <decapod/governance/statements.h>
#include <decapod/promote_lineage/agreement.h>
#include <decapod/workunit/record.h>

#include "handlers.h"
#include "promotion.h"
#include "reading.h"
#include "store.h"

#include <algorithm>

namespace decapod::promote {
namespace {

using contract::Context;

// The newest promotion of this kind that fits, as its commit recorded it.
template <class Fits>
Result<std::optional<Promotion>> newest_that(Context& context, Kind kind, Fits const& fits) {
  store::Wanted wanted{.unit = {}, .kind = to_text(kind), .limit = 20};
  for (;;) {
    auto rows = store::newest(context.store(), wanted);
    for (auto& row : rows) {
      wanted.before = row.number;
      DECAPOD_TRY(auto one, confirmed(context, std::move(row)));
      if (fits(one)) return std::optional(std::move(one));
    }
    if (std::ssize(rows) < wanted.limit) return std::optional<Promotion>();
  }
}

// The release before; nullopt: this is the first. One that waits for its seal counts for nothing, and so hides nothing
// of what it changed from the one after it.
Result<std::optional<Promotion>> release_before(Context& context) {
  return newest_that(context, Kind::release, [&](Promotion const& release) {
    return sealed_of(context, release.row, release.lineage) != Sealed::awaited;
  });
}

// A release counts its changes from the release before. The first one counts them from where the first of all units
// that were published began, whichever it is made of; where nobody can tell, nothing is told, and that is of the
// highest risk.
Result<bool> begins_well(Context& context, Lineage const& lineage, std::string& expected) {
  auto const& base = lineage.told.base;
  DECAPOD_TRY(auto const before, release_before(context));
  expected = before ? before->lineage.revision : "where the first unit that was published began";
  if (before) return base == expected;
  if (base.empty()) return true;
  auto const began_there = [&](Promotion const& published) { return published.lineage.told.base == base; };
  DECAPOD_TRY(auto const first, newest_that(context, Kind::workunit, began_there));
  return first.has_value();
}

Result<std::vector<Disagreement>> all_disagreements(Context& context, Lineage const& lineage) {
  auto found = disagreements(lineage, context.now().wall);
  if (lineage.kind != Kind::release) return found;
  std::string expected;
  DECAPOD_TRY(bool const begins, begins_well(context, lineage, expected));
  if (!begins) {
    found.push_back({.code = ErrorCode::promotion_revision_mismatch,
                     .what = "the commit where the changes of the release begin",
                     .recorded = expected.empty() ? "nothing" : expected,
                     .found = lineage.told.base.empty() ? "nothing" : lineage.told.base,
                     .said = {}});
  }
  return found;
}

// An entry becomes procedural once.
Result<void> check_noted(Context& context, Lineage const& lineage) {
  DECAPOD_TRY(auto const facts, contract::knowledge_facts(context, lineage.entry->id));
  if (!facts.promotion) return {};
  return fail(ErrorCode::already_exists, facts.id + " is procedural since " + facts.promotion->record,
              {{"id", facts.promotion->record}, {"marker", to_string(facts.promotion->marker)}});
}

std::vector<std::string> sorted(std::vector<std::string> texts) {
  std::ranges::sort(texts);
  return texts;
}

// The same thing is promoted once, in whatever order its units are named.
Result<void> check_new(Context& context, Lineage const& lineage) {
  if (lineage.units.empty()) return {};
  if (lineage.entry) DECAPOD_CHECK(check_noted(context, lineage));
  auto const rows =
      store::newest(context.store(), {.unit = lineage.units.front(), .kind = to_text(lineage.kind), .limit = 20});
  auto const wanted = sorted(lineage.units);
  auto const sums = sorted(lineage.sums);
  for (auto const& row : rows) {
    auto const earlier = parse_lineage(row.lineage);
    bool const same = earlier && row.revision == lineage.revision && sorted(earlier->sums) == sums &&
                      store::units_of(context.store(), row.number) == wanted;
    if (!same) continue;
    auto error = fail(ErrorCode::already_exists, "this was promoted before: " + row.id,
                      {{"id", row.id}, {"marker", row.marker}});
    error.hint = "`decapod promote export " + row.id + "` writes its bundle anew";
    return error;
  }
  return {};
}

Result<void> make_procedural(Context& context, Lineage const& lineage, std::string const& id) {
  return contract::promote_knowledge(
      context,
      {.id = lineage.entry->id, .digest = lineage.entry->digest, .record = id, .reason = "the promotion " + id});
}

// The whole judgement but what the policy asks of whoever promotes.
Result<Lineage> unless_in_the_way(Context& context, Asked const& asked) {
  DECAPOD_TRY(auto lineage, read_lineage(context, asked));
  DECAPOD_TRY(auto const found, all_disagreements(context, lineage));
  if (!found.empty()) return refusal(found);
  DECAPOD_CHECK(check_new(context, lineage));
  return lineage;
}

// Of a refusal by the policy, where nothing else stands in the way.
Error in_words_of_lack(Error refusal) {
  if (refusal.code != ErrorCode::approval_required) return refusal;
  refusal.message = "everything agrees, and only the operator's approval is missing: " + refusal.message;
  refusal.hint =
      "the operator looks at it with `decapod promote check`, then runs the command in the message, by another name"
      " than whoever promotes (`--actor`); then `decapod promote record` with the same arguments";
  return refusal;
}

}  // namespace

Error refused_record(Context& context, json::object const& arguments, Error refusal) {
  // A policy that is not what was signed can judge nothing.
  if (refusal.code == ErrorCode::policy_invalid) return refusal;
  Record request;
  if (!codec::decode_object(arguments, request, codec::Unknown::refuse)) return refusal;
  auto said = unless_in_the_way(context, asked_in(request));
  if (said) return in_words_of_lack(std::move(refusal));
  auto error = std::move(said).error();
  if (auto const* missing = refusal.details.if_contains("missing")) error.details["missing"] = *missing;
  return error;
}

Result<CheckReply> check(Context& context, Check const& request) {
  DECAPOD_TRY(auto const lineage, unless_in_the_way(context, asked_in(request)));
  DECAPOD_TRY(auto const* policy, contract::policy_in_force(context));
  auto const demand = demand_of(lineage, policy->document);
  auto const meaning = meaning_of(lineage);
  contract::Action action{.operation = kOperation, .meaning = meaning, .concern = {}};
  Record const as_record{.kind = request.kind, .unit = request.unit, .told = request.told};
  action.concern = concern_of(context, as_record);
  auto approval = contract::would_admit(context, action);
  if (!approval) return in_words_of_lack(std::move(approval).error());
  CheckReply reply{.kind = lineage.kind,
                   .units = lineage.units,
                   .revision = lineage.revision,
                   .tree = lineage.tree,
                   .risk = lineage.risk,
                   .reasons = demand.reasons,
                   .proof = lineage.proof,
                   .policy = lineage.policy.hash,
                   .approval = std::nullopt,
                   .capsules = {},
                   .seal = demand.seal};
  if (!approval->empty()) reply.approval = *std::move(approval);
  for (auto const& capsule : lineage.capsules) reply.capsules.push_back(capsule.id);
  return reply;
}

Result<RecordReply> record(Context& context, Record const& request) {
  DECAPOD_TRY(auto lineage, unless_in_the_way(context, asked_in(request)));
  DECAPOD_CHECK(add_approval(context, lineage));
  auto text = canonical(lineage);
  if (text.size() > kLineageBytesMax) {
    return fail(ErrorCode::too_large, "the lineage has more than " + std::to_string(kLineageBytesMax) + " bytes");
  }
  auto const digest = sha256(text);
  auto const id = id_of(hex(digest));
  store::insert(context.store(),
                {.number = 0,
                 .id = id,
                 .digest = digest,
                 .lineage = std::move(text),
                 .kind = std::string(to_text(lineage.kind)),
                 .revision = lineage.revision,
                 .marker = lineage.marker},
                lineage.units);
  context.affects(promotion_key(id));
  // The record of the trail names all of the digest, so that no other lineage can ever pass for this one.
  context.affects(lineage_key(hex(digest)));
  auto const seal = seal_need_of(lineage);
  // What counts for nothing yet makes nothing procedural.
  if (lineage.entry && seal == governance::SealNeed::never) DECAPOD_CHECK(make_procedural(context, lineage, id));
  RecordReply reply{.id = id,
                    .digest = hex(digest),
                    .kind = lineage.kind,
                    .units = lineage.units,
                    .revision = lineage.revision,
                    .tree = lineage.tree,
                    .risk = lineage.risk,
                    .policy = lineage.policy.hash,
                    .approval = std::nullopt,
                    .marker = lineage.marker,
                    .file = std::nullopt,
                    .seal = seal};
  if (lineage.approval) reply.approval = lineage.approval->id;
  return reply;
}

Result<SealReply> seal(Context& context, Seal const& request) {
  if (!request.statement) {
    return fail(ErrorCode::signature_invalid, "this takes a statement that the operator has signed",
                {{"reason", "missing"}});
  }
  DECAPOD_TRY(auto const keys, contract::operator_keys(context));
  if (keys.empty()) return fail(ErrorCode::operator_unknown, "no operator's key is pinned in this store");
  DECAPOD_TRY(auto const statement, governance::verify(*request.statement, governance::StatementKind::lineage,
                                                       context.facts().store_uuid, keys.back()));
  DECAPOD_TRY(auto const said, governance::body_of<governance::LineageSeal>(statement));
  DECAPOD_TRY(auto const promotion, load(context, request.id));
  auto const& row = promotion.row;
  if (said.promotion != row.id || said.digest != hex(row.digest) || said.record != promotion.record.hash) {
    return fail(ErrorCode::signature_invalid, "another promotion was signed than " + row.id,
                {{"reason", "other_promotion"}, {"signed", said.digest}, {"stored", hex(row.digest)}});
  }
  DECAPOD_TRY(auto const before, confirmed_seal(context, row));
  if (before) {
    auto error = fail(ErrorCode::already_exists, row.id + " was sealed before", {{"id", row.id}});
    error.hint = "it counts already; `decapod promote export` writes its bundle";
    return error;
  }
  store::insert_seal(context.store(), row.number,
                     {.statement = *request.statement, .marker = to_string(context.marker())});
  context.affects(promotion_key(row.id));
  context.affects(seal_key(row.id));
  if (promotion.lineage.entry && seal_need_of(promotion.lineage) == governance::SealNeed::required) {
    DECAPOD_CHECK(make_procedural(context, promotion.lineage, row.id));
  }
  return SealReply{.id = row.id, .digest = hex(row.digest), .key = to_hex(keys.back()), .file = std::nullopt};
}

}  // namespace decapod::promote
