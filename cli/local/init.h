#pragma once
// `decapod init`.

#include "work.h"

#include <decapod/ipc/message.h>

namespace decapod::cli {

// completed: the store was there, and a file that belongs to it was not.
enum class InitOutcome : std::uint8_t { made, would_make, already, completed, would_complete };
BOOST_DESCRIBE_ENUM(InitOutcome, made, would_make, already, completed, would_complete)

struct InitReply {
  InitOutcome outcome = InitOutcome::made;
  std::string state_directory;
  std::string filesystem;
  std::vector<std::string> created;        // paths, in order; for a dry run, those that would be
  std::optional<std::string> excluded_in;  // git's own list of exclusions, if a line was added to it
  std::vector<std::string> lost_pins;      // files of the tree that pin a store which was here; told of a new store
};
BOOST_DESCRIBE_STRUCT(InitReply, (), (outcome, state_directory, filesystem, created, excluded_in, lost_pins))

struct Init {
  using Reply = InitReply;
  static constexpr Verb verb{.subsystem = "",
                             .name = "init",
                             .access = Access::local,
                             .summary = "Make a store for this repository; does nothing where there is one",
                             .store = StoreNeed::none,
                             .examples = {{{"init", "once in a repository; all its worktrees share the store"},
                                           {"init --store user", "a store of your own"}}}};
  ipc::DryRun dry_run = ipc::DryRun::no;
  static constexpr std::array fields{
      Field{.name = "dry_run", .meaning = "say what would be made, and make nothing"},
  };
};
BOOST_DESCRIBE_STRUCT(Init, (), (dry_run))

// Errors: store_not_found (no repository), unsafe_directory, lock_unreliable, not_writable.
Result<InitReply> init(Desk& desk, Init const& request);
void render_init(InitReply const& reply, Text& text);
inline constexpr auto kMade = columns("STATE_DIRECTORY");
void init_columns(InitReply const& reply, Lines<kMade>& lines);

}  // namespace decapod::cli
