#include "plan.h"

#include <fmt/core.h>

#include <array>

#include "dice.h"

namespace decapod::sim {
namespace {

constexpr std::array kAsks = {"add", "again", "refuse", "busy", "fault", "roll_back", "look", "peek"};
constexpr std::array kFaults = {"kill", "kill_in_file",  "unplug_in_file", "unplug",
                                "stop", "break_streams", "set_clock",      "replace_lock"};

template <std::size_t N>
std::string name_of(std::array<char const*, N> const& names, std::size_t index) {
  return names.at(index);
}

Ask draw_ask(Dice& dice) {
  auto const roll = dice.below(100);
  if (roll < 45) return Ask::add;
  if (roll < 52) return Ask::again;
  if (roll < 58) return Ask::refuse;
  if (roll < 61) return Ask::busy;
  if (roll < 64) return Ask::fault;
  if (roll < 67) return Ask::roll_back;
  if (roll < 78) return Ask::look;
  return Ask::peek;
}

bool reads(Ask ask) {
  return ask == Ask::look || ask == Ask::peek;
}

// Clients come in waves, so that they meet each other and meet brokers that leave.
ClientPlan draw_client(std::size_t number, Dice& dice, std::vector<std::string>& written) {
  ClientPlan client{.name = fmt::format("client-{}", number)};
  client.start = static_cast<Micros>(dice.below(3)) * 60'000 + dice.between(0, dice.chance(50) ? 500 : 40'000);
  if (dice.chance(12)) client.means = Means::no_sockets;
  if (dice.chance(8)) client.version = 2'000;
  static constexpr std::array<std::int64_t, 6> kIdle = {0, 5, 20, 60, 100, 250};
  client.idle_ms = kIdle.at(dice.below(kIdle.size()));
  if (dice.chance(10)) client.tenure_ms = dice.between(5, 80);
  if (dice.chance(5)) client.failed_starts = 1;
  auto const count = 1 + dice.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    RequestPlan request{.ask = draw_ask(dice)};
    if (written.empty() && (reads(request.ask) || request.ask == Ask::again)) request.ask = Ask::add;
    if (reads(request.ask) || request.ask == Ask::again) {
      request.name = written[dice.below(written.size())];
    } else {
      request.name = fmt::format("r{}-{}", number, i);
      if (request.ask == Ask::add) written.push_back(request.name);
    }
    if (dice.chance(15)) request.timeout_ms = dice.between(1, 400);
    // For now is until its time is up: a command tries again.
    if (request.ask == Ask::busy) request.timeout_ms = dice.between(5, 60);
    request.repeats = dice.chance(70) ? 2 : 0;
    client.requests.push_back(std::move(request));
  }
  return client;
}

FaultPlan draw_fault(Dice& dice, std::size_t clients) {
  FaultPlan fault;
  fault.victim =
      dice.chance(55) ? fmt::format("broker-{}", 1 + dice.below(3)) : fmt::format("client-{}", dice.below(clients));
  auto const roll = dice.below(100);
  if (roll < 38) {
    fault.kind = FaultKind::kill;
    fault.at = dice.between(1, dice.chance(60) ? 40 : 200);
  } else if (roll < 58) {
    fault.kind = FaultKind::kill_in_file;
    fault.at = dice.between(1, dice.chance(60) ? 60 : 200);
  } else if (roll < 66) {
    fault.kind = FaultKind::unplug_in_file;
    fault.at = dice.between(1, dice.chance(60) ? 60 : 200);
  } else if (roll < 71) {
    fault.kind = FaultKind::unplug;
    fault.at = dice.between(0, 200'000);
  } else if (roll < 86) {
    fault.kind = FaultKind::stop;
    fault.at = dice.between(1, dice.chance(60) ? 40 : 200);
    fault.value = dice.between(1, dice.chance(70) ? 300 : 4'000);
  } else if (roll < 91) {
    fault.kind = FaultKind::break_streams;
    fault.at = dice.between(0, 200'000);
  } else if (roll < 97) {
    fault.kind = FaultKind::set_clock;
    fault.at = dice.between(0, 200'000);
    fault.value = dice.between(-3'600'000, 3'600'000);
  } else {
    fault.kind = FaultKind::replace_lock;
    fault.at = dice.between(0, 200'000);
  }
  return fault;
}

}  // namespace

Plan draw(std::uint64_t seed) {
  Dice dice(seed, 0);
  Plan plan{.seed = seed};
  std::vector<std::string> written;
  auto const clients = 1 + dice.below(6);
  for (std::size_t i = 0; i < clients; ++i) plan.clients.push_back(draw_client(i, dice, written));
  auto const faults = dice.chance(15) ? 0 : 1 + dice.below(3);
  for (std::size_t i = 0; i < faults; ++i) plan.faults.push_back(draw_fault(dice, clients));
  plan.latency = dice.chance(80) ? 200 : 5'000;
  if (dice.chance(15)) plan.pipe = static_cast<std::size_t>(dice.between(40, 700));
  if (dice.chance(15)) plan.backlog = 1 + dice.below(3);
  return plan;
}

std::string to_text(Plan const& plan) {
  auto text = fmt::format("seed {}: latency to {} us, streams of {} bytes, backlog {}\n", plan.seed, plan.latency,
                          plan.pipe, plan.backlog);
  for (auto const& client : plan.clients) {
    text += fmt::format("  {} from {} us, build {}, idle {} ms, tenure {} ms{}{}:", client.name, client.start,
                        client.version, client.idle_ms, client.tenure_ms,
                        client.means == Means::no_sockets ? ", no sockets" : "",
                        client.failed_starts > 0 ? ", cannot start a broker" : "");
    for (auto const& request : client.requests) {
      text += fmt::format(" {} {} ({} ms, {} again)", name_of(kAsks, static_cast<std::size_t>(request.ask)),
                          request.name, request.timeout_ms, request.repeats);
    }
    text += '\n';
  }
  for (auto const& fault : plan.faults) {
    text += fmt::format("  fault: {} {} at {} for {} ms\n", name_of(kFaults, static_cast<std::size_t>(fault.kind)),
                        fault.victim, fault.at, fault.value);
  }
  return text;
}

}  // namespace decapod::sim
