#pragma once
// `decapod broker ...`: what the broker is doing, what it has done, and the proof of it.

#include <decapod/base/request_type.h>
#include <decapod/base/service_status.h>
#include <decapod/fields/fields.h>
#include <decapod/governance/key_fields.h>
#include <decapod/governance/statement.h>

#include <optional>
#include <string>
#include <vector>

namespace decapod::inspect {

struct BrokerStatus {
  using Reply = ServiceStatus;
  static constexpr Verb verb{.subsystem = "broker",
                             .name = "status",
                             .access = Access::local,
                             .summary = "Say whether a broker serves this store, and how busy it is",
                             .examples = {{{"broker status", "who serves, since when, how many wait"}}}};
  static constexpr std::array<Field, 0> fields{};
};
BOOST_DESCRIBE_STRUCT(BrokerStatus, (), ())

enum class TrailChain : std::uint8_t { mutations, reads };
BOOST_DESCRIBE_ENUM(TrailChain, mutations, reads)

enum class Follow : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Follow, no, yes)

// A record of the trail with its place in the chain.
struct TrailRecord {
  std::uint64_t seq = 0;
  std::string hash;  // hex
  json::object record;
  std::optional<std::string> step;  // of a lineage: what it was for
};
BOOST_DESCRIBE_STRUCT(TrailRecord, (), (seq, hash, record, step))

struct AuditReply {
  TrailChain chain = TrailChain::mutations;
  // Newest first; for --follow the other way round, and without a cursor; of a lineage in the order it came about.
  std::vector<TrailRecord> records;
  std::optional<std::uint64_t> next_cursor;
  // How many records were looked at for this page; older ones are left where there is a cursor. Absent of a lineage.
  std::optional<std::uint64_t> examined;
};
BOOST_DESCRIBE_STRUCT(AuditReply, (), (chain, records, next_cursor, examined))

struct BrokerAudit {
  using Reply = AuditReply;
  static constexpr Verb verb{
      .subsystem = "broker",
      .name = "audit",
      .access = Access::read,
      .summary = "Show every mutation and who did it, newest first",
      .examples = {{{"broker audit --actor alice --since 2026-01-31", "what alice changed"},
                    {"broker audit --lineage p-93ab51c07d22e8f4", "what it rests on, in order"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "actor", .meaning = "Only what this actor asked for", .max = 256},
      {.name = "subsystem", .meaning = "Only this subsystem's operations, such as todo", .max = 64},
      {.name = "operation", .meaning = "Only this operation, such as todo.done", .max = 128},
      {.name = "item", .meaning = "Only what changed this item (its whole id)", .max = 128},
      {.name = "key", .meaning = "Only what changed this key, such as todo/item/t-4k2m", .max = 256},
      {.name = "since", .meaning = "Only records made at this time or later"},
      {.name = "until", .meaning = "Only records made before this time"},
      {.name = "chain", .meaning = "Which chain: what changed the store, or what only asked"},
      fields::limit(1000, "At most this many records"),
      fields::numbered_cursor(0),
      {.name = "lineage", .meaning = "Instead, what this promotion rests on, oldest first", .max = 64},
      {.name = "follow", .meaning = "Then keep printing new records as they are exported", .short_name = 'f'},
  });
  std::string actor;
  std::string subsystem;
  std::string operation;
  std::string item;
  std::string key;
  std::optional<Timestamp> since;
  std::optional<Timestamp> until;
  TrailChain chain = TrailChain::mutations;
  std::int64_t limit = 20;
  std::uint64_t cursor = 0;
  std::string lineage;
  Follow follow = Follow::no;
};
BOOST_DESCRIBE_STRUCT(BrokerAudit, (),
                      (actor, subsystem, operation, item, key, since, until, chain, limit, cursor, lineage, follow))

struct ChainState {
  std::string chain;
  std::uint64_t size = 0;
  std::string head;  // hex
};
BOOST_DESCRIBE_STRUCT(ChainState, (), (chain, size, head))

struct VerifyReply {
  std::string store_uuid;
  std::int64_t generation = 0;
  std::vector<ChainState> chains;
  std::vector<std::string> exported;  // chains whose exported copy agrees with the store, as far as it goes
  std::int64_t checkpoints = 0;       // how many pinned checkpoints of this store agree
  std::optional<std::string> against;  // the file whose checkpoint agrees, if one was named
  std::vector<std::string> notices;
};
BOOST_DESCRIBE_STRUCT(VerifyReply, (), (store_uuid, generation, chains, exported, checkpoints, against, notices))

// All pins that a command may find, and one that is named.
inline constexpr std::int64_t kCheckpointsMost = 201;

struct BrokerVerify {
  using Reply = VerifyReply;
  static constexpr Verb verb{
      .subsystem = "broker",
      .name = "verify",
      .access = Access::read,
      .summary = "Prove that no record of the trail was changed, removed or moved",
      .weight = Weight::heavy,
      .examples = {{{"broker verify", "both chains, the exported copies, the pinned checkpoints"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "checkpoints",
       .meaning = "Checkpoints to hold the chain against: the one in `against` if that is given, then the pinned ones",
       .place = Place::fact,
       .max_items = kCheckpointsMost},
      {.name = "against",
       .meaning = "Also hold the chain against the checkpoint in this file; - is standard input",
       .max = 4096,
       .value_name = "FILE"},
  });
  std::vector<std::string> checkpoints;
  std::string against;
};
BOOST_DESCRIBE_STRUCT(BrokerVerify, (), (checkpoints, against))

enum class Pin : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Pin, no, yes)

enum class Replace : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Replace, no, yes)

