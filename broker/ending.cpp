// What outlives a store that a restore takes the place of.

#include <decapod/broker/engine.h>
#include <decapod/contract/authority.h>
#include <decapod/governance/statements.h>
#include <decapod/storage/transaction.h>

#include "refusals.h"

namespace decapod::broker {

Result<Engine::LineEnd> Engine::end_line(Job const& job) {
  auto const instant = clock_.now();
  auto context = context_for(job, instant);
  auto const judge = [&]() -> Result<LineEnd> {
    auto const* operation = directory_.find(job.request.op);
    if (operation == nullptr) return fail(ErrorCode::unknown_verb, "there is no write '" + job.request.op + "'");
    DECAPOD_TRY(auto const arguments, operation->type->canonical(job.request.arguments));
    // Undone when it goes: an approval that is used up here is so in what lasts.
    storage::Transaction undone(*database_, storage::TransactionKind::write);
    DECAPOD_CHECK(admit(context, *operation, arguments, meaning_of(*operation->type, arguments)));
    LineEnd end;
    for (auto const* subsystem : context.in_use()) {
      if (subsystem->lasting != nullptr) end.lasting.emplace(subsystem->name, subsystem->lasting->take(*database_));
    }
    DECAPOD_TRY(auto const keys, contract::operator_keys(context));
    end.has_operator = !keys.empty();
    return end;
  };
  auto judged = judge();
  if (!judged) {
    note(job, audit::Status::NOT_COMMITTED, name_of(judged.error().code));
    settle();
  }
  return judged;
}

namespace {

constexpr Millis kStatementLife{60 * 60 * 1000};

Error operator_is_asked(std::string const& message) {
  auto error = fail(ErrorCode::approval_required, message, {{"missing", json::array{"approval"}}});
  error.hint = "the operator restores it: `decapod broker restore FILE --key KEYFILE`";
  return error;
}

Result<void> check_statement(governance::Signed const& statement, governance::PublicKey const& key,
                             std::string const& snapshot, Timestamp now) {
  DECAPOD_TRY(auto const said, governance::verify(statement, governance::StatementKind::restoration, "", key));
  DECAPOD_TRY(auto const body, governance::body_of<governance::Restoration>(said));
  if (body.snapshot != snapshot) {
    return fail(ErrorCode::signature_invalid, "the restore of another snapshot was signed",
                {{"reason", "other_request"}});
  }
  if (said.issued_at > now + kStatementLife || now > said.issued_at + kStatementLife) {
    return fail(ErrorCode::signature_invalid, "the restore was signed more than an hour ago: sign it again",
                {{"reason", "expired"}});
  }
  return {};
}

}  // namespace

Result<void> Engine::judge_by_statement(Job const& job, Unjudged const& facts) {
  auto const instant = clock_.now();
  auto context = context_for(job, instant);
  try {
    DECAPOD_TRY(auto const keys, contract::operator_keys(context));
    auto key = keys.empty() ? std::nullopt : std::optional(keys.back());
    if (!key && facts.published) key = governance::public_key_from_hex(*facts.published);
    if (!key && facts.trail == TrailSays::nothing) return {};
    if (!key) {
      return operator_is_asked(
          "the lost store had an operator, and neither the snapshot nor .decapod/operator.pub has the key: put that "
          "file back");
    }
    auto const* given = job.request.arguments.if_contains("statement");
    if (given == nullptr || given->is_null()) {
      return operator_is_asked(
          "the store that is here has no policy of an operator's that could be asked, and there is an operator: a "
          "restore takes their signature");
    }
    DECAPOD_TRY(auto const statement, codec::decode<governance::Signed>(*given, codec::Unknown::refuse));
    return check_statement(statement, *key, facts.snapshot, instant.wall);
  } catch (storage::Failure const& failure) {
    return failure.error();
  }
}

Result<void> Engine::carry_on(json::object const& lasting) {
  try {
    storage::Transaction transaction(*database_, storage::TransactionKind::write);
    DECAPOD_CHECK(put_lasting(lasting));
    transaction.commit();
    tables_.keep();
  } catch (storage::Failure const& failure) {
    return failure.error();
  }
  return {};
}

// Nothing is asked of a staged store in which that failed.
Result<void> Engine::put_lasting(json::object const& lasting) {
  for (auto const* subsystem : directory_.subsystems()) {
    auto const* taken = lasting.if_contains(subsystem->name);
    if (subsystem->lasting == nullptr || taken == nullptr || !taken->is_object()) continue;
    tables_.begin(*subsystem);
    DECAPOD_CHECK(subsystem->lasting->put(*database_, taken->get_object()));
  }
  return {};
}

}  // namespace decapod::broker
