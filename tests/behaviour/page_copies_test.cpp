// Heavy reads, snapshots and restores, from outside, while others write.

#include <catch2/catch.hpp>

#include <support/leader.h>
#include <support/store_copy.h>

#include "workers.h"

#include <boost/json/serialize.hpp>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <set>

using namespace decapod::test;
namespace fs = std::filesystem;

namespace {

constexpr int kWriters = 8;

// What eight shells added, and what became of each request.
class Writers {
 public:
  explicit Writers(TempRepository const& repository) : repository_(repository) {}

  // Until `work`, which runs beside them, has returned.
  void run_beside(std::function<void()> const& work) {
    std::atomic<bool> over = false;
    in_parallel(kWriters + 1, [&](int shell) {
      if (shell == kWriters) {
        work();
        over = true;
        return;
      }
      for (int i = 0; !over || i < 3; ++i) add(shell, i);
    });
  }

  std::set<std::string> acknowledged() const { return acknowledged_; }
  std::string const& first_failure() const { return first_failure_; }
  std::size_t failures() const { return failures_; }

 private:
  void add(int shell, int i) {
    auto const title = "item-" + std::to_string(shell) + '-' + std::to_string(i);
    auto const answer = repository_.ask({"todo", "add", title, "--timeout", "60s"});
    std::scoped_lock const guard(mutex_);
    if (answer.ok()) {
      acknowledged_.insert(title);
    } else if (++failures_ == 1) {
      first_failure_ = told(answer);
    }
  }

