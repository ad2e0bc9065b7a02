// What subsystems do when it is quiet, so that no request has to do it.

#include <decapod/broker/engine.h>
#include <decapod/storage/transaction.h>

namespace decapod::broker {

// A commit that failed ends the connection, and with it this engine: its successor finds out, and states a gap.
Engine::Kept Engine::in_quiet_transaction(std::string_view purpose, std::function<void()> const& step) {
  auto const position = ledger_->position();
  auto const epoch = ledger_->epoch_state();
  bool committing = false;
  try {
    storage::Transaction transaction(*database_, storage::TransactionKind::write);
    ledger_->check_epoch();
    step();
    committing = true;
    transaction.commit();
    return Kept::yes;
  } catch (ledger::Fenced const& fenced) {
    lose(purpose, fenced.what());
  } catch (std::exception const& fault) {
    ledger_->restore(position, epoch);
    if (committing) {
      lose_store(std::string(purpose) + ": " + fault.what());
    } else {
      complaints_.push_back(std::string(purpose) + ": " + fault.what());
    }
  }
  return Kept::no;
}

Engine::Left Engine::upkeep() {
  if (!writable_ || health_ == Health::lost) return Left::nothing;
  auto left = Left::nothing;
  auto const kept = in_quiet_transaction("the upkeep of subsystems", [&] {
    for (auto const* subsystem : tables_.subsystems().in_use) {
      if (subsystem->upkeep != nullptr && subsystem->upkeep(*database_) == Left::more) left = Left::more;
    }
  });
  return kept == Kept::yes ? left : Left::nothing;
}

}  // namespace decapod::broker
