#pragma once
// What a policy says of one piece of work. Pure: the same question gets the same answer everywhere.

#include <decapod/governance/document.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::governance {

// Among the paths of a piece of work it says that there are others, which nobody told. It may be in any zone.
inline constexpr std::string_view kUntoldPaths = "/";

// A piece of work, as far as it is known. Everything is borrowed.
struct Work {
  std::string_view operation;           // "" : none in particular, as for `policy eval --path`
  std::span<std::string const> paths;   // that it touches; as they are written in a diff
  std::span<std::string const> labels;  // of the task that it is for; only risk labels count
  std::span<std::string const> also;    // further operations whose work it does
};

// What the policy asks of it. Each member is the strictest that its tier or any zone that it touches asks for; adding a
// path or a label never makes any of them less.
struct Demand {
  Risk risk = Risk::low;
  Trust trust = Trust::untrusted;
  ApprovalNeed approval = ApprovalNeed::never;
  ProofLevel proof = ProofLevel::asserted;
  SealNeed seal = SealNeed::never;   // of what is promoted; nothing else has a lineage that could be signed
  std::vector<Zone const*> zones;    // that it touches, in the document's order; they live in the document
  std::vector<std::string> reasons;  // why it is not of the lowest risk, or takes a seal, a sentence each
};
Demand demand_of(Document const& document, Work const& work);

// Whether an actor may at all be in these zones.
bool may_act(Demand const& demand, std::string_view actor);

// Who signed the document: without a signature nothing above the lowest risk is allowed.
enum class Endorsed : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Endorsed, no, yes)

// What stands in the way, in the order in which it has to be had.
enum class Lack : std::uint8_t { policy, actor, trust, approval };
BOOST_DESCRIBE_ENUM(Lack, policy, actor, trust, approval)

// `approval` is among them whenever one is demanded: whether there is one is for the store to say.
std::vector<Lack> lacks(Demand const& demand, Endorsed endorsed, std::string_view actor, Trust trust);

}  // namespace decapod::governance
