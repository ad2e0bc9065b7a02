// What the engine does when it is quiet, so that the ledger grows by a row a request and not by an answer.

#include <decapod/broker/engine.h>
#include <decapod/crash/point.h>
#include <decapod/ledger/retention.h>
#include <decapod/storage/transaction.h>

namespace decapod::broker {
namespace {

constexpr std::size_t kStep = 500;  // replies in one transaction: a few milliseconds

}  // namespace

Engine::Left Engine::forget_replies() {
  if (!writable_ || health_ == Health::lost) return Left::nothing;
  auto const before = clock_.now().wall + -replies_kept_;
  bool committing = false;
  try {
    if (!ledger::has_replies_before(*database_, before)) return Left::nothing;
    storage::Transaction transaction(*database_, storage::TransactionKind::write);
    ledger_->check_epoch();
    ledger::drop_replies(*database_, before, kStep);
    committing = true;
    crash::reach(crash::Point::retention_before_commit);
    transaction.commit();
    crash::reach(crash::Point::retention_committed);
  } catch (storage::Failure const&) {
    // Nothing was promised to anybody. A commit that failed ends the connection, and with it this engine.
    if (committing) health_ = Health::lost;
    return Left::nothing;
  } catch (ledger::Fenced const&) {
    health_ = Health::lost;
    return Left::nothing;
  }
  return Left::more;
}

}  // namespace decapod::broker