  TempRepository const& repository_;
  std::mutex mutex_;
  std::set<std::string> acknowledged_;
  std::size_t failures_ = 0;
  std::string first_failure_;
};

std::set<std::string> titles(std::string const& exported) {
  std::set<std::string> found;
  for (std::size_t at = 0; at < exported.size();) {
    auto const end = exported.find('\n', at);
    auto const line = exported.substr(at, end - at);
    auto const begin = line.find("\"title\":\"") + 9;
    found.insert(line.substr(begin, line.find('"', begin) - begin));
    at = end + 1;
  }
  return found;
}

bool includes(std::set<std::string> const& all, std::set<std::string> const& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

std::vector<fs::path> entries(std::string const& directory) {
  std::vector<fs::path> found;
  std::error_code none;
  for (auto const& entry : fs::directory_iterator(directory, none)) found.push_back(entry.path());
  return found;
}

std::string kept_by_restore(TempRepository const& repository) {
  for (auto const& path : entries(repository.state())) {
    if (path.filename().string().starts_with("before-restore-")) return path;
  }
  return "";
}

}  // namespace

TEST_CASE("heavy reads answer rightly while eight shells write, and leave no copy behind") {
  TempRepository repository;
  repository.must({"todo", "add", "first"});
  Writers writers(repository);
  std::vector<Answer> answers;
  writers.run_beside([&] {
    for (int i = 0; i < 5; ++i) {
      answers.push_back(repository.ask({"validate", "--store", "repo"}));
      answers.push_back(repository.ask({"broker", "verify"}));
      answers.push_back(repository.ask({"todo", "export"}));
    }
  });
  for (auto const& answer : answers) {
    INFO(told(answer));
    CHECK(answer.ok());
  }
  INFO(writers.first_failure());
  CHECK(writers.failures() == 0);
  CHECK(includes(titles(repository.must({"todo", "export"})), writers.acknowledged()));
  REQUIRE(repository.falls_quiet());
  CHECK(entries(repository.state() + "/copies").empty());
}

TEST_CASE("a heavy read survives the death of its broker, and a killed caller's copy is swept") {
  TempRepository repository;
  repository.must({"todo", "add", "first"});
  for (int i = 0; i < 10; ++i) {
    Child reader(repository.command({"validate", "--store", "repo", "--json"}));
    std::this_thread::sleep_for(std::chrono::milliseconds(i * 3));
    kill_serving_broker(repository.leader_lock());
    auto const answer = parse_answer(reader.wait());
    INFO(told(answer));
    CHECK(answer.ok());
  }
  for (int i = 0; i < 10; ++i) {
    Child reader(repository.command({"validate", "--store", "repo"}));
    std::this_thread::sleep_for(std::chrono::milliseconds(i * 5));
    kill(reader.pid(), SIGKILL);
    reader.wait();
  }
  repository.must({"todo", "add", "second"});
  REQUIRE(repository.falls_quiet());
  CHECK(entries(repository.state() + "/copies").empty());
}

TEST_CASE("a snapshot that is taken while eight shells write has every write that was acknowledged before it") {
  TempRepository repository;
  repository.must({"todo", "add", "first"});
  Writers writers(repository);
  std::set<std::string> before;
  auto const file = repository.scratch("snapshot.db");
  Answer taken;
  writers.run_beside([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    before = writers.acknowledged();
    taken = repository.ask({"broker", "snapshot", "../snapshot.db"});
  });
  INFO(told(taken));
  REQUIRE(taken.ok());
  CHECK(std::string(taken.data().at("file").as_string()) == repository.scratch("snapshot.db"));
  CHECK(fs::file_size(file) == taken.data().at("bytes").to_number<std::uint64_t>());
  CHECK((fs::status(file).permissions() & fs::perms::mask) == (fs::perms::owner_read | fs::perms::owner_write));
  // A new repository, with nothing but the snapshot.
  TempRepository other;
  auto const restored = other.ask({"broker", "restore", file});
  INFO(told(restored));
  REQUIRE(restored.ok());
  CHECK(includes(titles(other.must({"todo", "export"})), before));
  CHECK(other.ask({"broker", "verify"}).ok());
  auto const validated = other.ask({"validate", "--store", "repo"});
  INFO(told(validated));
  CHECK(validated.ok());
}

TEST_CASE("a snapshot overwrites nothing unless it is told to, and nothing of the store in any case") {
  TempRepository repository;
  repository.must({"todo", "add", "first"});
  auto const file = repository.scratch("snapshot.db");
  write_file(file, "precious");
  CHECK(repository.ask({"broker", "snapshot", file}).error_code() == "ALREADY_EXISTS");
  CHECK(read_file(file) == "precious");
  CHECK(repository.ask({"broker", "snapshot", file, "--force"}).ok());
  CHECK(read_file(file).starts_with("SQLite format 3"));
  CHECK(repository.ask({"broker", "snapshot", repository.state() + "/decapod.db", "--force"}).error_code() ==
        "REFUSED");
  CHECK(repository.ask({"broker", "snapshot", "/no/such/directory/s.db"}).error_code() == "NOT_WRITABLE");
  // Another file system: the bytes are copied.
  if (fs::exists("/dev/shm")) {
    auto const elsewhere = "/dev/shm/" + fs::path(repository.path()).parent_path().filename().string() + ".db";
    CHECK(repository.ask({"broker", "snapshot", elsewhere}).ok());
    CHECK(read_file(elsewhere).starts_with("SQLite format 3"));
    fs::remove(elsewhere);
  }
  for (auto const& mode : {"codex", "claude"}) {
    auto const there = repository.path() + "/" + mode + ".db";
    auto const answer = repository.ask_in_sandbox(mode, {"broker", "snapshot", there});
    INFO(told(answer));
    CHECK(answer.ok());
  }
  REQUIRE(repository.falls_quiet());
  CHECK(entries(repository.state() + "/copies").empty());
}

TEST_CASE("a restore while eight shells write: every acknowledged write is in the restored line or came before it") {
  TempRepository repository;
  repository.must({"todo", "add", "first"});
  auto const file = repository.scratch("snapshot.db");
  Writers writers(repository);
  Answer restored;
  writers.run_beside([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    repository.must({"broker", "snapshot", file});
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    restored = repository.ask({"broker", "restore", file, "--timeout", "60s"}, {{"DECAPOD_AGENT_ID", "carol"}});
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  });
  INFO(told(restored));
  REQUIRE(restored.ok());
  CHECK(restored.data().at("generation").to_number<int>() == 2);
  INFO(writers.first_failure());
  CHECK(writers.failures() == 0);

  REQUIRE(repository.falls_quiet());
  auto const kept = kept_by_restore(repository);
  REQUIRE_FALSE(kept.empty());
  // Every acknowledgement is in one of the two: the line that ended, or the line that goes on.
  auto const now = titles(repository.must({"todo", "export"}));
  TempRepository old_line;
  fs::copy_file(kept + "/decapod.db", old_line.scratch("old.db"));
  auto const reopened = old_line.ask({"broker", "restore", old_line.scratch("old.db")});
  INFO(told(reopened));
  REQUIRE(reopened.ok());
  auto const then = titles(old_line.must({"todo", "export"}));
  std::size_t after_only = 0;
  for (auto const& title : writers.acknowledged()) {
    INFO(title);
    CHECK((now.count(title) + then.count(title)) > 0);
    after_only += then.count(title) == 0;
  }
  CHECK(after_only > 0);
  // The last record of the ended line is the one that the restore names.
  auto const& old = restored.data().at("old").as_object();
  CHECK(old.at("commit_seq").to_number<std::size_t>() == then.size());

  auto const trail = repository.ask({"broker", "audit", "--operation", "broker.restore"});
  REQUIRE(trail.ok());
  auto const& record = trail.data().at("records").as_array().at(0).at("record");
  CHECK(record.at("actor").as_string() == "carol");
  auto const keys = boost::json::serialize(record.at("affected_keys"));
  CHECK(keys.find(std::string(restored.data().at("snapshot").as_string())) != std::string::npos);
  CHECK(keys.find(std::string(old.at("head").as_string())) != std::string::npos);
  auto const validated = repository.ask({"validate", "--store", "repo"});
  INFO(told(validated));
  CHECK(validated.ok());
  CHECK(repository.ask({"broker", "verify"}).ok());
  CHECK(entries(repository.state() + "/copies").empty());
}

TEST_CASE("a snapshot of another store takes the place of one with history only by force") {
  TempRepository repository;
  TempRepository other;
  repository.must({"todo", "add", "mine"});
  other.must({"todo", "add", "theirs"});
  auto const file = repository.scratch("theirs.db");
  other.must({"broker", "snapshot", file});
  CHECK(repository.ask({"broker", "restore", file}).error_code() == "REFUSED");
  CHECK(titles(repository.must({"todo", "export"})) == std::set<std::string>{"mine"});
  CHECK(repository.ask({"broker", "restore", file, "--force", "--dry-run"}).ok());
  CHECK(titles(repository.must({"todo", "export"})) == std::set<std::string>{"mine"});
  CHECK(repository.ask({"broker", "restore", file, "--force"}).ok());
  CHECK(titles(repository.must({"todo", "export"})) == std::set<std::string>{"theirs"});
}

TEST_CASE("a restore works in sandboxes that refuse sockets") {
  TempRepository repository;
  repository.must({"todo", "add", "first"});
  auto const file = repository.path() + "/snapshot.db";
  repository.must({"broker", "snapshot", file});
  repository.must({"todo", "add", "second"});
  for (auto const& mode : {"codex", "claude"}) {
    auto const answer = repository.ask_in_sandbox(mode, {"broker", "restore", file});
    INFO(told(answer));
    CHECK(answer.ok());
    CHECK(titles(repository.must({"todo", "export"})) == std::set<std::string>{"first"});
  }
}

TEST_CASE("after a restore, a token of the line that ended opens nothing in the line that began") {
  TempRepository repository;
  Environment const alice{{"DECAPOD_AGENT_ID", "alice"}, {"DECAPOD_SESSION_ID", "a"}};
  Environment const bob{{"DECAPOD_AGENT_ID", "bob"}, {"DECAPOD_SESSION_ID", "b"}};
  repository.must({"todo", "add", "contended"});
  auto const file = repository.scratch("snapshot.db");
  repository.must({"broker", "snapshot", file});

  auto const before = repository.ask({"todo", "next", "--claim"}, bob);
  REQUIRE(before.ok());
  auto const id = std::string(before.data().at("item").at("id").as_string());
  auto const abandoned = boost::json::serialize(before.data().at("token"));
  auto const marker = before.marker();
  REQUIRE(repository.ask({"broker", "restore", file}).ok());

  auto const now = repository.ask({"todo", "claim", id}, alice);
  INFO(told(now));
  REQUIRE(now.ok());
  auto const current = boost::json::serialize(now.data().at("token"));
  CHECK(current != abandoned);
  // Bob's work was of the other line: his token is refused, by whichever verb, and alice's holds.
  for (auto const& verb : {"done", "renew", "release"}) {
    auto const late = repository.ask({"todo", verb, id, "--token", abandoned}, bob);
    INFO(told(late));
    CHECK(late.error_code() == "STALE_TOKEN");
  }
  CHECK(repository.ask({"todo", "done", id, "--token", current}, alice).ok());
  // A marker of the ended line names a commit that this line has not made.
  auto const behind = repository.ask({"todo", "list", "--min-seq", "1000"});
  CHECK(behind.error_code() == "STORE_BEHIND");
  CHECK(marker.substr(0, marker.find('.')) != now.marker().substr(0, now.marker().find('.')));
  CHECK(repository.ask({"validate", "--store", "repo"}).ok());
}

TEST_CASE("a comparison that was asked for and has nothing to compare does not pass") {
  TempRepository repository;
  repository.must({"todo", "add", "first"});
  auto const checkpoint = repository.scratch("checkpoint.txt");
  write_file(checkpoint, repository.must({"broker", "checkpoint"}));
  CHECK(repository.ask({"broker", "verify", "--against", checkpoint}).ok());
  write_file(repository.scratch("empty"), "");
  write_file(repository.scratch("blank"), " \n\n");
  for (auto const& against : {std::string(), std::string("-"), std::string("/dev/null"), repository.scratch("empty"),
                              repository.scratch("blank")}) {
    INFO(against);
    auto const answer = repository.ask({"broker", "verify", "--against", against});
    INFO(told(answer));
    CHECK(answer.error_code() == "BAD_REQUEST");
    CHECK(answer.process.status == 2);
  }
}

TEST_CASE("whoever follows the trail sees the records that a restore and what comes after it make") {
  TempRepository repository;
  auto id = repository.must({"todo", "add", "first", "--porcelain"});
  id.pop_back();
  auto const file = repository.scratch("snapshot.db");
  repository.must({"broker", "snapshot", file});
  for (int i = 0; i < 3; ++i) repository.must({"todo", "add", "abandoned"});
  auto const seen = repository.scratch("seen");
  auto const follower = repository.command({"broker", "audit", "--follow", "--timeout", "60s"});
  std::string const script = "\"$0\" broker audit --follow --timeout 60s > '" + seen + "'";
  Child following(Command{.arguments = {"bash", "-c", script, binary()},
                          .environment = follower.environment,
                          .cwd = repository.path(),
                          .input = ""});
  auto const lines_with = [&](std::string const& word) {
    auto const text = fs::exists(seen) ? read_file(seen) : std::string();
    int count = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
    return count;
  };
  REQUIRE(eventually([&] { return lines_with("todo.add") >= 4; }));
  auto const before = lines_with("todo.add");
  repository.must({"broker", "restore", file});
  repository.must({"todo", "comment", id, "a remark"});
  CHECK(eventually([&] { return lines_with("todo.comment") == 1; }));
  CHECK(lines_with("broker.restore") == 1);
  // What the snapshot brought along is no news.
  CHECK(lines_with("todo.add") == before);
  kill(following.pid(), SIGKILL);
}

TEST_CASE("a snapshot that is ended half-way leaves nothing beside its place") {
  TempRepository repository;
  for (int i = 0; i < 40; ++i) repository.must({"todo", "add", "item", "--description", std::string(60'000, 'x')});
  // Another file system than the store's where there is one, so that bytes have to be copied.
  auto const folder = fs::exists("/dev/shm")
                          ? fs::path("/dev/shm") / fs::path(repository.path()).parent_path().filename()
                          : fs::path(repository.scratch("elsewhere"));
  fs::create_directory(folder);
  int ended = 0;
  for (int i = 0; i < 24; ++i) {
    auto const file = folder / ("s" + std::to_string(i) + ".db");
    Child child(repository.command({"broker", "snapshot", file.string()}));
    std::this_thread::sleep_for(Milliseconds(2 * i));
    kill(child.pid(), i % 2 == 0 ? SIGTERM : SIGKILL);
    ended += child.wait().status != 0;
  }
  CHECK(ended > 0);
  for (auto const& entry : fs::directory_iterator(folder)) {
    INFO(entry.path());
    CHECK(entry.path().extension() == ".db");
  }
  fs::remove_all(folder);
}
