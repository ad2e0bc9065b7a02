// What the engine does when it is quiet, so that the ledger grows by a row a request and not by an answer.

#include <decapod/broker/engine.h>
#include <decapod/crash/point.h>
#include <decapod/ledger/retention.h>

namespace decapod::broker {
namespace {

constexpr std::size_t kStep = 500;  // replies in one transaction: a few milliseconds

}  // namespace

Engine::Left Engine::forget_replies() {
  if (!writable_ || health_ == Health::lost) return Left::nothing;
  auto const before = clock_.now().wall + -replies_kept_;
  try {
    if (!ledger::has_replies_before(*database_, before)) return Left::nothing;
  } catch (std::exception const&) {
    return Left::nothing;
  }
  auto const kept = in_quiet_transaction("forgetting old replies", [&] {
    ledger::drop_replies(*database_, before, kStep);
    crash::reach(crash::Point::retention_before_commit);
  });
  if (kept == Kept::no) return Left::nothing;
  crash::reach(crash::Point::retention_committed);
  return Left::more;
}

}  // namespace decapod::broker
