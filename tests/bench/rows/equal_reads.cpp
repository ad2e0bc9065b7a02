// The same read of many clients at once: how often it is executed, and what that saves.
#include <poll.h>
#include <unistd.h>

#include <stdexcept>

#include "decapod_side.h"
#include "runs.h"
#include "scratch.h"

namespace decapod::bench {
namespace {

constexpr int kClients = 64;
constexpr int kItems = 700;  // a list that looks through all of them takes about a millisecond

// No title has these words, so that the list looks at all and returns none.
std::string read_line(std::string const& text) {
  return R"({"op":"todo.list","args":{"all":true,"text":")" + text + "\"}}\n";
}

void put(Running& client, std::string const& line) {
  if (write(client.input(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    throw std::runtime_error("a batch does not read");
}

void get(Row& row, Running& client) {
  char block[4096];
  std::string answer;
  while (!answer.ends_with('\n')) {
    auto const got = read(client.output(), block, sizeof block);
    if (got <= 0) throw std::runtime_error("a batch ended early");
    answer.append(block, static_cast<std::size_t>(got));
  }
  if (answer.find("\"ok\":true") == std::string::npos)
    row.faults.push_back("a read failed: " + answer.substr(answer.find("\"error\"")));
}

enum class Texts { equal, different };

// All clients ask at once, once for each version of the store. Reads a second.
double run_versions(Row& row, DecapodSide& side, std::vector<Running>& clients, int versions, Texts texts, int& salt) {
  double total_ms = 0;
  for (int version = 0; version < versions; ++version) {
    must(side.update(0, 1, version % 5));
    ++salt;
    auto const start = now();
    for (std::size_t i = 0; i < clients.size(); ++i) {
      auto const mark = std::to_string(salt) + (texts == Texts::equal ? "" : '-' + std::to_string(i));
      put(clients[i], read_line("nowhere " + mark));
    }
    for (auto& client : clients) get(row, client);
    total_ms += ms_between(start, now());
  }
  return kClients * versions * 1000 / total_ms;
}

// What the read takes of the worker's time: a list that looks at all against one item shown, one client, nothing
// shared.
double execution_ms(Row& row, Running& client, int count, int& salt) {
  std::vector<double> lists;
  std::vector<double> shows;
  for (int i = 0; i < count; ++i) {
    ++salt;
    auto start = now();
    put(client, read_line("alone " + std::to_string(salt)));
    get(row, client);
    lists.push_back(ms_between(start, now()));
    start = now();
    put(client, R"({"op":"todo.show","args":{"id":"b-1"}})"
                "\n");
    get(row, client);
    shows.push_back(ms_between(start, now()));
  }
  return median(lists) - median(shows);
}

}  // namespace

Row equal_reads_row(Bench const& bench) {
  Row row{.name = "equal-reads", .title = "64 clients ask for the same list at once, after each change of the store"};
  Scratch const scratch(bench.scratch);
  DecapodSide side(bench.decapod, scratch / "repo", kItems);
  side.warm();
  std::vector<Running> clients;
  for (int i = 0; i < kClients; ++i) clients.emplace_back(side.run(i, {"batch"}), Streams::piped);
  int salt = 0;
  auto const alone = execution_ms(row, clients[0], bench.pick(5, 50, 200), salt);
  int const versions = bench.pick(2, 10, 30);
  Series shared{.side = "equal reads", .measure = "reads", .unit = "1/s", .rounds = {}};
  Series apart{.side = "different reads", .measure = "reads", .unit = "1/s", .rounds = {}};
  Series executions{.side = "equal reads", .measure = "executions a version", .unit = "", .rounds = {}};
  for (int round = 0; round < bench.pick(1, 3, 5); ++round) {
    auto const before = side.status("executed");
    shared.rounds.push_back({run_versions(row, side, clients, versions, Texts::equal, salt)});
    auto const executed = side.status("executed") - before - versions;  // less the writes between
    executions.rounds.push_back({static_cast<double>(executed) / versions});
    apart.rounds.push_back({run_versions(row, side, clients, versions, Texts::different, salt)});
  }
  auto const summary = summarize(flattened(executions.rounds));
  row.goals.push_back({"executions a version", summary.most, summary.least, summary.most, Bound::at_most, 1});
  row.goals.push_back(ratio_goal("reads a second / of different reads", shared, apart, 5, Bound::at_least));
  row.series = {shared,
                apart,
                executions,
                {.side = "one client", .measure = "execution of the read", .unit = "ms", .rounds = {{alone}}}};
  return row;
}

}  // namespace decapod::bench
