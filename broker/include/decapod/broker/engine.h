#pragma once
// What executes requests: the same for the process that won the lock, for the broker and for direct mode.

#include <decapod/base/state_paths.h>
#include <decapod/broker/directory.h>
#include <decapod/broker/losses.h>
#include <decapod/broker/tables.h>
#include <decapod/broker/witness.h>
#include <decapod/ipc/endpoint.h>
#include <decapod/ipc/message.h>
#include <decapod/ledger/ledger.h>

#include <exception>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace decapod::broker {

// A request with the times that bound it. Steady times of this process.
struct Job {
  ipc::Request request;
  SteadyTime arrived;
  SteadyTime deadline;
};

// A read's reply, and for how long it is true as far as the clock is concerned.
struct ReadOutcome {
  ipc::Reply reply;
  Instant executed;
  std::optional<Timestamp> valid_until;  // nullopt: it does not depend on the clock
};

// A read that another execution answered: what the trail has to say of it.
struct SharedRead {
  ipc::Request request;  // without its arguments
  audit::Served served = audit::Served::joined;
  std::string key;
  Timestamp at;
  std::int64_t latency_us = 0;
  std::string error;  // the code it was told; "" = data
};

// Whether the engine may go on. After `lost` the process acknowledges nothing more and leaves: recovery and the ledger
// of a successor decide what was committed.
enum class Health : std::uint8_t { sound, lost };

using ipc::Predecessor;

// For how long a repeated request is answered with the first reply; after that it is told that it was executed.
inline constexpr Millis kRepliesKept = std::chrono::days(30);

struct EngineOptions {
  StatePaths paths;
  storage::OpenMode mode = storage::OpenMode::read_write;
  storage::OnClose on_close = storage::OnClose::checkpoint;
  std::string vfs;                            // "" = SQLite's own
  std::string fresh_store_uuid;               // the name a new store gets
  std::optional<std::uint64_t> tenure_epoch;  // set by an earlier process of this tenure, which raised it
  Predecessor predecessor = Predecessor::left;
  Millis replies_kept = kRepliesKept;
  // Another file than the store's own, and what it is to the store: a page copy, or a store that is being staged.
  contract::Standing standing = contract::Standing::live;
  std::string file;
  contract::ExportedBytes exported;
};

// Owns the one connection. One thread uses it. What fails in a request, or in what is done when it is quiet, becomes a
// reply or a complaint. What is thrown all the same (no memory for the reply itself) leaves it unknown what was done:
// then lose() is all that may follow.
class Engine {
 public:
  // Opens, migrates (one transaction) and reads where the store stands. Commits that an earlier leader acknowledged and
  // that are not there go on record; nobody gets their markers again. Until it has succeeded nothing is folded.
  // `directory` and `clock` are borrowed. Errors: store_too_new, corrupt, not_writable, disk_full, busy, unreachable.
  static Result<std::unique_ptr<Engine>> open(EngineOptions const& options, Directory const& directory, Clock& clock);
  ~Engine();

  // Executes and commits `jobs` as one group; one reply each, in order. A reply says COMMITTED only when its effect is
  // durable. If SQLite throws the whole group away, the others are run again without the one that caused it. If the
  // commit fails, the store is opened anew and the ledger is asked: UNKNOWN is only what cannot be found out so.
  std::vector<ipc::Reply> write(std::span<Job const> jobs);

  // `cancelled` (borrowed) may become true at any time, by any thread: then nobody waits for the reply any more.
  ReadOutcome read(Job const& job, std::atomic<bool> const* cancelled = nullptr);

  // Puts a read that was not executed on record.
  void note(SharedRead const& read);
  // The answer that read() has just given well was replaced by this error on its way: its record says so.
  void answer_went_unsent(std::string const& error);

  // The logical databases in which something was committed since the last call; one too many does no harm.
  std::set<std::string> take_changed() { return std::exchange(changed_, {}); }

  // A heavy read that is answered from a page copy passes through here twice, and leaves one record: first whether it
  // may be answered at all (nullopt: it may), then its reply, with the copy's name or why there is none.
  std::optional<ipc::Reply> refuse_copied(Job const& job);
  ipc::Reply answer_copied(Job const& job, Result<std::string> const& copy);

