// The other processes of the storage tests: one that acknowledges commits and is killed, one that is merely curious.
//   storage_peer undo PROTECTION PATH PAGES   three acknowledged commits around an undone request of PAGES pages
//   storage_peer lead STRAY CHECK PATH        ten commits, a stray open, a foreign reader, ten commits more
//   storage_peer look PATH                    opens the database as any program would, reads, closes
//   storage_peer hold PATH GO                 holds the store open until there is a file GO
//   storage_peer try PATH MS                  tries to open the store; prints the error's name or "open"
// Those that acknowledge print "acknowledged N" and die by SIGKILL.
#include <decapod/storage/database.h>
#include <decapod/storage/transaction.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "raw.h"

extern char** environ;

namespace decapod::test {
namespace {

using storage::Database;

[[noreturn]] void die_having_acknowledged(int count) {
  std::printf("acknowledged %d\n", count);
  std::fflush(stdout);
  kill(getpid(), SIGKILL);
  std::abort();
}

std::unique_ptr<Database> must_open(std::string const& path, Millis busy = Millis(60'000)) {
  auto opened = Database::open({.path = path, .busy = busy});
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

std::string fill(std::string const& pages) {
  return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + pages +
         ") INSERT INTO bulk SELECT printf('%.*c', 4000, 'x') FROM n";
}

// Dirties every page again after it was spilled: that is what the fault needs.
constexpr char const* kTouchAgain = "UPDATE bulk SET data = upper(data)";

constexpr char const* kTables = "CREATE TABLE note (id INTEGER PRIMARY KEY); CREATE TABLE bulk (data TEXT)";

[[noreturn]] void undo_protected(std::string const& path, std::string const& pages) {
  auto const store = must_open(path);
  store->script(kTables);
  {
    storage::Transaction batch(*store, storage::TransactionKind::write);
    store->execute("INSERT INTO note VALUES (1)");
    {
      storage::Savepoint undone(*store);
      store->execute(fill(pages));
      store->execute(kTouchAgain);
    }
    store->execute("INSERT INTO note VALUES (2)");
    batch.commit();
  }
  store->execute("INSERT INTO note VALUES (3)");
  die_having_acknowledged(3);
}

[[noreturn]] void undo_plain(std::string const& path, std::string const& pages) {
  Raw store(path);
  store.must(kPlainSettings);
  store.must(kTables);
  store.must("BEGIN IMMEDIATE; INSERT INTO note VALUES (1); SAVEPOINT request");
  store.must(fill(pages));
  store.must(kTouchAgain);
  store.must("ROLLBACK TO request; RELEASE request; INSERT INTO note VALUES (2); COMMIT");
  store.must("INSERT INTO note VALUES (3)");
  die_having_acknowledged(3);
}

void look_from_another_process(char const* self, std::string const& path) {
  std::string const role = "look";
  std::vector<char*> arguments;
  std::string program = self;
  std::string role_argument = role;
  std::string path_argument = path;
  for (auto* text : {&program, &role_argument, &path_argument}) arguments.push_back(text->data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawn(&child, self, nullptr, nullptr, arguments.data(), environ) != 0) throw std::runtime_error("spawn");
  int status = 0;
  waitpid(child, &status, 0);
}

[[noreturn]] void lead(char const* self, bool stray, bool check, std::string const& path) {
  auto const store = must_open(path);
  store->script("CREATE TABLE note (id INTEGER PRIMARY KEY)");
  int acknowledged = 0;
  auto const commit_ten = [&] {
    for (int i = 0; i < 10; ++i) {
      store->execute("INSERT INTO note DEFAULT VALUES");
      if (!check || store->still_ours()) ++acknowledged;
    }
  };
  commit_ten();
  if (stray) close(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  look_from_another_process(self, path);
  commit_ten();
  die_having_acknowledged(acknowledged);
}

int look(std::string const& path) {
  Raw store(path);
  return store.run("SELECT count(*) FROM sqlite_schema") == SQLITE_OK ? 0 : 1;
}

// Keeps the store open until a file called `go` is there.
int hold(std::string const& path, std::string const& go) {
  auto const store = must_open(path);
  store->set_on_close(storage::OnClose::keep_wal);
  std::printf("holding\n");
  std::fflush(stdout);
  while (!std::filesystem::exists(go)) std::this_thread::sleep_for(Millis(1));
  return 0;
}

int try_open(std::string const& path, std::string const& milliseconds) {
  auto const opened = Database::open({.path = path, .busy = Millis(std::stoi(milliseconds))});
  std::printf("%s\n", opened ? "open" : name_of(opened.error().code).c_str());
  return 0;
}

int run(std::vector<std::string> const& arguments) {
  auto const& role = arguments.at(1);
  if (role == "undo" && arguments.at(2) == "protected") undo_protected(arguments.at(3), arguments.at(4));
  if (role == "undo" && arguments.at(2) == "plain") undo_plain(arguments.at(3), arguments.at(4));
  if (role == "lead") {
    lead(arguments[0].c_str(), arguments.at(2) == "stray", arguments.at(3) == "checked", arguments.at(4));
  }
  if (role == "look") return look(arguments.at(2));
  if (role == "hold") return hold(arguments.at(2), arguments.at(3));
  if (role == "try") return try_open(arguments.at(2), arguments.at(3));
  throw std::runtime_error("unknown role " + role);
}

}  // namespace
}  // namespace decapod::test

int main(int count, char** values) {
  try {
    return decapod::test::run({values, values + count});
  } catch (std::exception const& failure) {
    std::fprintf(stderr, "storage_peer: %s\n", failure.what());
    return 2;
  }
}
