#include "verbs_state.h"

#include <decapod/cli_kit/scratch.h>

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>

#include "verbs_listing.h"

namespace decapod::validate {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

std::string octal(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode & 07777U));
  return text.data();
}

void judge_entry(std::string const& path, struct stat const& facts, GateReport& report) {
  bool const folder = S_ISDIR(facts.st_mode);
  if (facts.st_uid != geteuid()) {
    add_finding(report, {.code = "STATE_OF_ANOTHER_USER",
                         .message = "it belongs to user " + std::to_string(facts.st_uid),
                         .where = as_text(path),
                         .hint = "one user owns a store, and asks for it: check who ran decapod here"});
  }
  if (S_ISLNK(facts.st_mode)) {
    add_finding(report, {.code = "STATE_IS_A_LINK",
                         .message = "it is a link: decapod writes nothing through it, the exported trail for one",
                         .where = as_text(path),
                         .hint = "remove the link: what belongs there is made anew"});
  }
  // A socket is reached through the directory only, whose own mode guards it.
  if ((folder || S_ISREG(facts.st_mode)) && (facts.st_mode & kOthers) != 0) {
    add_finding(report, {.code = "PERMISSIONS_TOO_OPEN",
                         .message = "its mode is " + octal(facts.st_mode) + ", so that others may reach it",
                         .where = as_text(path),
                         .hint = folder ? "chmod 700" : "chmod 600"});
  }
}

// What a command that runs right now makes for itself: git's files, as open as git makes them, behind a closed door.
bool is_closed_scratch(fs::path const& path, struct stat const& facts) {
  return S_ISDIR(facts.st_mode) && (facts.st_mode & kOthers) == 0 && cli::is_scratch(path.filename().native());
}

bool exists(std::string const& path) {
  struct stat facts {};
  return lstat(path.c_str(), &facts) == 0;
}

void judge_tracked(std::vector<std::string> const& tracked, GateReport& report) {
  for (auto const& path : tracked) {
    add_finding(report, {.code = "STATE_TRACKED",
                         .message = "git tracks a file of the store: a checkout would overwrite live state",
                         .where = as_text(path),
                         .hint = "git rm --cached it, and commit"});
  }
}

}  // namespace

GateReport judge_permissions(std::string const& state_directory) {
  GateReport report;
  report.gate = "state.permissions";
  report.meaning = "The state directory and its files belong to the user, are closed to others and lead nowhere else";
  struct stat facts {};
  if (lstat(state_directory.c_str(), &facts) != 0) {
    report.status = GateStatus::not_applicable;
    report.notices.push_back("there is no state directory at " + as_text(state_directory));
    return report;
  }
  if (!S_ISDIR(facts.st_mode)) {
    add_finding(report, {.code = "STATE_NOT_A_DIRECTORY",
                         .message = "it is no directory of its own",
                         .where = as_text(state_directory),
                         .hint = "remove the link or file, then run decapod init"});
    return report;
  }
  judge_entry(state_directory, facts, report);
  std::error_code failed;
  for (auto entry = fs::recursive_directory_iterator(state_directory, fs::directory_options::none, failed);
       !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    // The folder that makes `git clean` pass by holds no state.
    if (entry->path().filename() == ".git") entry.disable_recursion_pending();
    if (lstat(entry->path().c_str(), &facts) != 0) continue;
    judge_entry(entry->path().string(), facts, report);
    if (entry.depth() == 0 && is_closed_scratch(entry->path(), facts)) entry.disable_recursion_pending();
  }
  if (failed) report.notices.push_back("could not look through all of it: " + failed.message());
  return report;
}

GateReport judge_database(cli::Surroundings const& around, StatePaths const& paths) {
  GateReport report;
  report.gate = "state.database";
  report.meaning = "A store that has a trail has its database";
  if (auto const lost = around.lost_store()) {
    add_finding(report, {.code = "DATABASE_GONE",
                         .message = as_text(lost->message),
                         .where = as_text(paths.database),
                         .hint = as_text(lost->hint)});
  } else if (!exists(paths.exported("mutations"))) {
    report.status = GateStatus::not_applicable;
  }
  return report;
}

Result<GateReport> judge_git(cli::Surroundings& around, cli::StorePlace const& place) {
  GateReport report;
  report.gate = "state.git";
  report.meaning = "Git ignores the state directory and tracks nothing of it";
  auto const& root = place.main_worktree;
  bool const used = !root.empty() && (exists(root + "/.decapod") || exists(place.paths.directory));
  if (place.kind != cli::StoreKind::repo || !used) {
    report.status = GateStatus::not_applicable;
    return report;
  }
  auto const& worktree = place.worktree.empty() ? root : place.worktree;
  std::vector<std::string> const kept = {"-c", "--", ":(top).decapod/data", ":(top,glob)**/decapod.db",
                                         ":(top,glob)**/decapod.db-*"};
  DECAPOD_TRY(auto const tracked, list_files(around, worktree, kept));
  judge_tracked(tracked, report);
  // Asked of a path that need not exist, whatever is tracked: the rule itself counts.
  DECAPOD_TRY(auto const ignored, around.git(root, {"check-ignore", "-q", "--no-index", ".decapod/data/decapod.db"}));
  if (ignored.status == 1) {
    add_finding(report, {.code = "STATE_NOT_IGNORED",
                         .message = "git does not ignore .decapod/data, so that `git add -A` would commit the store",
                         .where = ".gitignore",
                         .hint = "run decapod init, or add the line /.decapod/data/"});
  } else if (ignored.status != 0) {
    report.notices.push_back("git could not say whether it ignores .decapod/data");
  }
  return report;
}

}  // namespace decapod::validate
