// How equal reads share one execution: between a connection's request and the worker.

#include <decapod/broker/server.h>

#include <exception>

#include "refusals.h"

namespace decapod::broker {

std::optional<std::string> Server::share(std::uint64_t connection, Task task) {
  auto const& request = task.job.request;
  auto const canonical = directory_.find(request.op)->type->canonical(request.arguments);
  // The engine refuses what is malformed, and puts it on record.
  if (!canonical || task.job.arrived >= task.job.deadline) return execute_alone(connection, std::move(task));
  auto key = read_key(request.op, *canonical);
  Waiter waiter{.connection = connection, .job = task.job, .arrived = clock_.now()};
  auto const now = waiter.arrived;
  auto admitted = shared_.admit(key, waiter, now, Ticket{last_ticket_ + 1});
  switch (admitted.served) {
    case audit::Served::cached:
      waiter.served = audit::Served::cached;
      if (!put_on_record(waiter, key, "")) return execute_alone(connection, std::move(task));
      ++cached_;
      tenure_.request_arrived();
      tenure_.request_done(clock_.steady());
      return std::move(admitted.frames);
    case audit::Served::joined:
      await(connection, admitted.ticket);
      return std::nullopt;
    case audit::Served::executed:
      break;
  }
  ++last_ticket_;
  task.ticket = admitted.ticket;
  return start_shared(connection, std::move(task));
}

std::optional<std::string> Server::start_shared(std::uint64_t connection, Task task) {
  auto const ticket = task.ticket;
  // Others may join who have more time: each is told on its own when its time is up.
  task.beginner_waits_until = task.job.deadline;
  task.job.deadline = task.job.arrived + kPatienceMax;
  try {
    if (worker_.submit(std::move(task)) == Admission::queued) {
      await(connection, ticket);
      return std::nullopt;
    }
  } catch (std::exception const&) {
    // Else every equal read would join one that nobody ever executes.
    shared_.withdraw(ticket);
    throw;
  }
  shared_.withdraw(ticket);
  return refusal_frames(queue_is_full());
}

void Server::settle_shared(Done const& done) {
  auto settled = shared_.finish(done.ticket, done.result);
  for (auto const& waiter : settled.answered) {
    bool late = done.beginner == Beginner::too_late;
    if (waiter.served == audit::Served::joined) {
      ++joined_;
      late = clock_.steady() >= waiter.job.deadline;
      put_on_record(waiter, settled.key, late ? std::string(name_of(ErrorCode::timeout)) : done.result.error);
    }
    answer(waiter.connection, late ? refusal_frames(too_late(waiter.job)) : done.result.frames);
  }
  for (auto& waiter : settled.again) {
    no_longer_waits(waiter.connection);
    auto at_once = share(waiter.connection, {.job = std::move(waiter.job), .access = Access::read});
    if (at_once) deliver(waiter.connection, *std::move(at_once));
  }
}

// False: the worker is behind with its records.
bool Server::put_on_record(Waiter const& waiter, ReadKey const& key, std::string const& error) {
  auto const waited = std::chrono::duration_cast<std::chrono::microseconds>(clock_.steady() - waiter.job.arrived);
  auto request = waiter.job.request;
  request.arguments.clear();
  return worker_.note({.request = std::move(request),
                       .served = waiter.served,
                       .key = to_string(key),
                       .at = clock_.now().wall,
                       .latency_us = waited.count(),
                       .error = error});
}

}  // namespace decapod::broker
