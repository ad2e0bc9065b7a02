#pragma once
// The words of a policy. Each list counts upwards: what comes later is more, or asks for more.

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace decapod::governance {

// How much harm a piece of work can do. A policy has one tier for each.
enum class Risk : std::uint8_t { low, medium, high, critical };
BOOST_DESCRIBE_ENUM(Risk, low, medium, high, critical)

// How far an actor is trusted. A name gives none: more than the policy's default takes a token signed by the operator.
enum class Trust : std::uint8_t { untrusted, basic, verified, core };
BOOST_DESCRIBE_ENUM(Trust, untrusted, basic, verified, core)

// Whether the operator has to sign for one exact request.
enum class ApprovalNeed : std::uint8_t { never, required };
BOOST_DESCRIBE_ENUM(ApprovalNeed, never, required)

// Whether a promotion counts only once the operator has signed the whole of it, besides every approval: the lineage,
// and the record that it left. An approval is given for what is asked; a seal for what came of it.
enum class SealNeed : std::uint8_t { never, required };
BOOST_DESCRIBE_ENUM(SealNeed, never, required)

// What a proof is worth: said by somebody; run by decapod in the agent's own process, where it can be forged; run again
// elsewhere and signed with a key that the policy names.
enum class ProofLevel : std::uint8_t { asserted, observed, reproduced };
BOOST_DESCRIBE_ENUM(ProofLevel, asserted, observed, reproduced)

// A label of this form says how risky a task is: "risk:high". It only ever raises the risk.
inline constexpr std::string_view kRiskLabel = "risk:";

// nullopt: it is no risk label. A risk label that names no risk is one of critical: nobody gets around a policy by a
// slip of the pen.
std::optional<Risk> risk_of_label(std::string_view label);
// The highest of them; nullopt if there is none.
std::optional<Risk> risk_of_labels(std::span<std::string const> labels);

}  // namespace decapod::governance
