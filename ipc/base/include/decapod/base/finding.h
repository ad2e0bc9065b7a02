#pragma once
// What `decapod validate` reports: gates, and what breaks them.

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace decapod {

enum class GateStatus : std::uint8_t { passed, failed, not_applicable };
BOOST_DESCRIBE_ENUM(GateStatus, passed, failed, not_applicable)

// One thing that breaks a rule.
struct Finding {
  std::string code;     // one of the gate's codes, such as "TODO_BLOCKER_COUNT_WRONG"
  std::string message;  // what is wrong, with names and numbers
  std::string where;    // "cli/app.cpp:12", "todo/item/t-4k2m"; may be empty
  std::string hint;     // what to do
};
BOOST_DESCRIBE_STRUCT(Finding, (), (code, message, where, hint))

struct GateReport {
  std::string gate;
  std::string meaning;  // the rule, as one sentence that is true when the gate passes
  GateStatus status = GateStatus::passed;
  std::vector<Finding> findings;  // bounded; `total` counts all
  std::int64_t total = 0;
  std::vector<std::string> notices;  // worth reading, break nothing
};
BOOST_DESCRIBE_STRUCT(GateReport, (), (gate, meaning, status, findings, total, notices))

// Adds a finding, keeping at most 20 in the list and counting all; sets the status to failed.
void add_finding(GateReport& report, Finding finding);

}  // namespace decapod
