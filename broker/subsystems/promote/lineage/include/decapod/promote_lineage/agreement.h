#pragma once
// The fourth checkpoint: whether all artifacts of a promotion speak of the same work, tree, revision, policy and
// capsules, and are worth what the policy asks for. Pure: the same for the broker that records a promotion and for
// whoever has nothing but a bundle.

#include <decapod/base/clock.h>
#include <decapod/base/error.h>
#include <decapod/governance/document.h>
#include <decapod/governance/evaluation.h>
#include <decapod/promote_lineage/lineage.h>

#include <optional>
#include <vector>

namespace decapod::promote {

struct Disagreement {
  ErrorCode code = ErrorCode::promotion_altered;
  std::string what;      // "the tree of t-4k2m"
  std::string recorded;  // one side: what the artifact says
  std::string found;     // the other: what is so
  std::string said;      // as a sentence, with what to do; "": sentence_of() makes a plain one of the other members
};

// What the policy in the lineage asks of the promotion: the highest risk of every task's labels and of the paths that
// changed, as if the policy were asked now. What was not told in full is of the highest risk. Borrows from both.
governance::Demand demand_of(Lineage const& lineage, governance::Document const& policy);

// Whether its policy asks for the operator's seal, without which it counts for nothing. A policy that cannot be read
// asks for one.
governance::SealNeed seal_need_of(Lineage const& lineage);

// Everything that disagrees, in a fixed order; what is missing disagrees. Empty: nothing stands in the way but an
// approval, if demand_of() asks for one. `now` bounds the age of proofs; nullopt: they are as old as they are.
std::vector<Disagreement> disagreements(Lineage const& lineage, std::optional<Timestamp> now);

// Both sides in words, each under its name.
std::string sentence_of(Disagreement const& one);

// The refusal: the first one decides the code, and details.disagreements lists all.
Error refusal(std::vector<Disagreement> const& found);

}  // namespace decapod::promote
