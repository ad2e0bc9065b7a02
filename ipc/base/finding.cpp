#include <decapod/base/finding.h>

namespace decapod {

void add_finding(GateReport& report, Finding finding) {
  constexpr std::size_t kMostListed = 20;
  report.status = GateStatus::failed;
  ++report.total;
  if (report.findings.size() < kMostListed) report.findings.push_back(std::move(finding));
}

}  // namespace decapod
