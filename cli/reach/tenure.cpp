#include <decapod/crash/point.h>
#include <decapod/reach/tenure.h>

#include <fmt/core.h>

#include <exception>

namespace decapod::reach {
namespace {

broker::EngineOptions engine_options(Handover const& handed, StatePaths const& paths) {
  return {.paths = paths,
          .on_close = storage::OnClose::prepare_log,
          .fresh_store_uuid = handed.fresh_store_uuid,
          .tenure_epoch = handed.epoch,
          .predecessor = handed.predecessor};
}

broker::ServiceOptions service_options(Handover const& handed, StatePaths const& paths, Build const& build) {
  return {.paths = paths,
          .limits = {.idle = handed.idle, .longest = handed.tenure},
          .rank = build.rank,
          .build = build.version,
          .want = handed.want,
          .log_bytes = static_cast<std::size_t>(handed.log_bytes)};
}

}  // namespace

ExitStatus serve_tenure(Handover const& handed, std::unique_ptr<election::LockFile> lock, int listener,
                        Build const& build, broker::Directory const& directory, Clock& clock, Machine& machine) {
  StatePaths const paths(handed.state_directory);
  auto const options = service_options(handed, paths, build);
  broker::Log const log(paths.broker_log, clock, options.log_bytes);
  auto adopted = election::LeaderLock::adopt(std::move(lock), paths.leader_lock, machine);
  if (!adopted) return exit_status(adopted.error().code);
  log.line("adopt");
  crash::reach(crash::Point::lock_adopted);
  try {
    auto engine = broker::Engine::open(engine_options(handed, paths), directory, clock);
    if (!engine) {
      // Whoever is queued finds the connection closed before a greeting, elects itself and meets the error itself.
      log.line(fmt::format("leave: {}", engine.error().message));
      if (adopted->still_current()) machine.remove_socket();
      return exit_status(engine.error().code);
    }
    crash::reach(crash::Point::store_opened);
    auto const ended =
        machine.serve(broker::Server::Mode::tenure, options, *std::move(engine), *adopted, listener, directory, clock);
    crash::reach(crash::Point::service_over);
    if (ended.ending == broker::Ending::left) log.line(fmt::format("leave: {}", to_text(ended.reason)));
    return ended.ending == broker::Ending::left ? ExitStatus::ok : ExitStatus::unknown;
  } catch (std::exception const& fault) {
    // Nobody reads what a broker prints: the log is where its end is found.
    log.line(fmt::format("leave: a fault: {}", fault.what()));
    return ExitStatus::internal;
  }
}

}  // namespace decapod::reach
