// What outlives a store that a restore takes the place of.

#include <decapod/broker/engine.h>
#include <decapod/contract/authority.h>
#include <decapod/storage/transaction.h>

#include "refusals.h"

namespace decapod::broker {

Result<json::object> Engine::end_line(Job const& job) {
  auto const instant = clock_.now();
  auto context = context_for(job, instant);
  auto const judge = [&]() -> Result<json::object> {
    auto const* operation = directory_.find(job.request.op);
    if (operation == nullptr) return fail(ErrorCode::unknown_verb, "there is no write '" + job.request.op + "'");
    DECAPOD_TRY(auto const arguments, operation->type->canonical(job.request.arguments));
    // Undone when it goes: an approval that is used up here is so in what lasts.
    storage::Transaction undone(*database_, storage::TransactionKind::write);
    DECAPOD_CHECK(admit(context, *operation, arguments, meaning_of(*operation->type, arguments)));
    json::object lasting;
    for (auto const* subsystem : directory_.subsystems()) {
      if (subsystem->lasting != nullptr) lasting.emplace(subsystem->name, subsystem->lasting->take(*database_));
    }
    return lasting;
  };
  auto judged = judge();
  if (!judged) {
    note(job, audit::Status::NOT_COMMITTED, name_of(judged.error().code));
    settle();
  }
  return judged;
}

Result<void> Engine::carry_on(json::object const& lasting) {
  try {
    storage::Transaction transaction(*database_, storage::TransactionKind::write);
    for (auto const* subsystem : directory_.subsystems()) {
      auto const* taken = lasting.if_contains(subsystem->name);
      if (subsystem->lasting == nullptr || taken == nullptr || !taken->is_object()) continue;
      DECAPOD_CHECK(subsystem->lasting->put(*database_, taken->get_object()));
    }
    transaction.commit();
  } catch (storage::Failure const& failure) {
    return failure.error();
  }
  return {};
}

}  // namespace decapod::broker