struct CheckpointReply {
  std::string store_uuid;
  std::int64_t generation = 0;
  std::uint64_t size = 0;
  std::string text;
  std::optional<std::string> pinned;  // the file it was written to
};
BOOST_DESCRIBE_STRUCT(CheckpointReply, (), (store_uuid, generation, size, text, pinned))

struct BrokerCheckpoint {
  using Reply = CheckpointReply;
  static constexpr Verb verb{
      .subsystem = "broker",
      .name = "checkpoint",
      .access = Access::read,
      .summary = "Print where the chain of mutations stands, to be kept out of the store's reach",
      .examples = {{{"broker checkpoint --pin", "write .decapod/pins/<store>.txt, to be committed"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "pin", .meaning = "Write it to .decapod/pins/<store uuid>.txt in the main worktree"},
      {.name = "force", .meaning = "With --pin: also in the place of a pin that disagrees with the chain"},
      {.name = "pinned", .meaning = "The pins that are there", .place = Place::fact, .max_items = kCheckpointsMost},
  });
  Pin pin = Pin::no;
  Replace force = Replace::no;
  std::vector<std::string> pinned;
};
BOOST_DESCRIBE_STRUCT(BrokerCheckpoint, (), (pin, force, pinned))

struct ResultReply {
  std::string request_id;
  std::string status;  // COMMITTED or NOT_COMMITTED
  std::optional<std::string> marker;
  std::string operation;
  std::string actor;
  Timestamp at;
  std::optional<json::object> reply;  // what was answered; absent once retention has dropped it
};
BOOST_DESCRIBE_STRUCT(ResultReply, (), (request_id, status, marker, operation, actor, at, reply))

struct BrokerResult {
  using Reply = ResultReply;
  static constexpr Verb verb{.subsystem = "broker",
                             .name = "result",
                             .access = Access::read,
                             .summary = "Say what became of a write, by its request id",
                             .examples = {{{"broker result 0197b2c4-...", "after an outcome that was not known"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "request_id",
       .meaning = "The id that the write was sent under",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = 128},
  });
  std::string request_id;
};
BOOST_DESCRIBE_STRUCT(BrokerResult, (), (request_id))

enum class Overwrite : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Overwrite, no, yes)

struct SnapshotReply {
  std::string file;
  std::string store_uuid;
  std::int64_t generation = 0;
  std::uint64_t commit_seq = 0;  // how many mutations are in it
  std::string head;              // hex: of their chain
  std::uint64_t bytes = 0;
  std::string sha256;  // hex: of the file
};
BOOST_DESCRIBE_STRUCT(SnapshotReply, (), (file, store_uuid, generation, commit_seq, head, bytes, sha256))

struct BrokerSnapshot {
  using Reply = SnapshotReply;
  static constexpr Verb verb{
      .subsystem = "broker",
      .name = "snapshot",
      .access = Access::read,
      .summary = "Write the whole store to a file, as it is at one moment, while others go on",
      .weight = Weight::heavy,
      .examples = {{{"broker snapshot ../backup.db", "one file, synced, to be kept or restored"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "file",
       .meaning = "Where to; seen from the working directory",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = 4096},
      {.name = "force", .meaning = "Put it in the place of a file that is there"},
  });
  std::string file;
  Overwrite force = Overwrite::no;
};
BOOST_DESCRIBE_STRUCT(BrokerSnapshot, (), (file, force))

// The line of the store that a restore ends.
struct ReplacedStore {
  std::string store_uuid;  // "" if nothing is known of it
  std::int64_t generation = 0;
  std::int64_t epoch = 0;
  std::int64_t commit_seq = 0;
  std::string head;  // hex: of its chain of mutations; "" if it could not be read
  std::string kept;  // the directory with what it left behind; "" if nothing
};
BOOST_DESCRIBE_STRUCT(ReplacedStore, (), (store_uuid, generation, epoch, commit_seq, head, kept))

enum class Anyway : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Anyway, no, yes)

enum class DropOld : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(DropOld, no, yes)

struct RestoreReply {
  std::string snapshot;  // hex: SHA-256 of the file
  std::string store_uuid;
  std::int64_t generation = 0;       // of the store from now on
  std::uint64_t restored_to = 0;     // the mutations that the snapshot had
  std::optional<ReplacedStore> old;  // absent: there was no store that could be read
  // Files below the main worktree that pin what is not in the store any more. Found once it is in its place.
  std::vector<std::string> refused_pins;
};
BOOST_DESCRIBE_STRUCT(RestoreReply, (), (snapshot, store_uuid, generation, restored_to, old, refused_pins))

// Not run by the broker: the command waits for the leader lock, puts the file in the store's place, and is then the
// first to write to it.
struct BrokerRestore {
  using Reply = RestoreReply;
  static constexpr Verb verb{
      .subsystem = "broker",
      .name = "restore",
      .access = Access::write,
      .summary = "Put a snapshot in the place of the store, and keep the old one aside",
      .weight = Weight::heavy,
      .examples = {{{"broker restore ../backup.db", "what came after the snapshot is in the kept store only"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "file",
       .meaning = "A file that `broker snapshot` has written; seen from the working directory",
       .place = Place::positional,
       .presence = Presence::required,
       .min = 1,
       .max = 4096},
      {.name = "force", .meaning = "Even if it is a snapshot of another store than the one that is here"},
      {.name = "discard", .meaning = "Do not keep the old store; its exported trail is kept all the same"},
      governance::key_path_field(
          "key", "The operator's key file: signs for a restore where the store's own policy cannot be asked"),
      governance::key_path_field("passphrase_file", "A file with its passphrase, instead of the terminal"),
      governance::kPassphraseFdField,
      {.name = "snapshot", .meaning = "SHA-256 of the file", .place = Place::content, .max = 64},
      {.name = "old", .meaning = "What the store was before", .place = Place::fact},
      governance::kSignatureField,
  });
  std::string file;
  Anyway force = Anyway::no;
  DropOld discard = DropOld::no;
  std::string key;
  std::string passphrase_file;
  std::optional<std::int64_t> passphrase_fd;
  std::string snapshot;
  std::optional<ReplacedStore> old;
  std::optional<governance::Signed> statement;
};
BOOST_DESCRIBE_STRUCT(BrokerRestore, (),
                      (file, force, discard, key, passphrase_file, passphrase_fd, snapshot, old, statement))

}  // namespace decapod::inspect
