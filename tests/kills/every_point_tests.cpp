// Every named point, under several workloads and at several visits: a broker, or a command that leads, dies exactly
// there, and nothing that was promised to anybody is lost. First each workload runs undisturbed, which says what it
// passes and how often; then once for each place and visit that is to be died at. DECAPOD_KILL_FACTOR multiplies the
// visits.

#include <catch2/catch.hpp>

#include <support/store_copy.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>

#include "effort.h"
#include "killing.h"
#include "workloads.h"

using namespace decapod::test;
namespace crash = decapod::crash;
using crash::Point;

namespace {

constexpr int kTries = 4;

// What a round was about, for a message: enough to see it again.
struct Death {
  Place place;
  std::uint64_t nth = 1;
  std::string workload;
  std::string text() const { return to_string(place) + " visit " + std::to_string(nth) + " of " + workload; }
};

class Findings {
 public:
  void add(Death const& death, std::vector<std::string> const& problems) {
    for (auto const& problem : problems) {
      if (++count_ <= 10) std::cout << death.text() << ": " << problem << std::endl;
    }
  }
  std::size_t count() const { return count_; }
  bool enough() const { return count_ > 10; }

 private:
  std::size_t count_ = 0;
};

std::map<std::string, std::uint64_t> visits_of(Killing const& killing) {
  std::map<std::string, std::uint64_t> visits;
  for (auto const& place : all_places()) visits[to_string(place)] = killing.visits(place);
  return visits;
}

// All rounds of one workload, for the places of one role.
class Campaign {
 public:
  Campaign(Killing& killing, Findings& findings, std::mt19937& random)
      : killing_(killing), findings_(findings), random_(random) {}

  void run(Workload workload, crash::Role role, int hits) {
    Rounds rounds(workload, killing_.program(), random_());
    round(rounds, std::nullopt, to_string(workload));
    auto const passes = passes_;
    for (auto const& place : all_places()) {
      auto const passed = passes.at(to_string(place));
      if (place.role != role || passed == 0) continue;
      // Once each, a place of a broker has every second of the workloads that pass it.
      if (hits == 1 && role == crash::Role::broker && met_[to_string(place)]++ % 2 != 0) continue;
      for (int hit = 0; hit < hits && !findings_.enough(); ++hit) {
        // The first visit, or a later one that is drawn; who leads, and how often, differs from round to round.
        bool const first = passed < 4 || (++turn_ % 2) == 0;
        auto const nth = first ? 1 : std::uniform_int_distribution<std::uint64_t>(2, passed / 2)(random_);
        // Whoever leads this time may not pass here: then once more, at the first visit.
        for (int tries = 0; tries < kTries; ++tries)
          if (round(rounds, Death{place, tries == 0 ? nth : 1, ""}, to_string(workload))) break;
      }
    }
    unknown_ += rounds.oracle().unknown();
  }

  // A place that nobody passed in the undisturbed round, and so nobody died at: rounds until somebody does.
  void insist(Workload workload, Place const& place) {
    Rounds rounds(workload, killing_.program(), random_());
    for (int tries = 0; tries < kTries && killing_.deaths(place) == 0; ++tries)
      round(rounds, Death{place, 1, ""}, to_string(workload));
  }

  int rounds() const { return rounds_; }
  int missed() const { return missed_; }
  int unknown() const { return unknown_; }

 private:
  // Whether somebody died.
  bool round(Rounds& rounds, std::optional<Death> death, std::string const& workload) {
    rounds.prepare();
    rounds.repository().falls_quiet();
    auto const before = visits_of(killing_);
    if (death) {
      killing_.set_delay(drawn_delay(random_));
      killing_.arm(death->place, death->nth);
    }
    rounds.run();
    rounds.repository().falls_quiet();
    bool const died = death && killing_.disarm(death->place);
    if (death && !died) ++missed_;
    for (auto const& [place, visits] : visits_of(killing_)) passes_[place] = visits - before.at(place);
    auto about = death.value_or(Death{{Point::lock_taken, crash::Role::command}, 0, ""});
    about.workload = workload;
    findings_.add(about, rounds.problems());
    ++rounds_;
    return died;
  }

