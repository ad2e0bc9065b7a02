// Pages that are read while others write and brokers die: nothing twice, nothing lost that was there throughout.

#include <catch2/catch.hpp>

#include <support/leader.h>

#include "workers.h"

#include <boost/json.hpp>

#include <atomic>
#include <map>
#include <set>

using namespace decapod::test;

namespace {

constexpr int kSteady = 60;
constexpr int kPage = 7;

// Adds and finishes items of its own for as long as it lives; touches nobody else's.
class Busy {
 public:
  explicit Busy(TempRepository const& repository) : repository_(repository), thread_([this] { work(); }) {}
  ~Busy() { done_ = true; }
  int rounds() const { return rounds_; }

 private:
  void work() {
    while (!done_) {
      auto const added = repository_.ask({"todo", "add", "passing " + std::to_string(rounds_.load())});
      if (!added.ok()) continue;
      auto const id = std::string(added.data().at("item").at("id").as_string());
      repository_.ask({"todo", "claim", id}, {{"DECAPOD_AGENT_ID", "busy"}, {"DECAPOD_SESSION_ID", "b"}});
      repository_.ask({"todo", "done", id}, {{"DECAPOD_AGENT_ID", "busy"}, {"DECAPOD_SESSION_ID", "b"}});
      ++rounds_;
    }
  }

  TempRepository const& repository_;
  std::atomic<bool> done_ = false;
  std::atomic<int> rounds_ = 0;
  std::jthread thread_;
};

std::set<std::string> add_steady(TempRepository const& repository) {
  std::set<std::string> ids;
  std::string lines;
  for (int i = 0; i < kSteady; ++i) {
    lines += R"({"op":"todo.add","args":{"title":"steady )" + std::to_string(i) + R"(","priority":)" +
             std::to_string(i % 5) + "}}\n";
  }
  auto batch = repository.command({"batch"});
  batch.input = lines;
  auto const finished = run(batch);
  std::size_t from = 0;
  for (auto end = finished.output.find('\n'); end != std::string::npos; end = finished.output.find('\n', from)) {
    auto const reply = boost::json::parse(finished.output.substr(from, end - from)).as_object();
    INFO(boost::json::serialize(reply));
    REQUIRE(reply.at("ok").as_bool());
    ids.insert(std::string(reply.at("data").at("item").at("id").as_string()));
    from = end + 1;
  }
  REQUIRE(ids.size() == kSteady);
  return ids;
}

// Every page, with the broker killed between any two. `cursor` names the member that leads to the next one.
std::vector<boost::json::object> pages(TempRepository const& repository, Arguments const& list,
                                       std::string const& option, std::string const& cursor, int& kills) {
  std::vector<boost::json::object> found;
  std::string next;
  do {
    auto arguments = list;
    if (!next.empty()) arguments.insert(arguments.end(), {option, next});
    auto const answer = repository.ask(arguments);
    INFO(told(answer));
    REQUIRE(answer.ok());
    found.push_back(answer.data());
    auto const* more = answer.data().if_contains(cursor);
    next = more == nullptr || more->is_null() ? ""
           : more->is_string()                ? std::string(more->as_string())
                                              : boost::json::serialize(*more);
    if (kill_serving_broker(repository.leader_lock())) ++kills;
    // Who writes all the time must not keep the reader from ever ending.
    REQUIRE(found.size() < 200);
  } while (!next.empty());
  return found;
}

}  // namespace

TEST_CASE("pages of a list stay together through writes and the death of every broker") {
  TempRepository const repository;
  auto const steady = add_steady(repository);
  Busy const busy(repository);
  int kills = 0;
  for (auto const& which : {Arguments{"--all", "--sort", "urgency"}, Arguments{"--sort", "created"},
                            Arguments{"--text", "steady", "--sort", "updated"}}) {
    Arguments list{"todo", "list", "--limit", std::to_string(kPage)};
    list.insert(list.end(), which.begin(), which.end());
    std::map<std::string, int> times;
    for (auto const& page : pages(repository, list, "--cursor", "next_cursor", kills)) {
      for (auto const& item : page.at("items").as_array()) ++times[std::string(item.at("id").as_string())];
    }
    for (auto const& id : steady) {
      INFO(which.back() << ' ' << id);
      CHECK(times[id] == 1);
    }
  }
  CHECK(kills > 10);
  CHECK(busy.rounds() > 0);
}

TEST_CASE("pages of the trail stay together through writes and the death of every broker") {
  TempRepository const repository;
  add_steady(repository);
  Busy const busy(repository);
  int kills = 0;
  for (auto const& chain : {"mutations", "reads"}) {
    Arguments const list{"broker", "audit", "--chain", chain, "--limit", std::to_string(kPage)};
    std::vector<std::uint64_t> sequences;
    for (auto const& page : pages(repository, list, "--cursor", "next_cursor", kills)) {
      for (auto const& record : page.at("records").as_array()) {
        sequences.push_back(record.at("seq").to_number<std::uint64_t>());
      }
    }
    INFO(chain);
    REQUIRE_FALSE(sequences.empty());
    // Newest first, to the first of all, without a gap.
    for (std::size_t i = 1; i < sequences.size(); ++i) REQUIRE(sequences[i] + 1 == sequences[i - 1]);
    CHECK(sequences.back() == 1);
    if (std::string(chain) == "mutations") CHECK(sequences.size() >= kSteady);
  }
  CHECK(kills > 5);
}

TEST_CASE("pages of a history stay together through writes and the death of every broker") {
  TempRepository const repository;
  auto const id = *add_steady(repository).begin();
  for (int i = 0; i < 20; ++i) repository.must({"todo", "comment", id, "note " + std::to_string(i)});
  Busy const busy(repository);
  int kills = 0;
  std::set<std::uint64_t> sequences;
  std::size_t entries = 0;
  for (auto const& page :
       pages(repository, {"todo", "history", id, "--limit", "4"}, "--before", "next_before", kills)) {
    for (auto const& entry : page.at("entries").as_array()) {
      sequences.insert(entry.at("sequence").to_number<std::uint64_t>());
      ++entries;
    }
  }
  CHECK(entries == 21);
  CHECK(sequences.size() == 21);
  CHECK(kills > 2);
}
