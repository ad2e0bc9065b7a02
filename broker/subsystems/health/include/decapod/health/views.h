#pragma once
// How claims look in replies.

#include <decapod/health/vocabulary.h>

#include <optional>
#include <string>
#include <vector>

namespace decapod::health {

enum class Truncated : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Truncated, no, yes)
enum class Retracted : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Retracted, no, yes)

struct Brief {
  std::string id;
  std::string subject;
  std::string statement;
  std::string surface;
  std::string actor;  // who made the claim
  State state = State::asserted;
  std::optional<Timestamp> stale_at;  // of a verified one
  Retracted retracted = Retracted::no;
};
BOOST_DESCRIBE_STRUCT(Brief, (), (id, subject, statement, surface, actor, state, stale_at, retracted))

// A proof event: somebody looked, and this came of it.
struct ProofView {
  std::int64_t number = 0;  // in the order of recording
  Timestamp at;
  std::string actor;
  std::string surface;
  Outcome result = Outcome::pass;
  Millis fresh_for{};  // how long it verifies
  Vouched vouched = Vouched::no;
  std::optional<std::string> command;
  std::optional<std::int64_t> exit_code;
  std::optional<std::string> output_sha256;
  std::optional<std::string> commit;
};
BOOST_DESCRIBE_STRUCT(ProofView, (),
                      (number, at, actor, surface, result, fresh_for, vouched, command, exit_code, output_sha256,
                       commit))

struct RetractionView {
  Timestamp at;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(RetractionView, (), (at, reason))

struct ClaimView {
  std::string id;
  std::string subject;
  std::string statement;
  std::string surface;
  Millis fresh_for{};
  std::string actor;
  Timestamp created_at;
  State state = State::asserted;
  std::optional<Timestamp> stale_at;
  std::optional<RetractionView> retraction;
  std::vector<ProofView> proofs;  // the latest first
  std::int64_t proofs_total = 0;
};
BOOST_DESCRIBE_STRUCT(ClaimView, (),
                      (id, subject, statement, surface, fresh_for, actor, created_at, state, stale_at, retraction,
                       proofs, proofs_total))

// What the level of an actor comes from: its own claims, each as it counts.
struct Standing {
  std::string actor;
  Autonomy level = Autonomy::basic;
  std::int64_t verified = 0;
  std::int64_t vouched = 0;  // of these: by a proof that is vouched for
  std::int64_t stale = 0;
  std::int64_t contradicted = 0;
  std::int64_t asserted = 0;
};
BOOST_DESCRIBE_STRUCT(Standing, (), (actor, level, verified, vouched, stale, contradicted, asserted))

}  // namespace decapod::health
