#pragma once
// The policy that judges requests now.

#include <decapod/base/digest.h>
#include <decapod/governance/document.h>
#include <decapod/governance/evaluation.h>

#include <memory>
#include <optional>

namespace decapod::contract {

struct PolicyInForce {
  governance::Document document;
  governance::Endorsed endorsed = governance::Endorsed::no;  // no: nobody signed anything, it is the built-in one
  std::int64_t sequence = 0;                                 // of its activation; 0: built in
  std::optional<Sha256> hash;                                // where it was reckoned already, to judge the activation
};

// Names a policy. That of the built-in one is reckoned when it is asked for: few requests name the policy that judges
// them, and a command that starts a tenure would wait for it, as for a twentieth of its other work.
inline Sha256 hash_of(PolicyInForce const& policy) {
  return policy.hash ? *policy.hash : governance::hash_of(policy.document);
}

// Where nobody has signed anything.
inline PolicyInForce const& built_in_policy() {
  static PolicyInForce const policy{
      .document = governance::built_in(), .endorsed = governance::Endorsed::no, .sequence = 0, .hash = std::nullopt};
  return policy;
}

// What an engine keeps of the policy from one request to the next, so that it is read and verified once. Only who
// offers the policy looks inside: it knows by `of` whether the store still says the same.
struct PolicyMemory {
  std::shared_ptr<PolicyInForce const> policy;
  Sha256 of;  // the statement that put it in force
};

}  // namespace decapod::contract
