#include <decapod/base/tracked_paths.h>
#include <decapod/base/utf8.h>
#include <decapod/cli_kit/own_records.h>
#include <decapod/cli_kit/revision.h>
#include <decapod/cli_kit/scratch.h>
#include <decapod/cli_kit/subject_tree.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>
#include <system_error>

#include "as_checked_out.h"
#include "filters.h"
#include "large_files.h"

namespace decapod::cli {
namespace {

// Not spelled out: where git ignores the folder, as it should, `git add` takes a literal path, even an excluded one,
// for a wish to add what is ignored, and fails.
constexpr std::string_view kNotTheState = ":(exclude,glob)[.]decapod/data/**";
// Whatever the repository's configuration says, git tells what is there: it trusts no time stamp and no watcher, runs
// no hook, leaves nothing out, and follows no replacement.
constexpr auto kSettings = std::to_array<std::string_view>(
    {"core.hooksPath=/dev/null", "core.fsmonitor=false", "core.untrackedCache=false", "core.trustctime=true",
     "core.checkStat=default", "core.attributesFile=/dev/null", "core.sparseCheckout=false", "core.autocrlf=false",
     "core.eol=lf", "core.fileMode=true", "core.symlinks=true"});
constexpr std::size_t kPathBytesTold = 4096;
constexpr std::size_t kConvertedBytesMax = 64UL * 1024 * 1024;
constexpr std::size_t kAtOnce = 200;  // files in one command
// What git's entries begin with.
constexpr std::string_view kPlainFile = "100644 ";
constexpr std::string_view kSubmodule = "160000 ";

Error unknown_tree(std::string message) {
  return fail(ErrorCode::tree_unknown, std::move(message));
}

std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

Error changed_submodule(std::string const& path) {
  auto error =
      fail(ErrorCode::tree_unknown,
           "the submodule " + path + " has other files than its commit, and counts by its commit", {{"path", path}});
  error.hint = "commit them there, and the submodule here; or put them back";
  return error;
}

// Where there is no worktree.
Result<void> refuse_without_files(Surroundings& around) {
  DECAPOD_TRY(auto const asked, around.git(around.cwd(), {"rev-parse", "--is-bare-repository"}));
  if (asked.status != 0 || !asked.output.starts_with("true")) {
    return unknown_tree("this is no git repository, so its files have no tree");
  }
  auto error = unknown_tree("this repository is bare: no files are checked out, so they have no tree");
  error.hint = "run it in a worktree: `git worktree add DIRECTORY`";
  return error;
}

// A lower-case letter: assume-unchanged; S: skip-worktree. Git looks at neither, so a tree would say less than is
// there.
bool is_overlooked(std::string const& entry) {
  return !entry.empty() && (std::islower(static_cast<unsigned char>(entry.front())) != 0 || entry.front() == 'S');
}

Result<void> write_aside(std::string const& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content << std::flush;
  if (file) return {};
  return fail(ErrorCode::not_writable, "cannot write " + path, {{"path", path}});
}

}  // namespace

bool can_be_told(std::string_view path) {
  return path.size() <= kPathBytesTold && is_utf8(path) && !has_nul_or_del(path);
}

Result<SubjectTrees> SubjectTrees::open(Surroundings& around) {
  auto const& place = around.place();
  if (!place) return place.error();
  return open(around, place->worktree);
}

Result<SubjectTrees> SubjectTrees::open(Surroundings& around, std::string worktree) {
  if (worktree.empty()) DECAPOD_CHECK(refuse_without_files(around));
  SubjectTrees trees(around, std::move(worktree));
  DECAPOD_CHECK(trees.prepare());
  return trees;
}

// In the state directory; where there is none, as in a clone without a store, in git's own, so that none is made.
Result<std::string> SubjectTrees::scratch_folder() {
  auto const& place = around_->place();
  if (!place) return place.error();
  auto const& state = place->paths.directory;
  std::error_code none;
  if (std::filesystem::is_directory(state, none)) return state;
  DECAPOD_TRY(auto folder, say({"rev-parse", "--git-path", "decapod"}, {}));
  return folder.starts_with('/') ? folder : worktree_ + '/' + folder;
}

Result<void> SubjectTrees::prepare() {
  DECAPOD_TRY(auto const folder, scratch_folder());
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  DECAPOD_TRY(auto scratch, Scratch::make(folder));
  auto const objects = scratch.path() + "/objects";
  std::filesystem::create_directory(objects, error);
  if (error) {
    return fail(ErrorCode::not_writable, "cannot make " + objects + ": " + error.message(), {{"path", objects}});
  }
  scratch_ = std::make_shared<Scratch>(std::move(scratch));
  DECAPOD_TRY(objects_, path_in_git("objects"));
  return {};
}

Result<std::string> SubjectTrees::path_in_git(std::string const& name) {
  DECAPOD_TRY(auto path, say({"rev-parse", "--git-path", name}, {}));
  return path.starts_with('/') ? path : worktree_ + '/' + path;
}

Result<std::string> SubjectTrees::say(std::vector<std::string> arguments, GitAside const& aside) {
  DECAPOD_TRY(auto said, ask(std::move(arguments), aside));
  return without_line_end(std::move(said));
}

Result<std::string> SubjectTrees::ask(std::vector<std::string> arguments, GitAside const& aside) {
  auto const what = arguments.front();
  std::vector<std::string> as_it_is = {"--no-replace-objects"};
  for (auto const setting : kSettings) as_it_is.insert(as_it_is.end(), {"-c", std::string(setting)});
  as_it_is.insert(as_it_is.end(), arguments.begin(), arguments.end());
  DECAPOD_TRY(auto finished, around_->git(worktree_, as_it_is, aside));
  if (finished.status == 0) return std::move(finished.output);
  return unknown_tree("git " + what + " ended with status " + std::to_string(finished.status) + " in " + worktree_);
}

GitAside SubjectTrees::aside(std::string_view index) const {
  return {.index = scratch_->path() + '/' + std::string(index),
          .objects = scratch_->path() + "/objects",
          .objects_from = objects_};
}

Result<std::string> SubjectTrees::head() {
  auto found = say({"rev-parse", "--verify", "--quiet", "HEAD^{commit}"}, {});
  if (!found) return unknown_tree("nothing is committed yet");
  return found;
}

Result<std::string> SubjectTrees::commit(std::string const& revision) {
  auto found = say({"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"}, {});
  if (!found) return fail(ErrorCode::not_found, "git knows no commit '" + revision + "'", {{"revision", revision}});
  return found;
}

Result<std::string> SubjectTrees::write_tree(GitAside const& aside) {
  if (records_ == Records::left_out) DECAPOD_CHECK(leave_out_own_records(aside));
  return say({"write-tree"}, aside);
}

// Only what has the name of one, and is a file that nobody runs: whatever else is put there is a part of the work.
Result<void> SubjectTrees::leave_out_own_records(GitAside const& aside) {
  std::vector<std::string> list = {"ls-files", "-z", "--stage", "--"};
  list.insert(list.end(), kRecordFolders.begin(), kRecordFolders.end());
  DECAPOD_TRY(auto const listed, say(std::move(list), aside));
  std::vector<std::string> own;
  for (auto const& entry : split_at_nul(listed)) {
    auto path = entry.substr(std::min(entry.find('\t'), entry.size() - 1) + 1);
    if (entry.starts_with(kPlainFile) && is_own_record(path)) own.push_back(std::move(path));
  }
  for (std::size_t from = 0; from < own.size(); from += kAtOnce) {
    auto const some = std::span(own).subspan(from, std::min(kAtOnce, own.size() - from));
    std::vector<std::string> remove = {"update-index", "--force-remove", "--"};
    remove.insert(remove.end(), some.begin(), some.end());
    DECAPOD_CHECK(say(std::move(remove), aside));
  }
  return {};
}

Result<void> SubjectTrees::check_as_checked_out(std::vector<std::string> const& filtered, GitAside const& own) {
  auto const git = [&](std::vector<std::string> arguments) { return ask(std::move(arguments), own); };
  auto const read = [&](std::string const& path) { return around_->read(worktree_ + '/' + path, kConvertedBytesMax); };
  DECAPOD_CHECK(check_conversions(git, read, {filtered.begin(), filtered.end()}));
  return check_submodules(own);
}

// A submodule counts by its commit: then the files in it are those of that.
Result<void> SubjectTrees::check_submodules(GitAside const& own) {
  DECAPOD_TRY(auto const listed, say({"ls-files", "-z", "--stage"}, own));
  for (auto const& entry : split_at_nul(listed)) {
    if (!entry.starts_with(kSubmodule)) continue;
    auto const path = entry.substr(std::min(entry.find('\t'), entry.size() - 1) + 1);
    auto const folder = worktree_ + '/' + path;
    std::error_code none;
    if (!std::filesystem::exists(folder + "/.git", none)) {
      // One that was never checked out has no files.
      if (std::filesystem::is_empty(folder, none) || none) continue;
      return changed_submodule(path);
    }
    DECAPOD_TRY(auto trees, open(*around_, folder));
    trees.records_ = Records::counted;
    DECAPOD_TRY(auto const head, trees.head());
    DECAPOD_TRY(auto const committed, trees.tree_at(head));
    DECAPOD_TRY(auto const here, trees.tree_here());
    if (here != committed || !entry.starts_with(std::string(kSubmodule) + head)) return changed_submodule(path);
  }
  return {};
}

Result<std::string> SubjectTrees::tree_here() {
  DECAPOD_TRY(auto const listed, say({"ls-files", "-v", "-z"}, {}));
  auto const entries = split_at_nul(listed);
  if (auto const entry = std::ranges::find_if(entries, is_overlooked); entry != entries.end()) {
    auto error = unknown_tree("git was told not to look at " + entry->substr(std::min<std::size_t>(2, entry->size())));
    error.hint = "`git update-index --no-assume-unchanged --no-skip-worktree PATH` makes it look";
    return error;
  }
  DECAPOD_TRY(auto const attributes, path_in_git("info/attributes"));
  auto const git = [&](std::vector<std::string> arguments) { return say(std::move(arguments), {}); };
  DECAPOD_TRY(auto const filtered, unfiltered_but_large(*around_, worktree_, attributes, git));
  DECAPOD_TRY(auto const large, look_at_large_files(*around_, worktree_, filtered));
  auto const own = aside("index");
  DECAPOD_CHECK(start_afresh(own));
  DECAPOD_CHECK(add_all_but(large, own));
  DECAPOD_CHECK(check_as_checked_out(filtered, own));
  DECAPOD_CHECK(add_large(large, own));
  return write_tree(own);
}

Result<void> SubjectTrees::add_all_but(LargeFiles const& large, GitAside const& own) {
  if (large.there.empty() && large.gone.empty()) {
    DECAPOD_CHECK(say({"add", "-A", "--", ".", std::string(kNotTheState)}, own));
    return {};
  }
  // Too many for a command line.
  std::string specs = "." + std::string(1, '\0') + std::string(kNotTheState) + '\0';
  auto const leave_out = [&](std::string const& path) { specs += ":(top,exclude,literal)" + path + '\0'; };
  for (auto const& file : large.there) leave_out(file.path);
  for (auto const& path : large.gone) leave_out(path);
  auto const list = scratch_->path() + "/all-but-large";
  DECAPOD_CHECK(write_aside(list, specs));
  DECAPOD_CHECK(say({"add", "-A", "--pathspec-from-file=" + list, "--pathspec-file-nul"}, own));
  return {};
}

// Each as git would store it, had its filter told the truth.
Result<void> SubjectTrees::add_large(LargeFiles const& large, GitAside const& own) {
  for (auto const& path : large.gone) DECAPOD_CHECK(say({"update-index", "--force-remove", "--", path}, own));
  auto const folder = scratch_->path() + "/pointers";
  std::error_code none;
  std::filesystem::create_directory(folder, none);
  for (std::size_t from = 0; from < large.there.size(); from += kAtOnce) {
    auto const some = std::span(large.there).subspan(from, std::min(kAtOnce, large.there.size() - from));
    std::vector<std::string> hash = {"hash-object", "-w", "--no-filters", "--"};
    for (std::size_t i = 0; i < some.size(); ++i) {
      hash.push_back(folder + '/' + std::to_string(i));
      DECAPOD_CHECK(write_aside(hash.back(), some[i].pointer));
    }
    DECAPOD_TRY(auto const named, say(std::move(hash), own));
    std::istringstream ids(named);
    std::vector<std::string> add = {"update-index", "--add", "--replace"};
    for (auto const& file : some) {
      std::string id;
      if (!std::getline(ids, id)) return unknown_tree("git did not name what it stored of " + file.path);
      add.insert(add.end(), {"--cacheinfo", file.mode + ',' + id + ',' + file.path});
    }
    DECAPOD_CHECK(say(std::move(add), own));
  }
  return {};
}

// The same entries as in git's own index, without what it remembers of the files' times and sizes: all of it can be set
// by whoever changes a file, so that each file is read anew.
Result<void> SubjectTrees::start_afresh(GitAside const& own) {
  DECAPOD_TRY(auto const index, path_in_git("index"));
  std::error_code error;
  std::filesystem::remove(own.index, error);
  if (!std::filesystem::exists(index, error)) return {};
  auto const copied = aside("copied-index");
  std::filesystem::copy_file(index, copied.index, std::filesystem::copy_options::overwrite_existing, error);
  if (error) return unknown_tree("git's index cannot be read: " + error.message());
  auto entries = say({"write-tree"}, copied);
  // In the middle of a merge it is none yet.
  if (!entries) entries = head();
  if (!entries) return {};
  DECAPOD_CHECK(say({"read-tree", *entries}, own));
  return {};
}

Result<std::string> SubjectTrees::tree_at(std::string const& commit) {
  auto const own = aside("other-index");
  DECAPOD_CHECK(say({"read-tree", commit}, own));
  return write_tree(own);
}

Result<std::vector<std::string>> SubjectTrees::paths_between(std::string const& from, std::string const& to) {
  DECAPOD_TRY(auto const listed,
              say({"diff-tree", "-r", "-z", "--name-only", "--no-renames", from, to}, aside("index")));
  return split_at_nul(listed);
}

Result<std::vector<std::string>> SubjectTrees::changes_between(State const& from, State const& to) {
  DECAPOD_TRY(auto paths, paths_between(from.tree, to.tree));
  DECAPOD_TRY(auto pins, pins_between(from.commit, to.commit));
  // What lies in the folder of the pins and is none is in the trees as well.
  for (auto& pin : pins) {
    if (std::ranges::find(paths, pin) == paths.end()) paths.push_back(std::move(pin));
  }
  return paths;
}

Result<std::vector<std::string>> SubjectTrees::pins_between(std::string const& from, std::string const& to) {
  std::vector<std::string> compare = {"diff", "-z", "--name-only", "--no-renames", "--no-ext-diff", from};
  if (!to.empty()) compare.push_back(to);
  compare.insert(compare.end(), {"--", std::string(kPinFolder)});
  DECAPOD_TRY(auto const listed, say(std::move(compare), {}));
  return split_at_nul(listed);
}

}  // namespace decapod::cli