  // For a restore, in the store that it ends: whether the policy in force lets it, and what the store that takes its
  // place must keep (contract::Lasting, by subsystem). Changes nothing here but the record of a refusal.
  // `has_operator`: whether a key is pinned here. If none is, the built-in policy lets restores, and says nothing of a
  // snapshot's operator.
  struct LineEnd {
    json::object lasting;
    bool has_operator = false;
  };
  Result<LineEnd> end_line(Job const& job);
  // What is left of the exported trail says: that a key was pinned, or nothing of that.
  enum class TrailSays : std::uint8_t { nothing, key_pinned };
  struct Unjudged {
    std::string snapshot;                  // hex
    std::optional<std::string> published;  // hex
    TrailSays trail = TrailSays::nothing;
  };
  // In the staged store, where nobody could ask the policy of the store that ends, or where that one knows no operator:
  // a store that had one takes a statement of theirs about this snapshot (governance::Restoration). `published` is the
  // key in the tree.
  Result<void> judge_by_statement(Job const& job, Unjudged const& facts);
  // The other half, in the staged store.
  Result<void> carry_on(json::object const& lasting);

  // Looks whether the store is still where it was: acknowledged commits in a WAL that lost its name are saved if they
  // can be, and put on record if not.
  void look_at_files();
  // The same, then commits the records of reads that have not ridden in a write. Records that cannot be written are
  // lost, and the next ones that can say how many.
  void settle();
  // The same when nothing follows: says how many were lost although there are no others.
  void settle_at_end();
  std::size_t unsettled() const { return noted_.size(); }

  // Drops a bounded number of the replies that have been kept for long enough.
  using Left = contract::Left;
  Left forget_replies();

  // A bounded step of what the subsystems have to do when it is quiet.
  Left upkeep();

  // Folds the log into the database. Throws storage::Failure. Between requests.
  void fold(storage::CheckpointMode mode);

  // Folds and closes as the options say; nothing but take_complaints() may follow. What was acknowledged and lies in no
  // file at the end of it is saved, or put on record.
  void close();

  Health health() const { return health_; }
  // Acknowledges nothing more, because of `what` (and `why`, the cause in its own words).
  void lose(std::string_view what, std::string_view why = {}) noexcept;
  // What went wrong with the store, in words, for the log; each once.
  std::vector<std::string> take_complaints() { return std::exchange(complaints_, {}); }
  storage::Database& database() { return *database_; }
  ledger::Ledger const& ledger() const { return *ledger_; }
  contract::StoreFacts const& facts() const { return facts_; }
  std::int64_t schema() const { return schema_; }

 private:
  struct Attempt;
  Engine(std::unique_ptr<storage::Database> database, StatePaths const& paths, Directory const& directory,
         Clock& clock);

