#pragma once
// What executes requests: the same for the process that won the lock, for the broker and for direct mode.

#include <decapod/base/state_paths.h>
#include <decapod/broker/directory.h>
#include <decapod/ipc/message.h>
#include <decapod/ledger/ledger.h>
#include <memory>
#include <span>
#include <vector>

namespace decapod::broker {

// A request with the times that bound it. Steady times of this process.
struct Job {
  ipc::Request request;
  SteadyTime arrived;
  SteadyTime deadline;
};

// Whether the engine may go on. After `lost` the process acknowledges nothing more and leaves: recovery and the ledger
// decide what was committed.
enum class Health : std::uint8_t { sound, lost };

// How the previous leader went, as far as its socket tells.
enum class Predecessor : std::uint8_t { left, crashed };

struct EngineOptions {
  StatePaths paths;
  storage::OpenMode mode = storage::OpenMode::read_write;
  storage::OnClose on_close = storage::OnClose::checkpoint;
  std::string vfs;                            // "" = SQLite's own
  std::string fresh_store_uuid;               // the name a new store gets
  std::optional<std::uint64_t> tenure_epoch;  // set by an earlier process of this tenure, which raised it
  Predecessor predecessor = Predecessor::left;
  // Another file than the store's own, and what it is to the store: a page copy, or a store that is being staged.
  contract::Standing standing = contract::Standing::live;
  std::string file;
  contract::ExportedBytes exported;
};

// Owns the one connection. One thread uses it. Never throws: a failure of storage becomes a reply.
class Engine {
 public:
  // Opens, migrates (one transaction) and reads where the store stands. `directory` and `clock` are borrowed.
  // Errors: store_too_new, corrupt, not_writable, disk_full, busy.
  static Result<std::unique_ptr<Engine>> open(EngineOptions const& options, Directory const& directory, Clock& clock);
  ~Engine();

  // Executes and commits `jobs` as one group; one reply each, in order. A reply says COMMITTED only when its effect is
  // durable. If SQLite throws the whole group away, the others are run again without the one that caused it.
  std::vector<ipc::Reply> write(std::span<Job const> jobs);

  ipc::Reply read(Job const& job);

  // A heavy read that is answered from a page copy passes through here twice, and leaves one record: first whether it
  // may be answered at all (nullopt: it may), then its reply, with the copy's name or why there is none.
  std::optional<ipc::Reply> refuse_copied(Job const& job);
  ipc::Reply answer_copied(Job const& job, Result<std::string> const& copy);

  // Commits the records of reads that have not ridden in a write. Nothing to do: costs nothing.
  void settle();
  std::size_t unsettled() const { return noted_.size(); }

  Health health() const { return health_; }
  storage::Database& database() { return *database_; }
  ledger::Ledger const& ledger() const { return *ledger_; }
  contract::StoreFacts const& facts() const { return facts_; }
  std::int64_t schema() const { return schema_; }

 private:
  struct Attempt;
  Engine(std::unique_ptr<storage::Database> database, Directory const& directory, Clock& clock);

  std::optional<std::size_t> run_group(std::span<Job const> jobs, std::vector<std::size_t> const& members,
                                       std::vector<ipc::Reply>& replies);
  void run_members(std::span<Job const> jobs, std::vector<std::size_t> const& members, std::vector<ipc::Reply>& replies,
                   std::optional<std::size_t>& offender);
  ipc::Reply run_write(Job const& job);
  ipc::Reply apply(Job const& job, contract::Operation const& operation, json::object const& arguments,
                   Sha256 const& digest);
  ipc::Reply preview(Job const& job, contract::Operation const& operation, json::object const& arguments);
  ipc::Reply replay(Job const& job, ledger::Entry const& entry, Sha256 const& digest);
  ipc::Reply commit_effect(Attempt const& attempt, json::object data);
  ipc::Reply store_refusal(Attempt const& attempt, Error const& error);
  ipc::Reply refuse(Job const& job, Error const& error);
  audit::Record record_of(Job const& job, Instant const& now) const;
  Result<contract::Operation const*> readable(Job const& job) const;
  ipc::Reply refuse_read(Job const& job, Error const& error);
  void note(Job const& job, audit::Status status, std::string error, std::vector<std::string> affected = {});
  void append_noted();

  std::unique_ptr<storage::Database> database_;
  Directory const& directory_;
  Clock& clock_;
  std::unique_ptr<ledger::Ledger> ledger_;
  contract::StoreFacts facts_;
  std::int64_t schema_ = 0;
  bool writable_ = true;
  Health health_ = Health::sound;
  std::vector<audit::Record> noted_;
};

// The newest store this build can write; part of its rank.
std::int64_t supported_schema(Directory const& directory);

}  // namespace decapod::broker
