#include "runner.h"

#include <crash_states.h>
#include <decapod/base/state_paths.h>
#include <decapod/broker/engine.h>
#include <decapod/broker/losses.h>
#include <decapod/broker/witness.h>
#include <decapod/reach/machine.h>
#include <decapod/reach/session.h>
#include <decapod/reach/settled.h>
#include <unistd.h>

#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "machine.h"
#include "mirror.h"
#include "process.h"
#include "witness.h"

namespace decapod::sim {
namespace {

constexpr std::uint64_t kEventsMax = 400'000;
// How late a command may end: for whoever serves its neighbours as well, what bounds a drain.
constexpr Millis kLate{300};
constexpr Millis kLateServing{13'000};

std::string made(std::string folder) {
  std::filesystem::create_directory(folder);
  return folder;
}

test::Lie lie_of(Defect defect) {
  return defect == Defect::sync_does_nothing ? test::Lie::wal_sync_does_nothing : test::Lie::none;
}

// The command of one client, from its birth to its end.
class Client {
 public:
  Client(Host& host, Process& process, ClientPlan const& plan, Witness& witness)
      : host_(host),
        process_(process),
        plan_(plan),
        witness_(witness),
        clock_(host.world),
        machine_(host, process, plan.means, plan.failed_starts),
        build_{.version = "0.1.0",
               .rank = {.schema = broker::supported_schema(host.directory),
                        .protocol = ipc::kProtocolMajor,
                        .version = plan.version}},
        session_(reach::open_session(host.paths, {.idle = Millis(plan.idle_ms), .longest = Millis(plan.tenure_ms)},
                                     build_, host.directory, clock_, machine_,
                                     {.boot_id = clock_.now().boot_id,
                                      .fresh_store_uuid = "store-1",
                                      .seed = static_cast<std::uint32_t>(process.dice().next())})) {}

  void run() {
    for (auto const& request : plan_.requests) {
      for (int attempt = 0; attempt <= request.repeats; ++attempt) {
        if (ask(request, attempt) == Witness::Wiser::yes) break;
      }
    }
  }

 private:
  Witness::Wiser ask(RequestPlan const& plan, int attempt) {
    bool const forgets_id = host_.world.defect() == Defect::new_id_at_repeat && attempt > 0;
    auto const key = forgets_id ? fmt::format("{}-{}", plan.name, attempt) : plan.name;
    auto const deadline = clock_.steady() + Millis(plan.timeout_ms);
    auto const request = request_of(plan, key, attempt);
    auto const question = witness_.ask(plan, key, deadline);
    host_.world.say(process_.name(), fmt::format("asks {} '{}'", request.op, key));
    auto const& type = *host_.directory.find(request.op)->type;
    auto const stopped_before = process_.stopped_for();
    auto const answer = session_->send(type, request, deadline);
    auto const late = host_.world.now() - deadline - std::chrono::microseconds(process_.stopped_for() - stopped_before);
    if (late > (plan_.idle_ms == 0 ? kLateServing : kLate)) {
      host_.world.blame(fmt::format("'{}' ends {} ms after its deadline", plan.name,
                                    std::chrono::duration_cast<Millis>(late).count()));
    }
    return witness_.hear(question, answer);
  }

  ipc::Request request_of(RequestPlan const& plan, std::string const& key, int attempt) {
    ipc::Request request;
    if (is_read(plan.ask)) {
      bool const stale = host_.world.defect() == Defect::stale_cache;
      request.op = plan.ask == Ask::look ? "counter.get" : stale ? "mirror.peek" : "counter.peek";
      request.arguments = {{"name", plan.name}};
      request.request_id = fmt::format("read-{}", process_.dice().next() % 1'000'000);
    } else {
      request = test::write_job({plan.name, way_of(plan.ask)}, clock_).request;
      // A command that gives a request id has another one of its own.
      bool const given = plan.ask == Ask::again || attempt > 0;
      request.request_id = given ? key + "-again" : key;
      request.idempotency_key = key;
    }
    request.caller = {.actor = "alice", .actor_source = "--actor", .session = "once:1", .cwd = "/"};
    return request;
  }

  Host& host_;
  Process& process_;
  ClientPlan const& plan_;
  Witness& witness_;
  VirtualClock clock_;
  VirtualMachine machine_;
  reach::Build build_;
  std::unique_ptr<reach::WalkingSession> session_;
};

void happen(FaultPlan const& fault, Host& host) {
  auto& world = host.world;
  switch (fault.kind) {
    case FaultKind::unplug:
      return world.lose_power();
    case FaultKind::break_streams:
      world.say("machine", "every stream breaks");
      return host.net.break_streams();
    case FaultKind::set_clock:
      world.say("machine", fmt::format("the clock is set by {} ms", fault.value));
      return world.set_clock(Millis(fault.value));
    case FaultKind::replace_lock:
      world.say("machine", "leader.lock is removed and made anew");
      return host.locks.replace(host.paths.leader_lock);
    case FaultKind::kill:
    case FaultKind::kill_in_file:
    case FaultKind::unplug_in_file:
    case FaultKind::stop:
      return;  // when their victim comes to that step
  }
}

// What a machine that lost its power finds on its disk.
void crash(test::Disk& disk, test::MemoryVfs& vfs, std::uint64_t seed) {
  auto image = disk.as_unplugged();
  std::mt19937_64 random(seed);
  test::CrashStates states(disk, random);
  states.each_drawn(1, [&](test::Image const& drawn) { image = drawn; });
  disk = test::Disk(image);
  vfs.mount(disk);
}

std::uint64_t lines_in(std::string const& path) {
  std::ifstream file(path);
  std::uint64_t count = 0;
  for (std::string line; std::getline(file, line);) ++count;
  return count;
}

// Once nothing can happen any more.
void judge_the_quiet(Host& host) {
  for (auto const& process : host.world.processes()) {
    if (!process->has_ended()) host.world.blame(process->name() + " never ends");
  }
  if (host.locks.is_any_held()) host.world.blame("a lock is held by nobody");
}

}  // namespace

Runner::Runner()
    : folder_(made(scratch_ / "state")),
      inquest_folder_(made(scratch_ / "inquest")),
      vfs_("simulation", folder_),
      inquest_(inquest_folder_) {
  vfs_.make_default();
  prepared_ = prepare();
}

test::Image Runner::prepare() {
  test::Disk disk;
  vfs_.mount(disk);
  auto const directory = test::counters();
  test::StillClock clock;
  auto engine = broker::Engine::open({.paths = StatePaths(folder_), .fresh_store_uuid = "store-1"}, directory, clock);
  if (!engine) throw std::runtime_error(engine.error().message);
  engine->reset();
  return disk.as_killed();
}

Outcome Runner::run(Plan const& plan, Defect defect, Tracing tracing) {
  std::filesystem::remove_all(StatePaths(folder_).audit_directory);
  unlink(StatePaths(folder_).broker_log.c_str());
  unlink(broker::witness_path(folder_).c_str());
  unlink(broker::losses_path(folder_).c_str());
  // One store in four is made by the first leader.
  auto disk = plan.seed % 4 == 0 ? test::Disk() : test::Disk(prepared_);
  vfs_.mount(disk);
  vfs_.tell(lie_of(defect));
  auto const directory = defect == Defect::stale_cache ? mirrored_counters() : test::counters();
  Outcome outcome;
  {
    World world(plan, defect, stacks_);
    if (tracing == Tracing::on) world.trace_on();
    Host host{.world = world, .paths = StatePaths(folder_), .directory = directory};
    Witness witness(world);
    host.locks.make(host.paths.leader_lock);
    host.locks.make(host.paths.want_lock);
    vfs_.watch([&] {
      auto* const process = world.current();
      bool const may = process == nullptr || process->may_touch_files();
      if (process != nullptr && may && !host.locks.is_led()) {
        world.blame(process->name() + " uses the store, and nobody holds the lock");
      }
      return may;
    });
    world.on_reboot([&] { crash(disk, vfs_, plan.seed); });
    for (auto const& client : plan.clients) {
      world.start(client.name, client.start, [&](Process& self) { Client(host, self, client, witness).run(); });
    }
    for (auto const& fault : plan.faults) {
      bool const by_time = fault.kind == FaultKind::unplug || fault.kind == FaultKind::break_streams ||
                           fault.kind == FaultKind::set_clock || fault.kind == FaultKind::replace_lock;
      if (by_time) world.after(fault.at, [&] { happen(fault, host); });
    }
    while (world.events() < kEventsMax && world.broken().empty() && world.turn()) {
    }
    if (world.events() >= kEventsMax) world.blame("it does not come to an end");
    if (world.broken().empty()) judge_the_quiet(host);
    witness.exported(lines_in(host.paths.exported("mutations")), lines_in(host.paths.exported("reads")));
    outcome.events = world.events();
    outcome.lasted = world.elapsed();
    outcome.leaders = host.brokers;
    outcome.broken = world.broken();
    if (outcome.broken.empty()) {
      auto const verdicts = inquest_.examine(disk.as_killed(), witness.knowledge(), test::Depth::ask_again);
      outcome.broken = verdicts.contradictions;
      outcome.committed = verdicts.observation.mutations;
    }
    // A witness that is ahead of its store would be a loss, or a false alarm.
    for (auto const& loss : broker::read_losses(folder_)) {
      bool const missed = loss.extent == broker::Extent::exact;
      if (missed && outcome.broken.empty()) outcome.broken.push_back("a leader misses what was acknowledged");
    }
    for (auto const& text : outcome.broken) world.say("inquest", text);
    outcome.trace = world.trace();
    // Before what the processes refer to.
    world.end();
    vfs_.watch(nullptr);
  }
  vfs_.tell(test::Lie::none);
  return outcome;
}

}  // namespace decapod::sim