  void run_groups(std::span<Job const> jobs, std::vector<ipc::Reply>& replies);
  // What undoes a member that fails after it has written. A savepoint keeps what every page was that is written behind
  // it, for each member anew; nearly none fails so late, and then the group is run again with savepoints.
  enum class Undo : std::uint8_t { whole_group, savepoint };
  struct RunAgain {};  // thrown by a member of a group without savepoints
  Undo undo_for(std::span<Job const> jobs, std::vector<std::size_t> const& members) const;
  std::optional<std::size_t> run_group(std::span<Job const> jobs, std::vector<std::size_t> const& members,
                                       std::vector<ipc::Reply>& replies, Undo undo);
  void run_members(std::span<Job const> jobs, std::vector<std::size_t> const& members, std::vector<ipc::Reply>& replies,
                   std::optional<std::size_t>& offender);
  // Where things stood before a group.
  struct Start {
    ledger::Position position;
    ledger::Epoch epoch = ledger::Epoch::as_found;
    std::size_t noted = 0;
  };
  enum class Fate : std::uint8_t { committed, undone, unknown };
  Result<void> put_lasting(json::object const& lasting);
  void stand_in_for_dry_run(Job const& job);
  void put_back(Start const& start);
  enum class Reached : std::uint8_t { members, commit };  // where a group was when it failed
  void answer_failed_group(std::span<Job const> jobs, std::vector<std::size_t> const& members,
                           std::vector<ipc::Reply>& replies, std::exception_ptr const& fault, Reached reached,
                           Start const& start);
  void answer_failed_commit(std::span<Job const> jobs, std::vector<std::size_t> const& members,
                            std::vector<ipc::Reply>& replies, Error const& failure, Start const& start);
  void answer_unknown(std::span<Job const> jobs, std::vector<std::size_t> const& members,
                      std::vector<ipc::Reply>& replies, Error const& failure) const;
  void refuse_undone(std::span<Job const> jobs, std::vector<std::size_t> const& members,
                     std::vector<ipc::Reply>& replies, Error const& failure);
  bool is_replayed(Job const& job, ipc::Reply const& reply) const;
  bool rests_on_group(Job const& job, ipc::Reply const& reply) const;
  void note_outcome(Job const& job, ipc::Reply const& reply);
  Fate find_out(Start const& start);
  void lose_store(std::string_view why);
  void lose_files(std::string_view why);
  bool only_database_is_gone() const;
  bool record(Loss loss);
  void record_at_most(std::string why);
  bool is_witnessed() const;
  // Whether the store had a name; if not, whether a witness tells of an earlier one in its place.
  enum class Name : std::uint8_t { found, first, anew };
  Name name_once(std::string const& fresh_store_uuid);
  void look_for_losses(Name name);
  void begin_generation_after(Acknowledged const& last, std::string words);
  void finish_loss(Acknowledged const& last);
  void heed_another(Acknowledged const& last);
  void witness();
  void write_witness();
  std::unique_ptr<ledger::Ledger> make_ledger(std::optional<std::uint64_t> epoch);
  ipc::Reply run_write(Job const& job);
  void must_have_written_nothing(std::int64_t written) const;  // throws RunAgain
  ipc::Reply apply(Job const& job, contract::Operation const& operation, json::object const& arguments,
                   json::object const& meaning, Sha256 const& digest);
  ipc::Reply preview(Job const& job, contract::Operation const& operation, json::object const& arguments,
                     json::object const& meaning);
  ipc::Reply replay(Job const& job, ledger::Entry const& entry, Sha256 const& digest);
  ipc::Reply commit_effect(Attempt const& attempt, json::object data);
  ipc::Reply store_refusal(Attempt const& attempt, Error const& error);
  // `vouched`: whether this very request was looked up in the ledger, which had nothing.
  ipc::Reply refuse(Job const& job, Error const& error, ipc::Vouched vouched = ipc::Vouched::no);
  audit::Record record_of(Job const& job, Instant const& now) const;
  contract::Context context_for(Job const& job, Instant const& instant);
  Result<void> admit(contract::Context& context, contract::Operation const& operation, json::object const& arguments,
                     json::object const& meaning);
  Result<contract::Operation const*> readable(Job const& job) const;
  ReadOutcome run_read(Job const& job, std::atomic<bool> const* cancelled);
  ipc::Reply refuse_read(Job const& job, Error const& error);
  void note(Job const& job, audit::Status status, std::string error, std::vector<std::string> affected = {});
  // What no request asked for, and the trail should say all the same.
  void note_by_itself(std::string operation, std::string words, std::vector<std::string> affected = {});
  void append_noted();
  void noted_are_kept();
  void write_noted();
  audit::Record record_of_note(Job const& job, audit::Status status, std::string error,
                               std::vector<std::string> affected) const;
  audit::Record gap() const;
  // A transaction that commits no request: nothing was promised to anybody, so a failure costs nothing but this step,
  // unless it is the commit's. `purpose` is for the complaint.
  enum class Kept : std::uint8_t { no, yes };
  Kept in_quiet_transaction(std::string_view purpose, std::function<void()> const& step);

  std::unique_ptr<storage::Database> database_;
  Directory const& directory_;
  Clock& clock_;
  Tables tables_;
  std::unique_ptr<ledger::Ledger> ledger_;
  contract::StoreFacts facts_;
  Witness witness_;
  std::uint64_t witnessed_ = 0;          // the commit that it names
  std::uint64_t lost_epoch_ = 0;         // the last one of which commits are gone
  std::optional<std::uint64_t> folded_;  // the last commit that is in the database itself, if that is known
  std::uint64_t directory_inode_ = 0;    // of the state directory in which the store was opened
  std::int64_t schema_ = 0;
  bool writable_ = true;
  Millis replies_kept_ = kRepliesKept;
  Health health_ = Health::sound;
  Undo undo_ = Undo::whole_group;  // in the group that is executed
  std::vector<audit::Record> noted_;
  std::size_t unwritten_ = 0;  // records of reads that the store did not take, since the last that it took
  std::set<std::string> changed_;
  std::set<std::string, std::less<>> fresh_;  // keys whose row the open transaction has written
  std::set<std::string, std::less<>> asked_;  // keys of which it had no row when they were looked up in it
  std::vector<std::string> complaints_;
  contract::PolicyMemory policy_memory_;
};

// The newest store this build can write; part of its rank.
std::int64_t supported_schema(Directory const& directory);

}  // namespace decapod::broker
