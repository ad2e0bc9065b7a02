#include "doctor.h"

#include "doctor_config.h"
#include "environment.h"
#include "git_process.h"
#include "lost_pins.h"
#include "sandbox.h"
#include "settings.h"
#include "store_layout.h"

#include <decapod/base/counted.h>
#include <decapod/base/descriptor.h>
#include <decapod/base/shell_words.h>
#include <decapod/broker/log.h>
#include <decapod/broker/losses.h>
#include <decapod/cli_kit/scratch.h>
#include <decapod/ipc/endpoint.h>
#include <decapod/storage/library.h>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

namespace decapod::cli {
namespace {

constexpr std::size_t kLogLines = 8;
// A light read of what every store has.
constexpr std::string_view kQuestion = "broker.checkpoint";

// The store's own files are as they were: it can be read, and nothing can be added to it.
Check no_room(Error const& error) {
  auto check = problem("room", error);
  check.detail = "nothing can be committed: " + check.detail;
  return check;
}

// `mode`: the permissions that it has in a store that is well.
std::string way_to_write(std::string const& path, std::string_view mode) {
  bool const refused = faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0;
  if (refused && errno == EROFS) {
    return "it is mounted read-only: `findmnt --target " + shell_word(path) +
           "` says by what; `mount -o remount,rw` ends that";
  }
  if (refused && errno == EPERM) return "an attribute forbids it (`lsattr`): chattr -i " + shell_word(path);
  return fmt::format("chmod {} {}", mode, shell_word(path));
}

Check check_writable(StorePlace const& place, Sandbox sandbox, Result<Scratch> const& made) {
  if (made) return good("writable", "the state directory can be written");
  if (made.error().code == ErrorCode::disk_full) return no_room(made.error());
  auto check = problem("writable", made.error());
  check.hint = setting_to_write(sandbox, place.paths.directory);
  if (check.hint.empty()) check.hint = way_to_write(place.paths.directory, "700");
  return check;
}

Check check_locks(Scratch const& scratch) {
  auto const path = scratch.path() + "/lock";
  auto const made = make_entry({EntryKind::private_file, path, ""});
  if (!made) return problem("locks", made.error());
  auto const tested = election::self_test(path);
  return tested ? good("locks", "a held lock turns others away") : problem("locks", tested.error());
}

Check check_filesystem(StorePlace const& place) {
  auto const name = election::filesystem_name(place.paths.directory);
  auto const checked = election::check_filesystem(place.paths.directory, unreliable_locks(place));
  if (!checked) return problem("file system", checked.error());
  return good("file system", name ? *name : "unknown");
}

// Listens and connects at a name of its own, as a broker and its client would.
Check check_sockets(StorePlace const& place, Scratch const& scratch, Sandbox sandbox) {
  auto paths = place.paths;
  paths.socket = scratch.path() + "/sock";
  paths.socket_new = paths.socket + ".new";
  auto const listening = ipc::listen_at(paths);
  Descriptor const listener(listening ? listening->descriptor : -1);
  if (listening) {
    auto const connected = ipc::connect_to(paths);
    Descriptor const client(connected ? *connected : -1);
    if (connected) return good("sockets", "a Unix socket can be made and reached");
  }
  return {"sockets", Health::notice, "Unix sockets are refused here, so each command does its own work under the lock",
          setting_for_sockets(sandbox, place.paths.socket)};
}

Check check_sandbox(Sandbox sandbox) {
  switch (sandbox) {
    case Sandbox::none:
      return good("sandbox", "none that says so");
    case Sandbox::codex:
      return {"sandbox", Health::notice, "Codex: a background process may not outlive the command", ""};
    case Sandbox::claude:
      return {"sandbox", Health::notice, "Claude Code: a background process may not outlive the command", ""};
  }
  return good("sandbox", "none that says so");
}

Check check_sqlite() {
  auto const library = storage::library();
  std::string contained;
  for (auto const& fault : library.faults) {
    if (fault.exposure == storage::Exposure::absent) continue;
    contained.append(contained.empty() ? "" : ", ").append(fault.name);
  }
  if (contained.empty()) return good("sqlite", library.version);
  return good("sqlite", fmt::format("{}; guarded against its known faults: {}", library.version, contained));
}

// On a store of its own beside the real one, which it does not touch.
Check check_commits(Scratch const& scratch) {
  auto const tested = storage::test_library(scratch.path());
  if (!tested && tested.error().code == ErrorCode::disk_full) return no_room(tested.error());
  return tested ? good("commits", "a scratch store kept what it acknowledged") : problem("commits", tested.error());
}

std::string in_words(ServiceStatus const& status) {
  if (status.unserved) return "nobody serves this store, and no command will: " + *status.unserved;
  if (status.serving == Serving::no) return "nobody serves this store: the next command will";
  return fmt::format("process {}, build {}, has served for {}; {} so far, {} queued", status.pid.value_or(0),
                     status.build.value_or("?"), to_string(Millis(status.uptime_ms.value_or(0))),
                     counted(status.requests.value_or(0), "request"), status.queued.value_or(0));
}

Check check_broker(Desk& desk, DoctorReply& reply) {
  auto const broker = desk.outside.probe_broker();
  if (!broker) {
    auto check = problem("broker", broker.error());
    // Without sockets nobody can be asked, and commands do without.
    if (broker.error().code == ErrorCode::unreachable) {
      check.health = Health::notice;
      check.hint.clear();
    }
    return check;
  }
  reply.broker = *broker;
  return good("broker", in_words(*broker));
}

// Who may only read the lock's file leads without writing.
std::optional<Check> closed_lock(StorePlace const& place) {
  auto const& path = place.paths.leader_lock;
  if (access(path.c_str(), F_OK) != 0 || access(path.c_str(), W_OK) == 0) return std::nullopt;
  return Check{"lock file", Health::problem, path + " may not be written by this user", way_to_write(path, "600")};
}

// By the permissions alone: a descriptor of the database, closed again, would drop the locks of whoever has it open.
std::optional<Check> closed_database(StorePlace const& place) {
  for (auto const& path : {place.paths.database, place.paths.wal}) {
    if (access(path.c_str(), F_OK) != 0) continue;
    bool const readable = access(path.c_str(), R_OK) == 0;
    if (readable && access(path.c_str(), W_OK) == 0) continue;
    return Check{readable ? "database file" : "database", Health::problem,
                 fmt::format("{} may not be {} by this user", path, readable ? "written" : "read"),
                 way_to_write(path, "600")};
  }
  return std::nullopt;
}

// `present`: the UUID of the store; "" where there is none.
std::vector<Check> check_pins(Desk& desk, StorePlace const& place, std::string_view present) {
  std::vector<Check> checks;
  for (auto const& pin : pins_of_lost_stores(desk.outside, place, present)) {
    checks.push_back({"pins", Health::problem, pin + " pins a store that was here and is not any more", way_out(pin)});
  }
  return checks;
}

Check check_database(Result<json::object> const& answer) {
  if (!answer) return problem("database", answer.error());
  return good("database", fmt::format("opens and answers, {}; `decapod validate` looks into it",
                                      counted(answer->at("size").to_number<std::uint64_t>(), "mutation")));
}

Check check_git_variables(std::string const& names) {
  return {"environment", Health::notice,
          fmt::format("{} is set, which decapod does not follow: the store is that of the current directory", names),
          "change into the repository, or name the store with --root PATH"};
}

Check check_losses(StorePlace const& place) {
  auto const losses = broker::read_losses(place.paths.directory);
  if (losses.empty()) return good("losses", "no acknowledged commit is known to be lost");
  auto const& last = losses.back();
  return {
      "losses", Health::problem, to_string(last.at) + ": " + last.why + "; " + broker::extent_in_words(last),
      "`decapod validate` says whether the database is whole (if not, restore a snapshot); compare with the exported "
      "trail, then move " +
          broker::losses_path(place.paths.directory) + " and " + place.paths.audit_directory +
          " away: the trail is exported anew"};
}

Check const* named(DoctorReply const& reply, std::string_view name) {
  for (auto const& check : reply.checks) {
    if (check.name == name) return &check;
  }
  return nullptr;
}

bool fails(DoctorReply const& reply, std::string_view name) {
  auto const* check = named(reply, name);
  return check != nullptr && check->health == Health::problem;
}

void choose_routes(DoctorReply& reply) {
  if (fails(reply, "broker")) {
    reply.why = "whoever leads the store does not answer: see the checks";
    return;
  }
  auto const out_of_use = {"store", "database", "file system", "locks", "commits"};
  if (std::ranges::any_of(out_of_use, [&](auto const* name) { return fails(reply, name); })) {
    reply.why = "the store cannot be used: see the checks";
    return;
  }
  auto const only_readable = {"writable", "database file", "lock file"};
  if (std::ranges::any_of(only_readable, [&](auto const* name) { return fails(reply, name); })) {
    reply.reads = Route::read_only;
    reply.why = "the store cannot be written from here: see the checks";
    return;
  }
  auto const* sockets = named(reply, "sockets");
  bool const refused = sockets != nullptr && sockets->health != Health::good;
  reply.reads = refused ? Route::direct : Route::broker;
  if (fails(reply, "room")) {
    reply.why = "the disk has no room: what is there can be read";
    return;
  }
  if (named(reply, kNoBroker) != nullptr) {
    reply.why = fmt::format("{} is set: what is there can be read", kNoBroker);
    return;
  }
  reply.writes = reply.reads;
  reply.why = refused ? "Unix sockets are refused here" : "the lock and a socket are both to be had";
}

void examine(Desk& desk, StorePlace const& place, DoctorReply& reply) {
  auto const sandbox = sandbox_of(desk.outside.invocation());
  auto const made = Scratch::make(place.paths.directory);
  reply.checks.push_back(check_writable(place, sandbox, made));
  reply.checks.push_back(check_filesystem(place));
  if (made) {
    reply.checks.push_back(check_commits(*made));
    reply.checks.push_back(check_locks(*made));
    reply.checks.push_back(check_sockets(place, *made, sandbox));
  }
  reply.checks.push_back(check_losses(place));
  reply.checks.push_back(check_broker(desk, reply));
  // Where nothing can be written, the folder's check says so.
  if (auto closed = closed_lock(place); closed && made) reply.checks.push_back(*std::move(closed));
  if (auto closed = closed_database(place))
    reply.checks.push_back(*std::move(closed));
  else if (access(place.paths.leader_lock.c_str(), F_OK) != 0)
    // To ask would make it: looking makes nothing.
    reply.checks.push_back(
        {"lock", Health::notice, "the store lost its lock file; the next command makes it anew", ""});
  else if (auto const* face = desk.catalogue.operation(kQuestion); face != nullptr && !fails(reply, "broker")) {
    // Asks as any command would: of the broker that lives, or under the lock.
    auto const answer = desk.outside.call(*face->type, {});
    reply.checks.push_back(check_database(answer));
    if (answer) {
      auto found = check_pins(desk, place, answer->at("store_uuid").as_string());
      std::ranges::move(found, std::back_inserter(reply.checks));
    }
  }
  reply.log = broker::last_lines(place.paths.broker_log, kLogLines);
}

}  // namespace

Check good(std::string name, std::string detail) {
  return {std::move(name), Health::good, std::move(detail), ""};
}

Check problem(std::string name, Error const& error) {
  return {std::move(name), Health::problem, error.message, std::string(error.hint_or_default())};
}

Result<DoctorReply> doctor(Desk& desk, Doctor const&) {
  DoctorReply reply;
  reply.checks.push_back(check_sqlite());
  reply.checks.push_back(check_sandbox(sandbox_of(desk.outside.invocation())));
  auto const moved = ignored_git_variables(desk.outside.invocation().environment);
  if (!moved.empty()) reply.checks.push_back(check_git_variables(moved));
  if (desk.outside.wants_no_broker()) {
    reply.checks.push_back(
        {std::string(kNoBroker), Health::problem, "it is set, and so every write is refused", instead_of_no_broker()});
  }
  auto const& place = desk.outside.place();
  if (!place) {
    reply.checks.push_back(problem("store", place.error()));
  } else if (auto const made = desk.outside.made_place(); !made) {
    reply.checks.push_back(problem("store", made.error()));
    if (made.error().code == ErrorCode::store_not_found) {
      std::ranges::move(check_pins(desk, *place, ""), std::back_inserter(reply.checks));
    }
  } else {
    reply.checks.push_back(good("store", fmt::format("{} ({})", place->paths.directory, place->why)));
    examine(desk, *place, reply);
  }
  // A clone has the file before it has a store.
  if (place) std::ranges::move(check_configuration(desk.catalogue, *place), std::back_inserter(reply.checks));
  choose_routes(reply);
  return reply;
}

void render_doctor(DoctorReply const& reply, Text& text) {
  text.line(fmt::format("reads: {}, writes: {}", to_text(reply.reads), to_text(reply.writes)));
  text.line("because " + printable(reply.why));
  text.line();
  for (auto const& check : reply.checks) {
    auto const mark = check.health == Health::good ? "ok" : std::string(to_text(check.health));
    text.field(mark, check.name + ": " + check.detail, 8);
    if (!check.hint.empty()) text.field("", check.hint, 8);
  }
  if (reply.log.empty()) return;
  text.line();
  text.line("the last lines of broker.log:");
  for (auto const& line : reply.log) text.line("  " + printable(line));
}

}  // namespace decapod::cli
