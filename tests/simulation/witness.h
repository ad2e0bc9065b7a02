#pragma once
// What the clients of a run know, and what it forbids: told of each question and each answer as they happen.

#include <decapod/base/result.h>
#include <decapod/ipc/message.h>
#include <knowledge.h>

#include <map>
#include <memory>
#include <vector>

#include "plan.h"
#include "world.h"

namespace decapod::sim {

// How a request of the plan fails by itself; nullopt: it succeeds.
std::optional<test::Way> way_of(Ask ask);
bool is_read(Ask ask);

class Witness {
 public:
  explicit Witness(World& world) : world_(world) {}

  // A question that is under way, until it is answered or who asked has died.
  struct Question {
    RequestPlan const& plan;
    std::string key;
    SteadyTime deadline;
    std::optional<test::Answer> before;  // what was known of it
    int number = 0;                      // of the questions about this name
    bool acknowledged = false;           // its effect was acknowledged, or seen, before this was asked
    std::shared_ptr<int> open;           // writes: its place among those about this name that are under way
    bool alone = false;                  // writes: there was no other when this was asked
  };
  Question ask(RequestPlan const& plan, std::string key, SteadyTime deadline);
  // Whether the client is none the wiser.
  enum class Wiser : std::uint8_t { yes, no };
  Wiser hear(Question const& question, Result<ipc::Reply> const& answer);

  test::Knowledge const& knowledge() const { return knowledge_; }
  void exported(std::uint64_t mutations, std::uint64_t reads);

 private:
  void hear_read(Question const& question, ipc::Reply const& reply);
  // Of whom a refusal speaks.
  enum class Of : std::uint8_t { this_attempt, every_attempt };
  enum class Remembered : std::uint8_t { no, yes };
  void refuse(Question const& question, Of of, Remembered remembered);
  bool is_the_only_one(Question const& question) const;

  World& world_;
  test::Knowledge knowledge_;
  std::map<std::string, int> asked_;
  std::map<std::string, std::vector<std::weak_ptr<int>>> open_;
};

}  // namespace decapod::sim
