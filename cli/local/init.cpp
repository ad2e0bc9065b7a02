#include "init.h"

#include "files.h"
#include "git_config.h"
#include "lost_pins.h"
#include "repository.h"
#include "settings.h"
#include "store_layout.h"

#include <decapod/base/id.h>
#include <decapod/base/sync_directory.h>
#include <decapod/broker/remains.h>
#include <decapod/cli_kit/scratch.h>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace decapod::cli {
namespace {

constexpr std::string_view kOwnStore = "use the account that may write there, or a store of your own: --store user";

// The innermost directory that is there: `path` or one above it.
std::string existing_part(std::string path) {
  struct stat facts {};
  while (path.size() > 1 && stat(path.c_str(), &facts) != 0) path.erase(std::max<std::size_t>(path.rfind('/'), 1));
  return path;
}

// Root in somebody else's tree would leave files there that lock the owner out.
Result<void> check_owner(std::string const& directory, std::uint32_t uid) {
  struct stat facts {};
  if (uid != 0 || stat(directory.c_str(), &facts) != 0 || facts.st_uid == uid) return {};
  auto const owner = std::to_string(facts.st_uid);
  auto error =
      fail(ErrorCode::unsafe_directory, fmt::format("{} belongs to user {}, and you are root", directory, owner));
  error.hint = fmt::format("run it as that user: sudo -u '#{}' decapod init", owner);
  return error;
}

Result<void> check_store_owner(StorePlace const& place, std::uint32_t uid) {
  auto const& directory = place.paths.directory;
  struct stat facts {};
  if (uid == 0 || stat(directory.c_str(), &facts) != 0 || facts.st_uid == uid) return {};
  auto error = fail(ErrorCode::unsafe_directory,
                    fmt::format("{} belongs to user {}, and you are user {}", directory, facts.st_uid, uid));
  error.hint = kOwnStore;
  return error;
}

Result<MadeBy> make(LayoutEntry const& entry) {
  auto made = make_entry(entry);
  if (made || made.error().code != ErrorCode::not_writable) return made;
  auto error = std::move(made).error();
  error.hint = kOwnStore;
  return error;
}

Result<std::vector<LayoutEntry>> missing_entries(StorePlace const& place) {
  std::vector<LayoutEntry> missing;
  for (auto& entry : store_layout(place)) {
    DECAPOD_TRY(auto const exists, entry_exists(entry));
    if (!exists) missing.push_back(std::move(entry));
  }
  return missing;
}

// On a file of its own: the lock of a store that is in use may be held.
Result<void> test_locks(StorePlace const& place, election::Unreliable unreliable) {
  if (unreliable == election::Unreliable::allowed) return {};
  DECAPOD_TRY(auto const scratch, Scratch::make(place.paths.directory));
  LayoutEntry const file{EntryKind::private_file, scratch.path() + "/lock", ""};
  DECAPOD_CHECK(make_entry(file));
  return election::self_test(file.path);
}

// The state directory is ours alone, also where an older umask or a copy left it open.
Result<void> tighten(StorePlace const& place, std::uint32_t uid) {
  struct stat facts {};
  if (lstat(place.paths.directory.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) return {};
  if (facts.st_uid != uid || (facts.st_mode & 077U) == 0) return {};
  if (chmod(place.paths.directory.c_str(), 0700) == 0) return {};
  return fail(ErrorCode::unsafe_directory, fmt::format("cannot close {} to other users", place.paths.directory));
}

// `git clean -fdx` takes an uncommitted .gitignore away, and then `git add -A` stumbles over the state directory.
// The repository's own list of exclusions stays.
constexpr std::string_view kExclusion = "/.decapod/data/\n";

struct Exclusion {
  std::string list;  // its path
  std::string line;
};

// The line names a folder at the top of a worktree, where --root may have put the store as well.
bool lies_at_the_top(StorePlace const& place, Repository const& repository) {
  if (place.kind == StoreKind::repo) return true;
  std::error_code unknown;
  return place.kind == StoreKind::root &&
         std::filesystem::equivalent(place.main_worktree, repository.worktree, unknown);
}

// nullopt: the list has it already, cannot be read to its end, or does not apply to this store.
std::optional<Exclusion> missing_exclusion(StorePlace const& place) {
  if (place.main_worktree.empty()) return std::nullopt;
  auto const repository = find_repository(place.main_worktree);
  if (!repository || !*repository || !lies_at_the_top(place, **repository)) return std::nullopt;
  Exclusion missing{.list = (*repository)->common_dir + "/info/exclude", .line = std::string(kExclusion)};
  auto const content = small_file(missing.list);
  std::error_code unknown;
  bool const absent =
      std::filesystem::symlink_status(missing.list, unknown).type() == std::filesystem::file_type::not_found;
  if (!content && !absent) return std::nullopt;
  if (content && content->find(kExclusion) != std::string::npos) return std::nullopt;
  if (content && !content->empty() && !content->ends_with('\n')) missing.line.insert(0, 1, '\n');
  return missing;
}

enum class Lacks : std::uint8_t { nothing, a_part, all };

// A store that lost its locks is a store all the same; one that lost its database begins with nothing.
Lacks lacks(StorePlace const& place, std::vector<LayoutEntry> const& missing) {
  if (missing.empty()) return Lacks::nothing;
  bool const there = std::ranges::find(missing, place.paths.database, &LayoutEntry::path) == missing.end();
  return there ? Lacks::a_part : Lacks::all;
}

InitOutcome imagined(Lacks lacks) {
  if (lacks == Lacks::nothing) return InitOutcome::already;
  return lacks == Lacks::all ? InitOutcome::would_make : InitOutcome::would_complete;
}

// Of several at once, whoever made the database's file made the store: to the others it was there.
InitOutcome outcome_of(StorePlace const& place, std::vector<std::string> const& created) {
  if (created.empty()) return InitOutcome::already;
  bool const made = std::ranges::find(created, place.paths.database) != created.end();
  return made ? InitOutcome::made : InitOutcome::completed;
}

}  // namespace

Result<InitReply> init(Desk& desk, Init const& request) {
  auto const& found = desk.outside.place();
  if (!found) return found.error();
  auto const& place = *found;
  DECAPOD_CHECK(check_length(place.paths));
  auto const uid = desk.outside.invocation().uid;
  auto const existing = existing_part(place.paths.directory);
  DECAPOD_CHECK(check_owner(existing, uid));
  DECAPOD_CHECK(check_store_owner(place, uid));
  auto const unreliable = unreliable_locks(place);
  DECAPOD_CHECK(election::check_filesystem(existing, unreliable));
  // A store that lost its database is none that is there, and a new one in its place would hide the loss.
  if (auto lost = broker::remembered_database(place.paths)) return *std::move(lost);
  InitReply reply;
  reply.state_directory = place.paths.directory;
  DECAPOD_TRY(reply.filesystem, election::filesystem_name(existing));
  DECAPOD_TRY(auto const missing, missing_entries(place));
  auto const exclusion = missing_exclusion(place);
  if (lacks(place, missing) == Lacks::all) reply.lost_pins = pins_of_lost_stores(desk.outside, place, "");
  if (request.dry_run == ipc::DryRun::yes) {
    for (auto const& entry : missing) reply.created.push_back(entry.path);
    reply.outcome = imagined(lacks(place, missing));
    return reply;
  }

  DECAPOD_CHECK(tighten(place, uid));
  bool proved = false;
  for (auto const& entry : missing) {
    // From here on it is a store, so the locks are proved before.
    bool const makes_store = entry.path == place.paths.database || entry.path == place.paths.leader_lock;
    if (makes_store && !std::exchange(proved, true)) DECAPOD_CHECK(test_locks(place, unreliable));
    DECAPOD_TRY(auto const made_by, make(entry));
    if (made_by == MadeBy::us) reply.created.push_back(entry.path);
  }
  // A loss of power is not to take the database's name and leave the rest: that would look like a lost database.
  if (!missing.empty()) {
    auto synced = sync_directory(place.paths.directory);
    // As for the store's log: a file system that cannot do it serves all the same.
    if (!synced && synced.error().code != ErrorCode::not_writable) return std::move(synced).error();
  }
  reply.outcome = outcome_of(place, reply.created);
  DECAPOD_CHECK(check_store(place.paths, uid));
  // Best effort: an agent's sandbox may keep the git directory closed, and .gitignore serves as long as it is there.
  if (exclusion && files::append(exclusion->list, exclusion->line)) reply.excluded_in = exclusion->list;
  return reply;
}

void render_init(InitReply const& reply, Text& text) {
  switch (reply.outcome) {
    case InitOutcome::made:
      text.line("made a store in " + printable(reply.state_directory));
      break;
    case InitOutcome::would_make:
      text.line("would make a store in " + printable(reply.state_directory));
      break;
    case InitOutcome::completed:
      text.line("there is a store in " + printable(reply.state_directory) + ", and now all that belongs to it");
      break;
    case InitOutcome::would_complete:
      text.line("there is a store in " + printable(reply.state_directory) + ", which lacks what would be made");
      break;
    case InitOutcome::already:
      text.line("there is a store in " + printable(reply.state_directory));
      break;
  }
  for (auto const& path : reply.created) {
    if (path.ends_with("/.gitignore")) text.line("  commit " + printable(path));
  }
  for (auto const& pin : reply.lost_pins) {
    text.line("  " + text.warn("warning:") + ' ' + printable(pin) + " pins a store that was here");
    text.line("  " + printable(way_out(pin)));
  }
}

void init_columns(InitReply const& reply, Lines<kMade>& lines) {
  lines.add(reply.state_directory);
}

}  // namespace decapod::cli
