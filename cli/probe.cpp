#include "probe.h"

#include <decapod/base/codec.h>
#include <decapod/broker/losses.h>
#include <decapod/election/holder.h>
#include <decapod/ipc/channel.h>

#include <fmt/core.h>

#include <thread>

namespace decapod::cli {
namespace {

constexpr Millis kBetweenLooks{20};

Error silent_leader(StatePaths const& paths, std::optional<pid_t> holder) {
  auto const who = holder ? fmt::format("process {}", *holder) : std::string("somebody");
  auto error = fail(ErrorCode::timeout, fmt::format("{} holds the lock of this store and does not answer", who),
                    {{"state_directory", paths.directory}});
  if (!holder) {
    error.hint = "ask again; if it stays so, look for a decapod process that is stopped";
    return error;
  }
  error.details.emplace("holder", *holder);
  error.hint = fmt::format(
      "if it is stopped, `kill -CONT {0}` lets it go on; after `kill -KILL {0}` the next command leads, and nothing "
      "that was acknowledged is lost",
      *holder);
  return error;
}

Result<ServiceStatus> status_in(std::string const& body) {
  DECAPOD_TRY(auto const document, parse_json(body, "the broker's status"));
  return codec::decode<ServiceStatus>(document, codec::Unknown::ignore);
}

// The peer's own word, or why there is none.
Result<ipc::Transfer<ServiceStatus>> converse(int descriptor, SteadyTime deadline) {
  ipc::Channel channel(descriptor);
  DECAPOD_TRY(auto const hello, channel.read_hello(deadline));
  if (!hello) return ipc::Transfer<ServiceStatus>(hello.error());
  auto const asked = channel.write(ipc::make_frame(ipc::FrameKind::status, ""), deadline);
  if (!asked) return ipc::Transfer<ServiceStatus>(asked.error());
  DECAPOD_TRY(auto const answer, channel.read_message(deadline));
  if (!answer) return ipc::Transfer<ServiceStatus>(answer.error());
  if (answer->kind != ipc::FrameKind::status) return ipc::Transfer<ServiceStatus>(ipc::Refusal::gone);
  DECAPOD_TRY(auto status, status_in(answer->body));
  return ipc::Transfer<ServiceStatus>(std::move(status));
}

Result<ipc::Transfer<ServiceStatus>> ask_once(StatePaths const& paths, SteadyTime deadline) {
  auto const connected = ipc::connect_to(paths);
  if (!connected) return ipc::Transfer<ServiceStatus>(connected.error());
  return converse(*connected, deadline);
}

// What a broker has lost it does not know for long: it leaves.
ServiceStatus with_losses(ServiceStatus status, StatePaths const& paths) {
  auto const losses = broker::read_losses(paths.directory).size();
  if (losses > 0) status.losses = static_cast<std::int64_t>(losses);
  return status;
}

}  // namespace

Result<ServiceStatus> probe(StatePaths const& paths, SteadyTime deadline) {
  for (;;) {
    DECAPOD_TRY(auto asked, ask_once(paths, deadline));
    if (asked) return with_losses(*std::move(asked), paths);
    if (asked.error() == ipc::Refusal::sockets_refused) {
      return fail(ErrorCode::unreachable,
                  "this process may not use Unix sockets, so it cannot ask whether a broker serves");
    }
    if (asked.error() == ipc::Refusal::exhausted) {
      return fail(ErrorCode::unreachable,
                  "there is no descriptor or memory left for a socket, so nobody can be asked whether a broker serves");
    }
    // Between leaders, and while a command leads without a socket, there is a holder and nobody to ask.
    auto const holder = election::lock_holder(paths.leader_lock);
    bool const nobody = asked.error() == ipc::Refusal::nobody_listens || asked.error() == ipc::Refusal::gone;
    if (nobody && !holder) return with_losses({}, paths);
    if (std::chrono::steady_clock::now() + kBetweenLooks >= deadline) return silent_leader(paths, holder);
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace decapod::cli