  Killing& killing_;
  Findings& findings_;
  std::mt19937& random_;
  std::map<std::string, std::uint64_t> passes_;  // by the clients of the last round
  std::map<std::string, int> met_;               // workloads that pass a place
  int turn_ = 0;
  int rounds_ = 0;
  int missed_ = 0;
  int unknown_ = 0;
};

// A store that nobody has opened yet: several make it at once, and the one who is first dies on the way.
void found_a_store(Killing& killing, Findings& findings, std::mt19937& random, Place const& place) {
  TempRepository repository(TempRepository::Store::absent, killing.program());
  repository.environment()["DECAPOD_BROKER_IDLE_MS"] = "20";
  Oracle oracle(repository);
  killing.set_delay(drawn_delay(random));
  killing.arm(place, 1);
  std::vector<std::string> errors;
  while (true) {
    auto const made = repository.ask({"init"});
    if (made.ok()) break;
    if (made.process.status != 128 + 9) errors.push_back(made.process.output + made.process.error);
    if (errors.size() > 3) break;
  }
  std::vector<Client> clients(4);
  for (int i = 0; i < 4; ++i) {
    auto const name = std::to_string(i);
    clients[static_cast<std::size_t>(i)].requests.push_back(add_request("f-" + name, "agent-" + name, "first-" + name));
  }
  ask_together(repository, std::move(clients), oracle);
  repository.falls_quiet();
  killing.disarm(place);
  auto problems = oracle.problems();
  for (auto& problem : oracle.verdict()) problems.push_back(std::move(problem));
  for (auto& error : errors) problems.push_back(std::move(error));
  findings.add({place, 1, "a new store"}, problems);
}

// A snapshot, two more items, and a restore of the snapshot by a command that dies. Its store is then the old one or
// the new one, whole; asked again under the same id, the restore is done, once.
void restore_once(Killing& killing, Findings& findings, Place const& place, std::uint64_t nth) {
  TempRepository repository(TempRepository::Store::initialized, killing.program());
  repository.environment()["DECAPOD_BROKER_IDLE_MS"] = "0";
  auto const add = [&](std::string const& title) { repository.must({"todo", "add", title}); };
  auto const items = [&] {
    auto const exported = repository.must({"todo", "export"});
    return std::count(exported.begin(), exported.end(), '\n');
  };
  std::vector<std::string> problems;
  auto const check = [&](bool right, std::string const& what) {
    if (!right) problems.push_back(what);
  };
  for (auto const* title : {"one", "two", "three"}) add(title);
  repository.must({"broker", "snapshot", repository.scratch("snapshot.db")});
  for (auto const* title : {"four", "five"}) add(title);
  repository.falls_quiet();
  Arguments const restore{"broker", "restore", repository.scratch("snapshot.db"), "--request-id", "restore-1"};
  killing.arm(place, nth);
  auto const killed = repository.ask(restore);
  bool const died = killing.disarm(place);
  check(killed.process.status == (died ? 128 + 9 : 0),
        "the first try: " + killed.process.output + killed.process.error);
  auto const between = items();
  bool const in_place = !died || place.point == Point::restore_replaced;
  check(between == (in_place ? 3 : 5), std::to_string(between) + " items after the death");
  check(repository.ask({"broker", "verify"}).ok(), "verify after the death");
  auto const again = repository.ask(restore);
  check(again.ok(), "the second try: " + again.process.output + again.process.error);
  check(items() == 3, std::to_string(items()) + " items in the end");
  auto const verified = repository.ask({"broker", "verify"});
  check(verified.ok(), "verify: " + verified.process.output);
  auto const valid = repository.ask({"validate", "--store", "repo"});
  check(valid.ok(), "validate: " + valid.process.output);
  StoreCopy const store(repository);
  check(store.number("SELECT count(*) FROM ledger WHERE key = 'restore-1' AND status = 'COMMITTED'") == 1, "its row");
  check(store.number("SELECT count(*) FROM audit_mutation WHERE json_extract(body, '$.request_type') = "
                     "'broker.restore'") == 1,
        "its record");
  check(store.number("SELECT value FROM meta WHERE name = 'generation'") == 2, "one generation, not more");
  findings.add({place, nth, "a restore"}, problems);
}

bool is_any(Point point, std::initializer_list<Point> points) {
  return std::find(points.begin(), points.end(), point) != points.end();
}

bool founds(Point point) {
  return point >= Point::migration_begun && point <= Point::identity_committed;
}

bool restores(Point point) {
  return point >= Point::restore_staged;
}

// Points that a command passes before it is over; a broker passes all of the others.
bool leads_only(Point point) {
  return point <= Point::broker_spawned || founds(point) || restores(point);
}

// What runs in the one who leads, whoever that is.
bool leads_too(Point point) {
  return is_any(point, {Point::group_begun, Point::member_recorded, Point::group_before_commit, Point::in_commit,
                        Point::group_committed, Point::trail_before_commit, Point::trail_committed});
}

bool is_passed(Place const& place, crash::Role role) {
  bool const passes =
      role == crash::Role::broker ? !leads_only(place.point) : leads_only(place.point) || leads_too(place.point);
  return place.role == role && passes;
}

void insist_on_every(Killing const& killing, Campaign& campaign, crash::Role role) {
  for (auto const& place : all_places()) {
    for (auto const workload : all_workloads())
      if (is_passed(place, role) && killing.deaths(place) == 0) campaign.insist(workload, place);
  }
}

void check_every(Killing const& killing, crash::Role role, int deaths_wanted) {
  for (auto const& place : all_places()) {
    if (!is_passed(place, role)) continue;
    INFO(to_string(place));
    CHECK(killing.deaths(place) >= static_cast<std::uint64_t>(deaths_wanted));
  }
}

void report(Killing const& killing, Campaign const& campaign, crash::Role role, std::uint32_t seed) {
  std::cout << "seed " << seed << ", " << campaign.rounds() << " rounds, " << killing.deaths_of(role) << " deaths, "
            << killing.within() << " of them within a commit or checkpoint, " << campaign.missed() << " not met, "
            << campaign.unknown() << " outcomes unknown for a while\n"
            << deaths_by_place(killing);
}

}  // namespace

