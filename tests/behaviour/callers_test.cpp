// A command returns when its answer is there, whatever its caller has tied to it; and whoever stops reading an answer
// delays nobody else. The broker stays for longer than a command is waited for here: anything it kept would show.

#include <catch2/catch.hpp>

#include <support/eventually.h>
#include <support/leader.h>
#include <support/repository.h>

#include "workers.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

using namespace decapod::test;

namespace {

constexpr Milliseconds kIdle{600'000};

bool broker_is_there(TempRepository const& repository) {
  auto const holders = lock_holders(repository.leader_lock());
  return std::ranges::count(holders, Role::broker, &Holder::role) == 1;
}

// The first command in a quiet store wins the lock and leaves a broker behind. The script must end before that broker.
void check_as_winner(TempRepository& repository, std::string const& script) {
  repository.set_idle(kIdle);
  auto const finished = repository.shell(script);
  INFO(finished.output << finished.error);
  CHECK(finished.status == 0);
  CHECK(broker_is_there(repository));
}

}  // namespace

TEST_CASE("a command substitution returns as soon as the answer is there") {
  TempRepository repository;
  REQUIRE(repository.falls_quiet());
  check_as_winner(repository, "id=$($D todo add one --porcelain) && test -n \"$id\" && $D todo show $id");
}

TEST_CASE("a pipe ends as soon as the answer is there") {
  TempRepository repository;
  REQUIRE(repository.falls_quiet());
  check_as_winner(repository, "set -o pipefail; $D todo add one 2>&1 | cat");
}

TEST_CASE("an extra descriptor that the caller waits for is not kept by the broker") {
  TempRepository repository;
  REQUIRE(repository.falls_quiet());
  check_as_winner(repository, "x=$( { $D todo add one >/dev/null 2>&1; } 9>&1 3>&1 200>&1 )");
}

TEST_CASE("timeout(1) around a command returns as soon as the answer is there") {
  TempRepository repository;
  REQUIRE(repository.falls_quiet());
  check_as_winner(repository, "timeout 100 $D todo add one");
}

TEST_CASE("the lock of flock(1) around a command is free as soon as the answer is there") {
  TempRepository repository;
  REQUIRE(repository.falls_quiet());
  check_as_winner(repository, "flock ../the-lock $D todo add one && flock -n ../the-lock true");
}

TEST_CASE(
    "the broker holds standard streams on /dev/null, the lock, the socket and the store, nothing of the caller's") {
  TempRepository repository;
  REQUIRE(repository.falls_quiet());
  check_as_winner(repository, "exec 7<../home 8>../caller-file; $D todo add one");
  // One that has answered has opened what it opens.
  repository.must({"todo", "list"});
  auto const holders = lock_holders(repository.leader_lock());
  REQUIRE(holders.size() == 1);
  auto const process = std::filesystem::path("/proc") / std::to_string(holders.front().pid);
  int seen = 0;
  for (auto const& entry : std::filesystem::directory_iterator(process / "fd")) {
    std::error_code closed;  // by then
    auto const target = std::filesystem::read_symlink(entry.path(), closed).string();
    if (closed) continue;
    ++seen;
    INFO(entry.path().filename().string() << " -> " << target);
    bool const expected = target == "/dev/null" || target.starts_with("socket:") || target.starts_with("anon_inode:") ||
                          target.starts_with("pipe:") || target.starts_with(repository.state());
    CHECK(expected);
  }
  CHECK(seen > 5);
  CHECK(getsid(holders.front().pid) == holders.front().pid);
}

namespace {

constexpr int kItems = 100;
constexpr std::string_view kLarge = R"("title":"large")";

// Enough to fill any pipe or socket buffer many times.
void fill(TempRepository const& repository) {
  std::string lines;
  for (int i = 0; i < kItems; ++i) {
    lines += R"({"id":"x-)" + std::to_string(i) +
             R"(","title":"large","issue_type":"task","status":"open",)"
             R"("priority":2,"created_at":"2026-01-01T00:00:00Z","description":")" +
             std::string(20'000, 'd') + "\"}\n";
  }
  auto command = repository.command({"todo", "import", "-"});
  command.input = lines;
  auto const finished = run(command);
  INFO(finished.error);
  REQUIRE(finished.status == 0);
}

