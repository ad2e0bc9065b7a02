#include <decapod/base/utf8.h>
#include <decapod/validate_losses/losses.h>
#include <sys/stat.h>

namespace decapod::validate {
namespace {

bool exists(std::string const& path) {
  struct stat facts {};
  return lstat(path.c_str(), &facts) == 0;
}

}  // namespace

GateReport judge_losses(std::string const& state_directory) {
  GateReport report;
  report.gate = "state.losses";
  report.meaning = "No acknowledged commit is known to be lost";
  if (!exists(state_directory)) {
    report.status = GateStatus::not_applicable;
    return report;
  }
  auto const record = state_directory + "/losses.jsonl";
  if (exists(record)) {
    add_finding(
        report,
        {.code = "COMMITS_LOST",
         .message =
             "acknowledged commits are gone, or may be, with a log of commits or an older database: see each line",
         .where = well_formed(record),
         .hint = "read the file, compare with the exported trail, then remove it"});
  }
  return report;
}

}  // namespace decapod::validate
