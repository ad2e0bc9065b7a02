#include "workloads.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace decapod::test {
namespace {

constexpr int kClients = 6;
constexpr int kPool = 400;       // items that are there to be claimed
constexpr int kPartItems = 120;  // of an import: with it the log of commits is long enough for a checkpoint

std::string idle_of(Workload workload) {
  // Long enough for housekeeping, which begins after 40 ms of quiet; or about as long as the clients' pauses.
  return workload == Workload::departures ? "3" : "70";
}

}  // namespace

std::string to_string(Workload workload) {
  constexpr std::array kNames = {"adds",    "claims",      "reads",      "dry runs",
                                 "imports", "heavy reads", "departures", "retention"};
  return kNames.at(static_cast<std::size_t>(workload));
}

std::vector<Workload> const& all_workloads() {
  static std::vector<Workload> const all = {Workload::adds,       Workload::claims,   Workload::reads,
                                            Workload::dry_runs,   Workload::imports,  Workload::heavy_reads,
                                            Workload::departures, Workload::retention};
  return all;
}

void ask_together(TempRepository const& repository, std::vector<Client> clients, Oracle& oracle) {
  std::vector<Course> courses(clients.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < clients.size(); ++i)
      threads.emplace_back([&, i] { courses[i] = ask_all(repository, clients[i].requests, clients[i].manner); });
  }
  for (std::size_t i = 0; i < clients.size(); ++i) oracle.heard(std::move(clients[i].requests), std::move(courses[i]));
}

Rounds::Rounds(Workload workload, std::string program, std::uint32_t seed)
    : workload_(workload),
      repository_(TempRepository::Store::initialized, std::move(program)),
      oracle_(repository_),
      random_(seed) {
  repository_.environment()["DECAPOD_BROKER_IDLE_MS"] = idle_of(workload);
  repository_.environment()["DECAPOD_TIMEOUT_MS"] = "60000";
  if (workload == Workload::claims || workload == Workload::heavy_reads)
    ask_alone(import_request(next_id(), "alice", write_part("pool-", kPool), "pool-", kPool));
}

std::string Rounds::next_id() {
  return "r-" + std::to_string(++ids_);
}

std::string Rounds::write_part(std::string const& prefix, int amount) {
  std::string lines;
  for (int i = 0; i < amount; ++i) lines += exported_item(prefix + std::to_string(i));
  auto const file = repository_.scratch(prefix + ".jsonl");
  write_file(file, lines);
  return file;
}

void Rounds::ask_alone(Request request) {
  std::vector<Client> one;
  one.push_back({.requests = {std::move(request)}});
  ask_together(repository_, std::move(one), oracle_);
}

void Rounds::prepare() {
  ++round_;
  if (workload_ != Workload::retention) return;
  // Refusals that are remembered, made old where nothing but time says how old they are.
  Client refused;
  for (int i = 0; i < 3; ++i) refused.requests.push_back(claim_request(next_id(), "alice", "no-such-item"));
  std::vector<Client> clients;
  clients.push_back(std::move(refused));
  ask_together(repository_, std::move(clients), oracle_);
  repository_.falls_quiet();
  auto const aged = repository_.shell(
      "sqlite3 -batch -bail .decapod/data/decapod.db \"UPDATE ledger SET at = at - 3456000000 "
      "WHERE status = 'NOT_COMMITTED' AND reply IS NOT NULL\"");
  if (aged.status != 0) throw std::runtime_error(aged.error);
}

void Rounds::fill(Client& client, int number) {
  auto const actor = "agent-" + std::to_string(number);
  auto const name = [&](std::string const& kind, int i) {
    return kind + '-' + std::to_string(round_) + '-' + std::to_string(number) + '-' + std::to_string(i);
  };
  auto const add = [&](int i) { client.requests.push_back(add_request(next_id(), actor, name("item", i))); };
  bool const first = number == 0;
  switch (workload_) {
    case Workload::adds:
    case Workload::departures:
      for (int i = 0; i < 4; ++i) add(i);
      if (workload_ == Workload::departures || number % 3 == 2) client.manner = Manner::process_each;
      return;
    case Workload::claims:
      for (int i = 0; i < 3; ++i)
        client.requests.push_back(claim_request(next_id(), actor, "pool-" + std::to_string((round_ * 3 + i) % kPool)));
      return;
    case Workload::reads:
      for (int i = 0; i < 4; ++i) {
        // Light ones: a command that leads answers them itself.
        client.requests.push_back(read_request(i % 2 == 0 ? "todo.list" : "todo.ready"));
        if (first) add(i);
      }
      return;
    case Workload::dry_runs:
      for (int i = 0; i < 3; ++i) {
        client.requests.push_back(dry_add_request(actor, name("dry", i)));
        if (first) add(i);
      }
      return;
    case Workload::imports:
      if (number >= 3) return add(0);
      for (int i = 0; i < 2; ++i) {
        auto const prefix = name("part", i) + '-';
        client.requests.push_back(import_request(next_id(), actor, write_part(prefix, kPartItems), prefix, kPartItems));
      }
      return;
    case Workload::heavy_reads:
      if (number >= 3) {
        for (int i = 0; i < 3; ++i) add(i);
        return;
      }
      client.requests.push_back(read_request("broker.verify"));
      client.requests.push_back(read_request("todo.export"));
      return;
    case Workload::retention:
      client.requests.push_back(read_request("todo.stats"));
      return;
  }
}

std::vector<Client> Rounds::clients() {
  std::vector<Client> all(kClients);
  for (int i = 0; i < kClients; ++i) fill(all[static_cast<std::size_t>(i)], i);
  std::shuffle(all.begin(), all.end(), random_);
  return all;
}

void Rounds::run() {
  ask_together(repository_, clients(), oracle_);
}

std::vector<std::string> Rounds::problems() {
  auto problems = oracle_.problems();
  for (auto& each : oracle_.verdict()) problems.push_back(std::move(each));
  // A copy that lost its reader is swept by the next one who reads a copy, and that was just now.
  std::error_code none;
  for (auto const& left : std::filesystem::directory_iterator(repository_.state() + "/copies", none))
    problems.push_back("left over: " + left.path().string());
  return problems;
}

}  // namespace decapod::test
