#include "broker_process.h"

#include <decapod/ipc/limits.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <map>

#include "build_info.h"

namespace decapod::cli {
namespace {

constexpr int kLockDescriptor = 3;
constexpr int kListenerDescriptor = 4;

// name=value arguments, as spawn_broker wrote them.
class Handed {
 public:
  explicit Handed(std::span<char* const> arguments) {
    for (std::string_view const argument : arguments) {
      auto const equals = argument.find('=');
      if (equals != std::string_view::npos) values_.emplace(argument.substr(0, equals), argument.substr(equals + 1));
    }
  }
  std::string text(std::string_view name) const {
    auto const found = values_.find(name);
    return found == values_.end() ? std::string() : std::string(found->second);
  }
  std::optional<std::int64_t> number(std::string_view name) const {
    auto const value = text(name);
    std::int64_t number = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || value.empty()) return std::nullopt;
    return number;
  }
  bool is_yes(std::string_view name) const { return text(name) == "yes"; }

 private:
  std::map<std::string_view, std::string_view> values_;
};

void settle_in() {
  for (int const fd : {kLockDescriptor, kListenerDescriptor}) fcntl(fd, F_SETFD, FD_CLOEXEC);
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_NAME, "decapod-broker");
  // A thousand clients at once are a thousand descriptors.
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, ipc::kConnectionsMax + 64);
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  // Peers are shown the credentials of whoever called listen last.
  listen(kListenerDescriptor, ipc::kListenBacklog);
}

broker::EngineOptions engine_options(Handed const& handed, StatePaths const& paths) {
  broker::EngineOptions options{.paths = paths};
  options.fresh_store_uuid = handed.text("store");
  if (auto const epoch = handed.number("epoch")) options.tenure_epoch = static_cast<std::uint64_t>(*epoch);
  if (handed.is_yes("crashed")) options.predecessor = broker::Predecessor::crashed;
  return options;
}

broker::ServiceOptions service_options(Handed const& handed, StatePaths const& paths,
                                       broker::Directory const& directory) {
  broker::ServiceOptions options{.paths = paths, .rank = own_rank(directory), .build = std::string(kVersion)};
  options.limits.idle = Millis(handed.number("idle").value_or(options.limits.idle.count()));
  options.limits.longest = Millis(handed.number("tenure").value_or(options.limits.longest.count()));
  options.log_bytes = static_cast<std::size_t>(handed.number("log").value_or(broker::kLogBytes));
  if (handed.is_yes("ignore-want")) options.want = broker::Want::ignored_until_free;
  return options;
}

}  // namespace

election::BuildRank own_rank(broker::Directory const& directory) {
  return {.schema = broker::supported_schema(directory), .protocol = ipc::kProtocolMajor, .version = kVersionRank};
}

int run_broker_process(std::span<char* const> arguments, broker::Directory const& directory) {
  settle_in();
  Handed const handed(arguments);
  StatePaths const paths(handed.text("state"));
  auto const clock = system_clock(handed.text("boot"));
  auto const options = service_options(handed, paths, directory);
  broker::Log const log(paths.broker_log, *clock, options.log_bytes);
  auto lock = election::LeaderLock::adopt(election::Descriptor(kLockDescriptor), paths.leader_lock);
  if (!lock) return static_cast<int>(exit_status(lock.error().code));
  log.line("adopt");
  auto engine = broker::Engine::open(engine_options(handed, paths), directory, *clock);
  if (!engine) {
    // Whoever is queued finds the connection closed before a greeting, elects itself and meets the error itself.
    log.line("leave: " + engine.error().message);
    unlink(paths.socket.c_str());
    return static_cast<int>(exit_status(engine.error().code));
  }
  auto const ended = broker::serve(options, *std::move(engine), *lock, kListenerDescriptor, directory, *clock);
  if (ended.ending == broker::Ending::left) log.line("leave: " + std::string(to_text(ended.reason)));
  return static_cast<int>(ended.ending == broker::Ending::left ? ExitStatus::ok : ExitStatus::unknown);
}

}  // namespace decapod::cli
