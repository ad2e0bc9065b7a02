// What subsystems do when it is quiet, so that no request has to do it.

#include <decapod/broker/engine.h>
#include <decapod/storage/transaction.h>

namespace decapod::broker {

Engine::Left Engine::in_quiet_transaction(std::function<Left()> const& step) {
  auto left = Left::nothing;
  bool committing = false;
  try {
    storage::Transaction transaction(*database_, storage::TransactionKind::write);
    ledger_->check_epoch();
    left = step();
    committing = true;
    transaction.commit();
  } catch (storage::Failure const&) {
    // A commit that failed ends the connection, and with it this engine.
    if (committing) health_ = Health::lost;
    return Left::nothing;
  } catch (ledger::Fenced const&) {
    health_ = Health::lost;
    return Left::nothing;
  }
  return left;
}

Engine::Left Engine::upkeep() {
  if (!writable_ || health_ == Health::lost) return Left::nothing;
  return in_quiet_transaction([&] {
    auto left = Left::nothing;
    for (auto const* subsystem : directory_.subsystems()) {
      if (subsystem->upkeep != nullptr && subsystem->upkeep(*database_) == Left::more) left = Left::more;
    }
    return left;
  });
}

}  // namespace decapod::broker
