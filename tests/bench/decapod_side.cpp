#include "decapod_side.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace decapod::bench {
namespace {

// More are refused at once.
constexpr int kImportMost = 20'000;

namespace json = boost::json;

constexpr auto kPatience = std::chrono::seconds(10);

void rest() {
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

bool is_locked(std::string const& path) {
  int const file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  bool const locked = flock(file, LOCK_SH | LOCK_NB) != 0;
  close(file);
  return locked;
}

}  // namespace

void write_backlog(std::string const& file, int first, int items) {
  static constexpr char const* kWords[] = {"parser", "drops", "release", "notes", "index", "cache", "socket",  "retry",
                                           "lease",  "token", "deploy",  "audit", "merge", "panic", "latency", "quota"};
  std::ofstream out(file);
  for (int i = first; i < first + items; ++i) {
    auto const word = [i](int k) { return kWords[static_cast<std::size_t>(i * 7 + i / 16 * k + k * 5) % 16]; };
    out << R"({"id":"b-)" << i << R"(","title":"item number )" << i << ' ' << word(1) << ' ' << word(2) << ' '
        << word(3) << R"(","issue_type":"task","status":"open","priority":)" << i % 5
        << R"(,"created_at":"2026-01-01T00:00:00Z"})" << '\n';
  }
}

DecapodSide::DecapodSide(std::string binary, std::string path, int items)
    : binary_(std::move(binary)), path_(std::move(path)) {
  std::filesystem::create_directories(path_);
  auto const git = find_program("git");
  must({.arguments = {git, "-c", "init.defaultBranch=main", "init", "--quiet", "."},
        .environment = {"PATH=/usr/bin:/bin", "HOME=" + path_},
        .directory = path_});
  must(run(0, {"init", "--quiet"}));
  if (items == 0) return;
  auto const backlog = path_ + "/backlog.jsonl";
  for (int done = 0; done < items; done += kImportMost) {
    write_backlog(backlog, done + 1, std::min(kImportMost, items - done));
    must(run(0, {"todo", "import", "backlog.jsonl", "--timeout", "30m"}));
  }
  std::filesystem::remove(backlog);
  cool();
}

DecapodSide::~DecapodSide() {
  try {
    cool();
  } catch (std::exception const&) {
    // Only the directory is left to be removed.
  }
}

// The environment of an agent's shell. The broker of the first command stays until it is told to leave: what is warm
// and what is cold is the row's to say.
Program DecapodSide::run(int shell, std::vector<std::string> words) const {
  auto const number = std::to_string(shell);
  words.insert(words.begin(), binary_);
  return {.arguments = std::move(words),
          .environment = {"PATH=/usr/bin:/bin", "HOME=" + path_, "LC_ALL=C", "DECAPOD_BROKER_IDLE_MS=600000",
                          "DECAPOD_AGENT_ID=agent-" + number, "DECAPOD_SESSION_ID=session-" + number},
          .directory = path_};
}

Program DecapodSide::update(int shell, int item, int priority) const {
  return run(shell, {"todo", "edit", id(item), "--priority", std::to_string(priority)});
}

// In one process: `batch`, as the agent who is going to finish them.
void DecapodSide::prepare_done(int shell, int first, int last) {
  Running batch(run(shell, {"batch"}), Streams::piped);
  std::string lines;
  for (int item = first; item <= last; ++item) lines += R"({"op":"todo.claim","args":{"id":")" + id(item) + "\"}}\n";
  if (write(batch.input(), lines.data(), lines.size()) != static_cast<ssize_t>(lines.size()))
    throw std::runtime_error("the claims do not fit into a pipe");
  if (batch.wait().status != 0) throw std::runtime_error("items to be finished cannot be claimed");
}

// Until somebody serves who stays: a broker that was told to leave still answers who was queued.
void DecapodSide::warm() {
  for (auto const until = now() + kPatience; now() < until; rest()) {
    must(show(0, 1));
    if (staying() > 0) return;
  }
  throw std::runtime_error("no broker comes");
}

bool DecapodSide::somebody_leads() const {
  return is_locked(path_ + "/.decapod/data/leader.lock");
}

void DecapodSide::cool() {
  auto const until = now() + std::chrono::seconds(60);
  while (somebody_leads()) {
    if (auto const pid = staying(); pid > 0) end(pid, SIGTERM);
    if (now() > until) throw std::runtime_error("a broker does not leave");
    rest();
  }
}

void DecapodSide::end_server(int signal) {
  end(server(), signal);
}

void DecapodSide::end(pid_t server, int signal) {
  ending_ = server;
  kill(server, signal);
}

// The process that serves and was not told to leave; 0 if there is none.
pid_t DecapodSide::staying() const {
  auto const pid = static_cast<pid_t>(status("pid"));
  return pid == ending_ ? 0 : pid;
}

std::int64_t DecapodSide::status(std::string const& name) const {
  auto const answer = json::parse(must(run(0, {"broker", "status", "--json"}))).as_object();
  auto const& data = answer.at("data").as_object();
  auto const* value = data.if_contains(name);
  return value == nullptr || !value->is_number() ? 0 : value->to_number<std::int64_t>();
}

// Never 0, which kill(2) takes for the caller's own process group: a broker that was just spawned answers in a moment.
pid_t DecapodSide::server() const {
  for (auto const until = now() + kPatience; now() < until; rest()) {
    if (auto const pid = staying(); pid > 0) return pid;
  }
  throw std::runtime_error("nobody serves");
}

Effects DecapodSide::effects() {
  cool();
  auto const text = ask_copy(database(), path_,
                             "SELECT (SELECT count(*) FROM todo_item),"
                             " (SELECT count(*) FROM ledger WHERE operation = 'todo.edit' AND status = 'COMMITTED'),"
                             " (SELECT count(*) FROM todo_item WHERE status = 'claimed'),"
                             " (SELECT count(*) FROM todo_item WHERE status = 'done')");
  Effects found;
  if (std::sscanf(text.c_str(), "%ld|%ld|%ld|%ld", &found.items, &found.updates, &found.claimed, &found.done) != 4)
    throw std::runtime_error("the store cannot be counted: " + text);
  return found;
}

}  // namespace decapod::bench
