// What the event loop does for its connections.

#include <decapod/broker/copied_read.h>
#include <decapod/ipc/limits.h>
#include <unistd.h>

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
  held_copies_.erase(from.id());
  bool const copied = request.source == ipc::Source::copy;
  if (copied && !reads_a_copy(*operation->type)) {
    return fail(ErrorCode::bad_request, "only a heavy read is answered from a copy");
  }
  if (copied && draining_) {
    return fail(ErrorCode::busy, "the broker leaves: the next one copies the store", {{"retry_after_ms", 50}});
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
    if (reply.hold) held_copies_[reply.connection] = std::move(reply.hold);
    connection->answer(std::move(reply.frames));
  }
  if (!draining_ && want_.somebody_waits() && want_heeded_) begin_drain(election::LeaveReason::wanted);
}

void ServiceLoop::step_down_asked(std::string_view body) {
  auto const document = parse_json(body, "the request to step down");
  if (!document || !document->is_object()) return refused_frame("a request to step down without a rank");
  auto const number = [&](char const* name) {
    auto const* value = document->get_object().if_contains(name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
  };
  election::BuildRank const theirs{
      .schema = number("schema"), .protocol = number("protocol"), .version = number("version")};
  if (theirs > options_.rank) begin_drain(election::LeaveReason::stepped_down);
}

json::object ServiceLoop::status() {
  auto const counts = worker_.counts();
  auto const uptime = std::chrono::duration_cast<Millis>(clock_.steady() - started_);
  return {{"serving", true},
          {"pid", getpid()},
          {"build", options_.build},
          {"epoch", counts.epoch},
          {"uptime_ms", uptime.count()},
          {"idle_ms", options_.limits.idle.count()},
          {"connections", connections_.size()},
          {"queued", worker_.queued()},
          {"in_flight", tenure_.in_flight()},
          {"requests", counts.executed},
          {"groups", counts.groups},
          {"grouped_writes", counts.group_members}};
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
  log_.line("refused a frame: " + std::string(why));
}

void ServiceLoop::closed(Connection& connection) {
  connections_.erase(connection.id());
  held_copies_.erase(connection.id());
  worker_.forget(connection.id());
  finish_when_empty();
}

}  // namespace decapod::broker
