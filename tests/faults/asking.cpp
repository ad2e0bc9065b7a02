#include "asking.h"

namespace decapod::test {
namespace {

broker::Job job(std::string const& operation, json::object arguments, Clock& clock) {
  broker::Job job;
  job.request.op = operation;
  job.request.arguments = std::move(arguments);
  job.request.caller = {.actor = "alice", .actor_source = "--actor", .session = "once:1", .cwd = "/"};
  job.request.timeout_ms = 3'600'000;
  job.arrived = clock.steady();
  job.deadline = job.arrived + Millis(job.request.timeout_ms);
  return job;
}

}  // namespace

broker::Job write_job(Ask const& ask, Clock& clock) {
  auto made = ask.way ? job("counter.fail", {{"name", ask.name}, {"way", codec::encode(*ask.way)}}, clock)
                      : job("counter.add", {{"name", ask.name}}, clock);
  made.request.request_id = ask.name;
  made.request.idempotency_key = ask.name;
  return made;
}

broker::Job read_job(std::string const& name, Clock& clock) {
  auto made = job("counter.get", {{"name", name}}, clock);
  made.request.request_id = "read-" + name;
  return made;
}

bool is_remembered(std::optional<Way> way) {
  return way == Way::refuse || way == Way::outgrow;
}

}  // namespace decapod::test
