#pragma once
// `decapod validate`: every gate, one report.

#include <decapod/base/finding.h>
#include <decapod/base/request.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace decapod::validate {

// Which opens of SQLite the source scan forbids.
enum class ScanMode : std::uint8_t {
  strict,     // every one outside the broker's folders
  own_store,  // only those that name decapod's own store
};
BOOST_DESCRIBE_ENUM(ScanMode, strict, own_store)

// A path that may open SQLite although it is not the broker, because its owner says why.
struct DeclaredException {
  std::string path;
  std::string reason;
  std::int64_t opens = 0;  // how many the scan found there
};
BOOST_DESCRIBE_STRUCT(DeclaredException, (), (path, reason, opens))

struct ScanSummary {
  ScanMode mode = ScanMode::own_store;
  std::int64_t files = 0;  // that were read as source
  std::vector<std::string> broker;
  std::vector<DeclaredException> exceptions;
};
BOOST_DESCRIBE_STRUCT(ScanSummary, (), (mode, files, broker, exceptions))

struct ValidateReply {
  std::int64_t passed = 0;
  std::int64_t failed = 0;
  std::int64_t not_applicable = 0;
  std::vector<GateReport> gates;
  std::optional<ScanSummary> scan;  // absent where no source was scanned
};
BOOST_DESCRIBE_STRUCT(ValidateReply, (), (passed, failed, not_applicable, gates, scan))

// What the caller saw of the tree and the state directory, before anything was locked.
struct SourceFacts {
  std::vector<GateReport> gates;
  std::optional<ScanSummary> scan;
};
BOOST_DESCRIBE_STRUCT(SourceFacts, (), (gates, scan))

// A checkpoint that was committed beside the code.
struct PinFile {
  std::string path;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(PinFile, (), (path, text))

enum class RequirePin : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(RequirePin, no, yes)

struct Validate {
  using Reply = ValidateReply;
  static constexpr Verb verb{
      .subsystem = "",
      .name = "validate",
      .access = Access::read,
      .summary = "Prove that the store and the tree keep their rules",
      .weight = Weight::heavy,
      .store = StoreNeed::optional,
      .examples = {{{"validate --store repo", "every gate; exit 6 if one fails"},
                    {"validate --require-pin", "where the store is: it must match its pinned checkpoint"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "require_pin",
       .meaning = "Fail unless a pinned checkpoint of this very store agrees with it; a clone has none"},
      {.name = "source", .meaning = "What the caller's own gates found", .place = Place::fact},
      {.name = "pins", .meaning = "The pinned checkpoints of the tree", .place = Place::fact},
      {.name = "made_here", .meaning = "The stores that were made in this clone", .place = Place::fact},
  });
  RequirePin require_pin = RequirePin::no;
  SourceFacts source;
  std::vector<PinFile> pins;
  std::vector<std::string> made_here;
};
BOOST_DESCRIBE_STRUCT(Validate, (), (require_pin, source, pins, made_here))

// Counts the gates by their status.
inline ValidateReply tally(std::vector<GateReport> gates, std::optional<ScanSummary> scan) {
  ValidateReply reply;
  for (auto const& gate : gates) {
    if (gate.status == GateStatus::passed) ++reply.passed;
    if (gate.status == GateStatus::failed) ++reply.failed;
    if (gate.status == GateStatus::not_applicable) ++reply.not_applicable;
  }
  reply.gates = std::move(gates);
  reply.scan = std::move(scan);
  return reply;
}

}  // namespace decapod::validate