// A pipe by name whose reader, this object, does not read until it is told to.
class StuckReader {
 public:
  explicit StuckReader(std::string const& path) {
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    fd_ = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(fd_ >= 0);
    // The smallest that the kernel gives.
    capacity_ = fcntl(fd_, F_SETPIPE_SZ, 1);
    REQUIRE(capacity_ > 0);
  }
  ~StuckReader() { close(fd_); }
  StuckReader(StuckReader const&) = delete;
  StuckReader& operator=(StuckReader const&) = delete;

  bool is_full() const {
    int waiting = 0;
    return ioctl(fd_, FIONREAD, &waiting) == 0 && waiting == capacity_;
  }

  // Everything up to the end.
  std::string read_on() const {
    fcntl(fd_, F_SETFL, 0);
    std::string all;
    std::array<char, 65536> chunk{};
    for (ssize_t got = 0; (got = read(fd_, chunk.data(), chunk.size())) > 0;)
      all.append(chunk.data(), static_cast<std::size_t>(got));
    return all;
  }

 private:
  int fd_ = -1;
  int capacity_ = 0;
};

// Runs `script`, which writes to "$PIPE", of which nobody reads; works on beside it; then reads what it wrote. Had it
// kept the others waiting they would have failed, and had it been dropped for it, something would be missing.
std::string work_beside(TempRepository const& repository, std::string const& script, Environment const& with = {}) {
  auto const pipe = repository.scratch("pipe");
  StuckReader const reader(pipe);
  auto command = repository.command({}, with);
  command.environment["D"] = binary();
  command.environment["SANDBOX"] = sandbox_launcher();
  command.environment["PIPE"] = pipe;
  command.arguments = {"bash", "-c", script};
  Child stuck(command);
  REQUIRE(eventually([&] { return reader.is_full(); }));
  for (int i = 0; i < 10; ++i) {
    auto const answer = repository.ask({"todo", "add", "meanwhile"});
    INFO(told(answer));
    CHECK(answer.ok());
  }
  CHECK(reader.is_full());
  auto written = reader.read_on();
  auto const finished = stuck.wait();
  INFO(finished.error);
  CHECK(finished.status == 0);
  return written;
}

// The items of an export that were there before anybody was stuck.
long filled_items(std::string const& text) {
  long found = 0;
  for (auto at = text.find(kLarge); at != std::string::npos; at = text.find(kLarge, at + 1)) ++found;
  return found;
}

}  // namespace

// Its program may not be executed any more once it has started: no broker can begin.
TEST_CASE("a command whose program cannot be started again has its answer, and leaves nothing that nobody answers at") {
  auto const command = GENERATE(as<std::string>{}, "todo add one --description -", "todo import -");
  TempRepository repository;
  repository.set_idle(kIdle);
  auto const done = repository.shell(R"sh(
cp "$D" ./once && mkfifo gate
./once )sh" + command + R"sh( < gate > answer & command=$!
exec 3> gate
for i in $(seq 500); do [ "$(readlink "/proc/$command/exe")" = "$PWD/once" ] && break; sleep 0.01; done
chmod 600 ./once
echo '{"id":"b-1","title":"described"}' >&3; exec 3>&-
wait "$command" || exit
for i in $(seq 500); do [ -e .decapod/data/broker.sock ] || break; sleep 0.01; done
[ -e .decapod/data/broker.sock ] && echo left
grep -c adopt .decapod/data/broker.log
"$D" todo list --porcelain | wc -l
)sh");
  INFO(done.output << done.error);
  CHECK(done.status == 0);
  CHECK(done.output == "0\n1\n");
}

