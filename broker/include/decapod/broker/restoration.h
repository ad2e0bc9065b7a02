#pragma once
// Putting a snapshot in the place of the store, so that a crash at any step leaves the old store or the new one, whole.
//
//   stage      copy the file beside the store and judge the copy                          no lock needed
//   retire     bring the old store's trail to its end, fold its WAL into it and close it  from here on: the leader lock
//   commit     begin a new generation in the staged copy and run the request that records the restore
//   replace    1 give the old database a second name in the directory of what is kept
//              2 move the exported trail there: it tells the old line, and is never written again
//              3 remove the WAL (empty by now, unless the old store is beyond reading), and the witness of the old line
//              4 rename the staged file over the database: this is the restore; sync the directory
//
// Before 4 the old store is in its place, and all that is missing is an exported trail, which is made anew from the
// store. A WAL never meets a database that is not its own, because it goes before the database changes.

#include <decapod/broker/engine.h>
#include <decapod/broker/page_copies.h>

#include <functional>

namespace decapod::broker {

// What the store's ledger says of a restore that may have been asked for before. Unreadable: the store is corrupt, so
// nobody can tell.
enum class LedgerState : std::uint8_t { unreadable, asked };
struct Recalled {
  LedgerState ledger = LedgerState::unreadable;
  std::optional<ipc::Reply> reply;  // what the request was answered then, or that its id is another's
};
// The request as it was, completed by what it was answered: what names the file's content is not known without it.
using Completion = std::function<Job(json::object const& answered)>;

// What was in the store's place. `readable` no: it is corrupt. Then the rest is what its witness says of the line of
// the snapshot's store, without a head, or empty.
enum class Readable : std::uint8_t { no, yes };
// Whether a policy of an operator's let the restore.
enum class Judged : std::uint8_t { no, yes };
struct OldStore {
  Readable readable = Readable::no;
  Judged judged = Judged::no;  // no: there was no policy to be asked; the operator's signature stands in for it
  std::string store_uuid;
  std::int64_t generation = 0;
  std::uint64_t epoch = 0;
  audit::Head mutations;
  json::object lasting;                          // what the policy does not let go back: Engine::end_line()
  LedgerState ledger = LedgerState::unreadable;  // asked: it knows nothing of the request
  // The request was run on this store before: its stored reply. Then there is nothing left to do.
  std::optional<ipc::Reply> replayed;
};

enum class Keep : std::uint8_t { old_store, nothing };

// A step that is over, for tests that end the process there.
enum class RestoreStep : std::uint8_t { staged, retired, committed, kept, trail_aside, wal_removed, replaced };
using RestoreWatch = std::function<void(RestoreStep)>;

// One restore. Opens the process's one Database, now and then; never while another is open. Everything that it staged
// and did not put in place is removed with it, or swept if the process dies.
class Restoration {
 public:
  // `fresh_store_uuid`: the name of a store that was never opened.
  Restoration(StatePaths const& paths, std::string fresh_store_uuid, Directory const& directory, Clock& clock,
              RestoreWatch watch = {});
  ~Restoration();

  // With the leader lock held, where stage() has failed: a restore that was done under this key needs no file any more.
  // Errors: store_too_new, not_writable, disk_full, busy, unreachable.
  Result<Recalled> recall(std::string const& key, Completion const& complete);
  // Errors: refused (the store's own file, or a WAL beside it), input_unreadable (not a store), corrupt, audit_broken,
  // store_too_new, disk_full, not_writable, timeout.
  Result<void> stage(std::string const& file, SteadyTime deadline);
  // Hex SHA-256 of the file, its store and how many mutations it has.
  std::string const& digest() const { return digest_; }
  std::string const& store_uuid() const { return store_uuid_; }

  // Errors: store_too_new, not_writable, disk_full, busy, unreachable, or what the policy in force asks for; the store
  // is as it was.
  Result<OldStore> retire(Job const& job);
  // Runs `job` as the first write of the new line, if the store's policy has let it; else the operator must have signed
  // it, where there is any sign of one: in the snapshot, the tree or the exported trail. approval_required,
  // signature_invalid, policy_invalid. A reply that is not COMMITTED (or the OK of a dry run) ends the
  // restore. request_id_conflict: the snapshot itself knows this request id.
  Result<ipc::Reply> commit(Job const& job, OldStore const& old);
  // Where replace() keeps what was there.
  std::string const& kept_directory() const { return kept_; }
  // outcome_unknown: the last step was taken, and its directory could not be synced.
  Result<void> replace(Keep keep);

 private:
  Result<void> judge(SteadyTime deadline);
  std::int64_t next_generation(OldStore const& old) const;
  Result<void> close_old(std::unique_ptr<Engine> engine);
  Result<void> keep_old();
  Result<void> move_trail();
  void reached(RestoreStep step) const {
    if (watch_) watch_(step);
  }

  StatePaths paths_;
  std::string fresh_store_uuid_;
  Directory const& directory_;
  Clock& clock_;
  RestoreWatch watch_;
  std::optional<HeldCopy> staged_;
  std::string digest_;
  std::string store_uuid_;
  std::int64_t generation_ = 0;
  std::uint64_t epoch_ = 0;
  std::string kept_;
};

}  // namespace decapod::broker
