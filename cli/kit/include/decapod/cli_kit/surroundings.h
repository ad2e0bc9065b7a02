#pragma once
// The outside world, as a verb may see it. The one implementation is cli/outside; tests pass their own.

#include <decapod/base/caller.h>
#include <decapod/base/clock.h>
#include <decapod/base/request_type.h>
#include <decapod/base/service_status.h>
#include <decapod/base/state_paths.h>
#include <decapod/cli_kit/program.h>
#include <decapod/cli_kit/text.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

// How the caller's session begins where neither the caller nor an agent named one: it is this command's alone.
inline constexpr std::string_view kSessionOfOneCommand = "once:";

enum class StoreKind : std::uint8_t { repo, user, root };
BOOST_DESCRIBE_ENUM(StoreKind, repo, user, root)

// Where git keeps what belongs to a repository; both "" outside one.
struct GitDirectories {
  std::string own;     // of the worktree
  std::string common;  // what all worktrees share
};

// Where the store of this command is, and why there.
struct StorePlace {
  StoreKind kind = StoreKind::repo;
  StatePaths paths;
  std::string worktree;       // the worktree the command runs in; "" outside a repository
  std::string main_worktree;  // where tracked files such as .decapod/config.toml and pins live; "" if none
  GitDirectories git;         // of the repository the command runs in
  std::string why;            // one sentence
};

struct Finished {
  int status = 0;      // exit status; 127 if it could not be started
  std::string output;  // standard output
  std::string errors;  // how standard error begins
};

// Where git keeps what it must not put into the repository; empty members: the repository's own.
struct GitAside {
  std::string index;    // a file
  std::string objects;  // a directory for new objects; those of `objects_from` are read as well
  std::string objects_from;
};

// Where a passphrase comes from. Without a file and a descriptor somebody is asked for it at the terminal.
struct Secret {
  enum class Repeat : std::uint8_t { no, yes };  // yes: it is a new one, and typed twice
  std::string prompt;                            // "passphrase of /home/..."
  Repeat repeat = Repeat::no;
  std::string file;     // "" : none
  int descriptor = -1;  // -1: none
};

// Verbs use it before the leader lock is tried (gather) and after it was let go (conclude), never in between.
class Surroundings {
 public:
  virtual ~Surroundings() = default;

  virtual Caller const& caller() const = 0;
  virtual std::string const& cwd() const = 0;
  virtual Clock& clock() = 0;
  virtual SteadyTime deadline() const = 0;
  // Whether the command is to have an effect, or is a dry run.
  virtual Effect effect() const = 0;
  // nullopt when unset or empty.
  virtual std::optional<std::string> environment(std::string_view name) const = 0;

  // The store, whether or not it has been made yet; an error where no place for one can be found.
  virtual Result<StorePlace> const& place() const = 0;

  // What every command that needs the store ends with, if something shows that there was one and its database is gone.
  virtual std::optional<Error> lost_store() const = 0;

  // The whole of a file, or of standard input for "-". Refuses more than `max_bytes` and the store's own files.
  virtual Result<std::string> read(std::string const& path, std::size_t max_bytes) = 0;
  // Writes a file by way of a temporary one beside it and a rename. Refuses the state directory.
  virtual Result<void> write(std::string const& path, std::string_view content) = 0;

  // A new file that nobody else may read (0600), synced; folders that are missing are made (0700). already_exists;
  // not_writable; disk_full.
  virtual Result<void> create_private(std::string const& path, std::string_view content) = 0;
  // The first line of what `from` names; the time that somebody takes to type it is not counted. From here on nobody
  // else may look into this process (own_memory.h). usage: there is
  // neither a source nor a terminal, or what was typed twice differs. input_unreadable; interrupted.
  virtual Result<std::string> secret(Secret const& from) = 0;

  // Runs git in `directory` (absolute) with null standard input, bounded by the deadline.
  Result<Finished> git(std::string const& directory, std::vector<std::string> const& arguments) {
    return git(directory, arguments, GitAside{});
  }
  virtual Result<Finished> git(std::string const& directory, std::vector<std::string> const& arguments,
                               GitAside const& aside) = 0;

  // Runs somebody's program, bounded by its own limits; the deadline moves on by the time that it took. An error: it
  // could not be watched, or the command was interrupted meanwhile (interrupted); whatever the program does is none.
  virtual Result<ProgramEnd> run(Program const& program) = 0;

  // Sends one more request and waits for its reply (data).
  virtual Result<json::object> call(RequestType const& type, json::object const& arguments) = 0;

  // Asks a live broker about itself without taking the lock; Serving::no if nobody leads. timeout: whoever leads does
  // not answer.
  virtual Result<ServiceStatus> probe_broker() = 0;
};

}  // namespace decapod::cli
