#include <decapod/base/finding.h>
#include <decapod/base/utf8.h>

namespace decapod {

void add_finding(GateReport& report, Finding finding) {
  constexpr std::size_t kMostListed = 20;
  report.status = GateStatus::failed;
  ++report.total;
  if (report.findings.size() >= kMostListed) return;
  // What was found may be the bytes of whoever broke the rule, and a report that cannot be read names nothing.
  finding.message = well_formed(finding.message);
  finding.where = well_formed(finding.where);
  report.findings.push_back(std::move(finding));
}

}  // namespace decapod
