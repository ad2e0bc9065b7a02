// What the event loop does for its connections.

#include <decapod/ipc/limits.h>
#include <unistd.h>

#include <fmt/core.h>

#include "service_loop.h"

namespace decapod::broker {
namespace {

// A request's patience, whatever it claims: nobody waits for longer than this.
constexpr std::int64_t kPatienceMaxMs = 3'600'000;

}  // namespace

std::optional<Error> ServiceLoop::accept_request(Connection& from, ipc::Request request) {
  auto const* operation = directory_.find(request.op);
  if (operation == nullptr) {
    return fail(ErrorCode::unknown_verb, "this broker knows no operation '" + request.op + "'",
                {{"build", options_.build}});
  }
  auto const& verb = *operation->type->verb;
  if (verb.access == Access::write && request.idempotency_key.empty()) {
    return fail(ErrorCode::bad_request, "a write needs an idempotency key");
  }
  if (mode_ == Mode::queued_only && verb.weight == Weight::heavy) {
    return fail(ErrorCode::busy, "heavy requests wait for a broker of their own", {{"retry_after_ms", 50}});
  }
  Task task;
  task.connection = from.id();
  task.access = verb.access;
  task.weight = verb.weight;
  task.job.arrived = clock_.steady();
  task.job.deadline = task.job.arrived + Millis(std::clamp<std::int64_t>(request.timeout_ms, 0, kPatienceMaxMs));
  task.job.request = std::move(request);
  if (worker_.submit(std::move(task)) == Admission::full) {
    return fail(ErrorCode::busy, "the broker's queue is full", {{"retry_after_ms", 50}});
  }
  tenure_.request_arrived();
  return std::nullopt;
}

void ServiceLoop::on_replies(std::vector<Done> done) {
  auto const now = clock_.steady();
  for (auto& reply : done) {
    tenure_.request_done(now);
    auto const found = connections_.find(reply.connection);
    // A client that left before its reply: the ledger keeps it.
    if (found == connections_.end()) continue;
    auto const connection = found->second;
    connection->answer(std::move(reply.frames));
  }
  if (!draining_ && want_.somebody_waits() && want_heeded_) begin_drain(election::LeaveReason::wanted);
}

void ServiceLoop::step_down_asked(std::string_view body) {
  auto const rank = [&]() -> Result<election::BuildRank> {
    DECAPOD_TRY(auto const document, parse_json(body, "the request to step down"));
    return codec::decode<election::BuildRank>(document, codec::Unknown::ignore);
  }();
  if (!rank) return refused_frame(rank.error().message);
  if (*rank > options_.rank) begin_drain(election::LeaveReason::stepped_down);
}

ServiceStatus ServiceLoop::status() {
  auto const counts = worker_.counts();
  auto const uptime = std::chrono::duration_cast<Millis>(clock_.steady() - started_);
  return {.serving = Serving::yes,
          .pid = getpid(),
          .build = options_.build,
          .epoch = counts.epoch,
          .uptime_ms = uptime.count(),
          .idle_ms = options_.limits.idle.count(),
          .connections = static_cast<std::int64_t>(connections_.size()),
          .queued = static_cast<std::int64_t>(worker_.queued()),
          .in_flight = tenure_.in_flight(),
          .requests = static_cast<std::int64_t>(counts.executed),
          .groups = static_cast<std::int64_t>(counts.groups),
          .grouped_writes = static_cast<std::int64_t>(counts.group_members)};
}

bool ServiceLoop::reserve(std::size_t bytes) {
  if (staged_bytes_ + bytes > ipc::kStagedBytesMax) return false;
  staged_bytes_ += bytes;
  return true;
}

void ServiceLoop::give_back(std::size_t bytes) {
  staged_bytes_ -= bytes;
}

void ServiceLoop::refused_frame(std::string_view why) {
  log_.line(fmt::format("refused a frame: {}", why));
}

void ServiceLoop::closed(Connection& connection) {
  connections_.erase(connection.id());
  finish_when_empty();
}

}  // namespace decapod::broker
