// What the server does for its connections.

#include <decapod/broker/copied_read.h>
#include <decapod/broker/server.h>
#include <decapod/crash/point.h>
#include <decapod/ipc/limits.h>

#include <fmt/core.h>

#include <new>

#include "encoded_reply.h"
#include "refusals.h"

namespace decapod::broker {
std::optional<std::string> Server::accept_request(Connection& from, ipc::Request request, std::size_t bytes) {
  auto const* operation = directory_.find(request.op);
  if (operation == nullptr) {
    return refusal_frames(fail(ErrorCode::unknown_verb, "this broker knows no operation '" + request.op + "'",
                               {{"build", options_.build}}));
  }
  auto const& verb = *operation->type->verb;
  if (verb.access == Access::write && request.idempotency_key.empty()) {
    return refusal_frames(fail(ErrorCode::bad_request, "a write needs an idempotency key"));
  }
  held_copies_.erase(from.id());
  bool const copied = request.source == ipc::Source::copy;
  if (copied && !reads_a_copy(*operation->type)) {
    return refusal_frames(fail(ErrorCode::bad_request, "only a heavy read is answered from a copy"));
  }
  if (copied && is_leaving()) return refusal_frames(leaves_before_copying());
  if (mode_ == Mode::queued_only && verb.weight == Weight::heavy) {
    return refusal_frames(
        fail(ErrorCode::busy, "heavy requests wait for a broker of their own", {{"retry_after_ms", 50}}));
  }
  Task task;
  task.bytes = bytes;
  task.access = verb.access;
  task.weight = verb.weight;
  task.job.arrived = clock_.steady();
  task.job.deadline = task.job.arrived + std::clamp(Millis(request.timeout_ms), Millis(0), kPatienceMax);
  task.job.request = std::move(request);
  bool const shared = verb.sharing == Sharing::shared && task.job.request.min_seq == 0;
  return shared ? share(from.id(), std::move(task)) : execute_alone(from.id(), std::move(task));
}

std::optional<std::string> Server::execute_alone(std::uint64_t connection, Task task) {
  auto const ticket = task.ticket = Ticket{++last_ticket_};
  if (worker_.submit(std::move(task)) == Admission::full) return refusal_frames(queue_is_full());
  asked_alone_.emplace(ticket, connection);
  await(connection, ticket);
  return std::nullopt;
}

void Server::await(std::uint64_t connection, Ticket ticket) {
  crash::reach(crash::Point::request_queued);
  waiting_.emplace(connection, ticket);
  tenure_.request_arrived();
}

void Server::on_replies(std::vector<Done> done, std::set<std::string> const& changed) {
  // Before anybody hears of the change.
  for (auto const& database : changed) shared_.changed(database);
  for (auto& each : done) {
    auto const alone = asked_alone_.extract(each.ticket);
    if (!alone) {
      settle_shared(each);
      continue;
    }
    if (each.hold) held_copies_[alone.mapped()] = std::move(each.hold);
    answer(alone.mapped(), each.written ? encode(each.written->reply).frames : std::move(each.result.frames));
  }
  if (!is_leaving() && want_.somebody_waits() && want_heeded_) begin_drain(election::LeaveReason::wanted);
}

void Server::answer(std::uint64_t connection, std::string frames) {
  no_longer_waits(connection);
  deliver(connection, std::move(frames));
}

void Server::no_longer_waits(std::uint64_t connection) {
  if (waiting_.erase(connection) > 0) tenure_.request_done(clock_.steady());
}

// A client that left before its reply: the ledger keeps it.
void Server::deliver(std::uint64_t connection, std::string frames) {
  auto const found = connections_.find(connection);
  if (found == connections_.end()) return;
  auto const alive = found->second;
  alive->answer(std::move(frames));
}

void Server::step_down_asked(std::string_view body) {
  auto const rank = [&]() -> Result<election::BuildRank> {
    DECAPOD_TRY(auto const document, parse_json(body, "the request to step down"));
    return codec::decode<election::BuildRank>(document, codec::Unknown::ignore);
  }();
  if (!rank) return refused_frame(rank.error().message);
  if (*rank > options_.rank) begin_drain(election::LeaveReason::stepped_down);
}

ServiceStatus Server::status() {
  auto const counts = worker_.counts();
  auto const uptime = std::chrono::duration_cast<Millis>(clock_.steady() - started_);
  return {.serving = Serving::yes,
          .pid = identity_.pid,
          .build = options_.build,
          .epoch = counts.epoch,
          .uptime_ms = uptime.count(),
          .idle_ms = options_.limits.idle.count(),
          .connections = static_cast<std::int64_t>(connections_.size()),
          .queued = static_cast<std::int64_t>(worker_.queued()),
          .in_flight = tenure_.in_flight(),
          .requests = static_cast<std::int64_t>(counts.executed + joined_ + cached_),
          .executed = static_cast<std::int64_t>(counts.executed),
          .joined = static_cast<std::int64_t>(joined_),
          .cached = static_cast<std::int64_t>(cached_),
          .groups = static_cast<std::int64_t>(counts.groups),
          .grouped_writes = static_cast<std::int64_t>(counts.group_members)};
}

bool Server::reserve(std::size_t bytes) {
  if (staged_bytes_ + bytes > ipc::kStagedBytesMax) return false;
  staged_bytes_ += bytes;
  return true;
}

void Server::give_back(std::size_t bytes) {
  staged_bytes_ -= bytes;
}

void Server::refused_frame(std::string_view why) {
  log_.line(fmt::format("refused a frame: {}", why));
}

void Server::connection_failed(std::string_view why) {
  try {
    log_.line(fmt::format("closed a connection: {}", why));
  } catch (std::bad_alloc const&) {
    // The others are served, whatever the log lacks.
  }
}

void Server::closed(Connection& connection) {
  connections_.erase(connection.id());
  held_copies_.erase(connection.id());
  // What it waited for is done for nobody, unless others wait, too. A write that has begun is finished, and kept in the
  // ledger.
  if (auto const waited = waiting_.extract(connection.id())) {
    tenure_.request_done(clock_.steady());
    auto const ticket = waited.mapped();
    bool const alone = asked_alone_.erase(ticket) > 0;
    if (alone || shared_.left(ticket, connection.id()) == SharedReads::Wanted::no_longer) worker_.cancel(ticket);
  }
  finish_when_empty();
}

}  // namespace decapod::broker
