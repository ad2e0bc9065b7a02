#pragma once
// What the parts of a lineage say, read from their documents; and the collection of what disagrees.

#include <decapod/capsule/capsule.h>
#include <decapod/promote_lineage/agreement.h>
#include <decapod/workunit/record.h>

#include <map>
#include <string_view>
#include <utility>

namespace decapod::promote {

class Findings {
 public:
  // `said`: see Disagreement.
  void add(ErrorCode code, std::string what, std::string recorded, std::string found, std::string said = "") {
    found_.push_back({code, std::move(what), std::move(recorded), std::move(found), std::move(said)});
  }
  // Adds it unless both sides are the same; says whether they are. Two that are both missing are not.
  bool hold(ErrorCode code, std::string what, std::string_view recorded, std::string_view found, std::string said = "");

  std::vector<Disagreement> take() { return std::move(found_); }

 private:
  std::vector<Disagreement> found_;
};

// One unit with what its document says.
struct Unit {
  UnitPart const* part = nullptr;
  workunit::Document document;
};

// What a lineage's documents say, and the policy's; made once for a judgement.
struct Reading {
  Lineage const& lineage;
  governance::Document policy;
  std::optional<Timestamp> now;
};

// As much of a hash as a sentence takes; what is no hash stays, and nothing is "nothing".
std::string brief(std::string_view side);

// The document of a unit. bad_request: it is none.
Result<workunit::Document> document_in(UnitPart const& part);
// Whether what the client told has `commit` in the history of HEAD.
bool is_reached(Told const& told, std::string_view commit);
Written const* file_of(Told const& told, std::string_view id);

void judge_entry(Reading const& reading, EntryPart const& part, Findings& findings);
void judge_unit(Reading const& reading, UnitPart const& part, Findings& findings);
void judge_capsule(Reading const& reading, Unit const& unit, workunit::Reference const& reference, Findings& findings);

}  // namespace decapod::promote
