#include <decapod/base/id.h>
#include <decapod/cli_kit/subject_tree.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

namespace decapod::cli {
namespace {

constexpr std::string_view kScratchName = "subject-";
// Not spelled out: where git ignores the folder, as it should, `git add` takes a literal path, even an excluded one,
// for a wish to add what is ignored, and fails.
constexpr std::string_view kNotTheState = ":(exclude,glob)[.]decapod/data/**";
constexpr auto kLeftBehind = std::chrono::hours(24);

Error unknown_tree(std::string message) {
  return fail(ErrorCode::tree_unknown, std::move(message));
}

std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

std::vector<std::string> split_at_nul(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    auto const end = std::min(text.find('\0'), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// A lower-case letter: assume-unchanged; S: skip-worktree. Git looks at neither, so a tree would say less than is
// there.
bool is_overlooked(std::string const& entry) {
  return !entry.empty() && (std::islower(static_cast<unsigned char>(entry.front())) != 0 || entry.front() == 'S');
}

// What a command that was killed has left behind.
void sweep(std::filesystem::path const& directory) {
  std::error_code none;
  auto const now = std::filesystem::file_time_type::clock::now();
  for (auto const& entry : std::filesystem::directory_iterator(directory, none)) {
    if (!entry.path().filename().string().starts_with(kScratchName)) continue;
    std::error_code error;
    auto const made = entry.last_write_time(error);
    if (!error && now - made > kLeftBehind) std::filesystem::remove_all(entry.path(), error);
  }
}

}  // namespace

class SubjectTrees::Scratch {
 public:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  Scratch(Scratch const&) = delete;
  Scratch& operator=(Scratch const&) = delete;
  ~Scratch() {
    std::error_code none;
    std::filesystem::remove_all(path_, none);
  }
  std::string const& path() const { return path_; }

 private:
  std::string path_;
};

Result<SubjectTrees> SubjectTrees::open(Surroundings& around) {
  auto const& place = around.place();
  if (!place) return place.error();
  return open(around, place->worktree);
}

Result<SubjectTrees> SubjectTrees::open(Surroundings& around, std::string worktree) {
  if (worktree.empty()) return unknown_tree("this is no git repository, so its files have no tree");
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
  sweep(folder);
  auto const path = folder + '/' + std::string(kScratchName) + random_id().substr(0, 12);
  std::error_code error;
  std::filesystem::create_directories(path + "/objects", error);
  if (error) {
    return fail(ErrorCode::not_writable, "cannot make " + path + ": " + error.message(), {{"path", path}});
  }
  scratch_ = std::make_shared<Scratch>(path);
  DECAPOD_TRY(objects_, say({"rev-parse", "--git-path", "objects"}, {}));
  if (!objects_.starts_with('/')) objects_ = worktree_ + '/' + objects_;
  return {};
}

Result<std::string> SubjectTrees::say(std::vector<std::string> arguments, GitAside const& aside) {
  auto const what = arguments.front();
  DECAPOD_TRY(auto finished, around_->git(worktree_, arguments, aside));
  if (finished.status == 0) return without_line_end(std::move(finished.output));
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
  std::vector<std::string> remove = {"rm", "-r", "-f", "-q", "--cached", "--ignore-unmatch", "--"};
  remove.insert(remove.end(), kOwnRecords.begin(), kOwnRecords.end());
  DECAPOD_CHECK(say(std::move(remove), aside));
  return say({"write-tree"}, aside);
}

Result<std::string> SubjectTrees::tree_here() {
  DECAPOD_TRY(auto const listed, say({"ls-files", "-v", "-z"}, {}));
  auto const entries = split_at_nul(listed);
  if (auto const entry = std::ranges::find_if(entries, is_overlooked); entry != entries.end()) {
    auto error = unknown_tree("git was told not to look at " + entry->substr(std::min<std::size_t>(2, entry->size())));
    error.hint = "`git update-index --no-assume-unchanged --no-skip-worktree PATH` makes it look";
    return error;
  }
  DECAPOD_TRY(auto index, say({"rev-parse", "--git-path", "index"}, {}));
  if (!index.starts_with('/')) index = worktree_ + '/' + index;
  auto const own = aside("index");
  std::error_code error;
  std::filesystem::copy_file(index, own.index, std::filesystem::copy_options::overwrite_existing, error);
  // Without an index git adds every file anew.
  if (error) std::filesystem::remove(own.index, error);
  DECAPOD_CHECK(say({"-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false", "add", "-A", "--", ".",
                     std::string(kNotTheState)},
                    own));
  return write_tree(own);
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

}  // namespace decapod::cli