TEST_CASE("no descriptor of the caller is open any more when a command has ended, whatever its number") {
  TempRepository repository;
  repository.set_idle(kIdle);
  auto const done = repository.shell(R"sh(
for number in 3 5 9 10 11 12 63 250; do
  pid=$("$D" broker status --json | sed -n 's/.*"pid":\([0-9]*\).*/\1/p')
  [ -z "$pid" ] || kill "$pid"
  flock .decapod/data/leader.lock true
  (eval "exec $number> ../held-$number"; flock -n "$number" && "$D" todo add "with-$number" >/dev/null)
  flock -n "../held-$number" true || echo "$number is held"
done
)sh");
  INFO(done.output << done.error);
  CHECK(done.status == 0);
  CHECK(done.output.empty());
  CHECK(broker_is_there(repository));
}

TEST_CASE(
    "a text from a closed standard input is refused, from an empty one it is empty, and who reads none may close it") {
  TempRepository const repository;
  CHECK(repository.shell("\"$D\" todo add one -d - <&-").status == 2);
  CHECK(repository.shell("echo x | \"$D\" batch <&-").status == 2);
  CHECK(repository.ask({"todo", "list"}).data().at("items").as_array().empty());
  CHECK(repository.shell("\"$D\" todo add two -d - </dev/null").status == 0);
  CHECK(repository.shell("\"$D\" todo add three <&-").status == 0);
  CHECK(repository.ask({"todo", "list"}).data().at("items").as_array().size() == 2);
}

TEST_CASE("a write that nobody heard of says so, and a list whose reader has enough does not") {
  TempRepository const repository;
  repository.must({"todo", "add", "one"});
  // The reader has gone before anything is said.
  auto const unread = [&](std::string const& command) {
    return repository.shell("{ sleep 0.3; $D " + command + "; echo $? >status; } | true; cat status");
  };
  auto const lost = unread("todo next --claim --porcelain");
  CHECK(lost.output == "10\n");
  CHECK(lost.error.find("request: ") != std::string::npos);
  CHECK(unread("todo list").output == "0\n");
  auto const closed = repository.shell("$D todo add two --porcelain >&-");
  CHECK(closed.status == 10);
  CHECK(closed.error.find("request: ") != std::string::npos);
  CHECK(repository.shell("$D todo list >&-").status == 0);
  CHECK(repository.shell("echo '{\"op\":\"todo.add\",\"args\":{\"title\":\"x\"}}' | $D batch >&-").status == 10);
  CHECK(repository.shell("$D todo add three >/dev/null").status == 0);
}

TEST_CASE("a reader that stops reading delays nobody") {
  TempRepository repository;
  fill(repository);
  SECTION("of a command that won the lock") {
    REQUIRE(repository.falls_quiet());
    CHECK(filled_items(work_beside(repository, "$D todo list --all --limit 100 --json >$PIPE")) == kItems);
  }
  SECTION("of a heavy command that won the lock") {
    REQUIRE(repository.falls_quiet());
    CHECK(filled_items(work_beside(repository, "$D todo export >$PIPE")) == kItems);
  }
  SECTION("of a forwarded command") {
    repository.set_idle(kIdle);
    repository.must({"todo", "stats"});
    CHECK(filled_items(work_beside(repository, "$D todo export >$PIPE")) == kItems);
  }
  SECTION("of a command that leaves no broker behind") {
    REQUIRE(repository.falls_quiet());
    CHECK(filled_items(work_beside(repository, "$D todo export >$PIPE", {{"DECAPOD_BROKER_IDLE_MS", "0"}})) == kItems);
  }
  SECTION("of a command in a sandbox") {
    REQUIRE(repository.falls_quiet());
    CHECK(filled_items(work_beside(repository, "$SANDBOX codex $D todo export >$PIPE")) == kItems);
  }
  SECTION("of a batch") {
    constexpr int kLines = 10;
    auto const written = work_beside(
        repository, "for i in $(seq 10); do echo '{\"op\":\"todo.export\",\"args\":{}}'; done | $D batch >$PIPE");
    CHECK(filled_items(written) == kLines * kItems);
  }
}
