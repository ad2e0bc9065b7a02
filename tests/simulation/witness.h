#pragma once
// What the clients of a run know, and what it forbids: told of each question and each answer as they happen.

#include <decapod/base/result.h>
#include <decapod/ipc/message.h>
#include <knowledge.h>

#include "plan.h"
#include "world.h"

namespace decapod::sim {

// How a request of the plan fails by itself; nullopt: it succeeds.
std::optional<test::Way> way_of(Ask ask);
bool is_read(Ask ask);

class Witness {
 public:
  explicit Witness(World& world) : world_(world) {}

  // A question that is under way.
  struct Question {
    RequestPlan const& plan;
    std::string key;
    SteadyTime deadline;
    std::optional<test::Answer> before;  // what was known of it
    int number = 0;                      // of the questions about this name
    bool acknowledged = false;           // reads: its effect was acknowledged before this was asked
  };
  Question ask(RequestPlan const& plan, std::string key, SteadyTime deadline);
  // Whether the client is none the wiser.
  enum class Wiser : std::uint8_t { yes, no };
  Wiser hear(Question const& question, Result<ipc::Reply> const& answer);

  test::Knowledge const& knowledge() const { return knowledge_; }
  void exported(std::uint64_t mutations, std::uint64_t reads);

 private:
  void hear_read(Question const& question, ipc::Reply const& reply);
  void refuse(Question const& question, bool remembered);

  World& world_;
  test::Knowledge knowledge_;
  std::map<std::string, int> asked_;
};

}  // namespace decapod::sim