TEST_CASE("brokers die at every named point: what was acknowledged is there once, what was refused is not") {
  auto const seed = drawn_seed();
  std::mt19937 random(seed);
  Killing killing;
  Findings findings;
  Campaign campaign(killing, findings, random);
  for (auto const workload : all_workloads()) campaign.run(workload, crash::Role::broker, kill_factor());
  insist_on_every(killing, campaign, crash::Role::broker);
  report(killing, campaign, crash::Role::broker, seed);
  CHECK(findings.count() == 0);
  check_every(killing, crash::Role::broker, 1);
}

TEST_CASE("commands that lead die at every named point, also of a new store and of a restore") {
  auto const seed = drawn_seed();
  std::mt19937 random(seed);
  Killing killing;
  Findings findings;
  Campaign campaign(killing, findings, random);
  for (auto const workload : {Workload::adds, Workload::claims, Workload::reads, Workload::dry_runs,
                              Workload::departures, Workload::heavy_reads})
    campaign.run(workload, crash::Role::command, kill_factor());
  for (auto const& place : all_places()) {
    if (place.role != crash::Role::command) continue;
    for (int i = 0; i < kill_factor() && founds(place.point); ++i) found_a_store(killing, findings, random, place);
    for (int i = 0; i < kill_factor() && restores(place.point); ++i) restore_once(killing, findings, place, 1);
  }
  report(killing, campaign, crash::Role::command, seed);
  CHECK(findings.count() == 0);
  check_every(killing, crash::Role::command, 1);
}
