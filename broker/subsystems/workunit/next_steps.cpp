#include "next_steps.h"

#include <decapod/base/shell_words.h>

#include <algorithm>

namespace decapod::workunit {
namespace {

constexpr std::string_view kNoCapsule = "no capsule is attached";

class Steps {
 public:
  explicit Steps(StatusReply const& status) : status_(status), id_(shell_word(status.id)) {}

  std::vector<std::string> all() {
    switch (status_.state) {
      case State::draft:
        prepare();
        add("decapod workunit start " + id_);
        break;
      case State::executing:
        prepare();
        prove();
        add("decapod workunit claim " + id_);
        break;
      case State::claimed:
        claimed();
        break;
      case State::verified:
        publish();
        break;
    }
    return std::move(steps_);
  }

 private:
  void add(std::string step) { steps_.push_back(std::move(step)); }

  // The reason says why the claim leads no further, so that whoever reads the step knows it, too.
  void reopen(std::string_view reason) {
    add("decapod workunit reopen " + id_ + " --reason '" + std::string(reason) + '\'');
  }

  // A capsule is attached before the claim, a gate planned before the start.
  void prepare() {
    if (status_.capsules == 0) {
      add("decapod capsule issue --task " + id_ + " --topic WORDS --scope SCOPE");
      add("decapod workunit attach " + id_ + " --capsule CAPSULE");
    }
    if (status_.state == State::draft && status_.gates.empty())
      add("decapod workunit plan " + id_ + " GATE -- COMMAND");
  }

  void prove() {
    for (auto const& gate : status_.gates) {
      if (gate.lacks == Lack::nothing || waits_for_signature(gate)) continue;
      add("decapod workunit prove " + id_ + ' ' + shell_word(gate.gate));
    }
    reproduce();
  }

  // Passed, and of a level that takes somebody else's key.
  bool waits_for_signature(GateStatus const& gate) const {
    return status_.needed == Level::reproduced && gate.level == Level::observed &&
           (gate.lacks == Lack::level || gate.lacks == Lack::signer);
  }

  void reproduce() {
    for (auto const& gate : status_.gates) {
      if (waits_for_signature(gate)) add("decapod workunit reproduce " + id_ + ' ' + shell_word(gate.gate));
    }
  }

  // What is proved now would not be the tree that was claimed, unless the files are still the same.
  void claimed() {
    bool const same = status_.here && status_.judged_at && status_.here->tree == status_.judged_at->tree;
    bool const other =
        std::ranges::any_of(status_.gates, [](auto const& gate) { return gate.lacks == Lack::this_command; });
    if (status_.capsules == 0) return reopen(kNoCapsule);
    if (other) return reopen("a gate was proved by another command");
    if (status_.here && !same) return reopen("the files are not those that were claimed");
    prove();
    add("decapod workunit verify " + id_);
  }

  void publish() {
    if (status_.capsules == 0) return reopen(kNoCapsule);
    add("decapod workunit export " + id_);
    add("git add -A && git commit -m 'workunit " + status_.id + "'");
    add("decapod promote check workunit " + id_);
  }

  StatusReply const& status_;
  std::string id_;
  std::vector<std::string> steps_;
};

}  // namespace

std::vector<std::string> next_steps(StatusReply const& status) {
  return Steps(status).all();
}

}  // namespace decapod::workunit
