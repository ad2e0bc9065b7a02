// The peers as sides. Here, because this repository's own scan allows a program that opens SQLite in this folder.
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "side.h"

namespace decapod::bench {
namespace {

std::vector<std::string> plain_environment() {
  return {"PATH=/usr/bin:/bin", "LC_ALL=C"};
}

class StockProgram final : public Side {
 public:
  StockProgram(Bench const& bench, std::string path, Journal journal)
      : bench_(bench), path_(std::move(path)), journal_(journal), program_(find_program("sqlite3")) {
    if (journal == Journal::rollback) must(statement("PRAGMA journal_mode=DELETE"));
  }

  std::string name() const override {
    return journal_ == Journal::wal ? "sqlite3 program, WAL" : "sqlite3 program, rollback journal";
  }
  Program show(int, int item) const override {
    return statement("SELECT * FROM item WHERE id = " + std::to_string(item));
  }
  Program add(int, std::string const& title) const override {
    return statement("INSERT INTO item (title, status, priority, created, updated) VALUES ('" + title +
                     "', 'open', 2, 0, 0)");
  }
  Program update(int, int item, int priority) const override {
    return statement("UPDATE item SET priority = " + std::to_string(priority) +
                     ", updates = updates + 1 WHERE id = " + std::to_string(item));
  }
  Program claim(int shell, int item) const override {
    return statement("UPDATE item SET status = 'claimed', holder = 'agent-" + std::to_string(shell) +
                     "' WHERE status = 'open' AND id = " + std::to_string(item));
  }
  Program claim_next(int shell) const override {
    return statement("UPDATE item SET status = 'claimed', holder = 'agent-" + std::to_string(shell) +
                     "' WHERE id = (SELECT id FROM item WHERE status = 'open' ORDER BY priority, id LIMIT 1)");
  }
  Program done(int, int item) const override {
    return statement("UPDATE item SET status = 'done' WHERE id = " + std::to_string(item));
  }
  Effects effects() override { return peer_effects(bench_, path_); }

 private:
  Program statement(std::string const& sql) const {
    return {.arguments = {program_, "-batch", "-bail", "-cmd", ".timeout 5000", path_, sql},
            .environment = plain_environment(),
            .directory = ""};
  }

  Bench const& bench_;
  std::string path_;
  Journal journal_;
  std::string program_;
};

enum class Leaves { nothing, a_process };

class OpenPerOperation final : public Side {
 public:
  OpenPerOperation(Bench const& bench, std::string path, Closing closing, Leaves leaves = Leaves::nothing)
      : bench_(bench), path_(std::move(path)), closing_(closing), leaves_(leaves) {}

  std::string name() const override {
    if (leaves_ == Leaves::a_process) return "C, keeps the WAL, decapod's schema, starts a process";
    return closing_ == Closing::checkpoints ? "C, opens per operation" : "C, opens per operation, keeps the WAL";
  }
  Program show(int, int item) const override { return run({"show", std::to_string(item)}); }
  Program add(int, std::string const& title) const override { return run({"add", title}); }
  Program update(int, int item, int) const override { return run({"update", std::to_string(item)}); }
  Program claim(int shell, int item) const override {
    return run({"claim", std::to_string(item), "agent-" + std::to_string(shell)});
  }
  Program claim_next(int shell) const override { return run({"next", "agent-" + std::to_string(shell)}); }
  Program done(int, int item) const override { return run({"done", std::to_string(item)}); }
  Effects effects() override { return peer_effects(bench_, path_); }

 private:
  Program run(std::vector<std::string> words) const {
    std::vector<std::string> all{bench_.peers + "/once"};
    if (closing_ == Closing::keeps_wal) all.emplace_back("--keep-wal");
    if (leaves_ == Leaves::a_process) all.insert(all.end(), {"--leaves", bench_.peers + "/floor"});
    all.push_back(path_);
    all.insert(all.end(), words.begin(), words.end());
    return {.arguments = std::move(all), .environment = plain_environment(), .directory = ""};
  }

  Bench const& bench_;
  std::string path_;
  Closing closing_;
  Leaves leaves_;
};

}  // namespace

void make_peer_store(Bench const& bench, std::string const& path, int items) {
  must({.arguments = {bench.peers + "/once", path, "make", std::to_string(items)},
        .environment = plain_environment(),
        .directory = ""});
}

Effects peer_effects(Bench const& bench, std::string const& path) {
  auto const text =
      must({.arguments = {bench.peers + "/once", path, "count"}, .environment = plain_environment(), .directory = ""});
  Effects found;
  if (std::sscanf(text.c_str(), "%ld|%ld|%ld|%ld", &found.items, &found.updates, &found.claimed, &found.done) != 4)
    throw std::runtime_error("the peer's store cannot be counted: " + text);
  return found;
}

std::unique_ptr<Side> sqlite3_program(Bench const& bench, std::string const& path, int items, Journal journal) {
  make_peer_store(bench, path, items);
  return std::make_unique<StockProgram>(bench, path, journal);
}

std::unique_ptr<Side> open_per_operation(Bench const& bench, std::string const& path, int items, Closing closing) {
  make_peer_store(bench, path, items);
  return std::make_unique<OpenPerOperation>(bench, path, closing);
}

std::unique_ptr<Side> laden_open_per_operation(Bench const& bench, std::string const& path, int items,
                                               std::string const& schema) {
  make_peer_store(bench, path, items);
  // Both have a table of that name.
  must({.arguments = {find_program("sqlite3"), "-batch", "-bail", path, "DROP TABLE ledger;" + schema},
        .environment = plain_environment(),
        .directory = ""});
  return std::make_unique<OpenPerOperation>(bench, path, Closing::keeps_wal, Leaves::a_process);
}

std::string ask_copy(std::string const& path, std::string const& scratch, std::string const& query) {
  auto const copy = scratch + "/counted.db";
  for (auto const* end : {"", "-wal"}) {
    std::filesystem::remove(copy + end);
    if (std::filesystem::exists(path + end)) std::filesystem::copy_file(path + end, copy + end);
  }
  auto rows = must({.arguments = {find_program("sqlite3"), "-batch", "-bail", copy, query},
                    .environment = plain_environment(),
                    .directory = ""});
  std::filesystem::remove(copy);
  return rows;
}

}  // namespace decapod::bench
