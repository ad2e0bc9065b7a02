#pragma once
// One record of the trail: who asked for what, when, and what came of it.

#include <decapod/base/clock.h>
#include <decapod/base/codec.h>
#include <decapod/base/digest.h>

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::audit {

// Two chains, because they keep different promises. `mutations` are written in the transaction of the effect and never
// pruned. `reads` (and refusals, replays and dry runs, which change nothing) may lose their last records in a crash.
enum class Chain : std::uint8_t { mutations, reads };
BOOST_DESCRIBE_ENUM(Chain, mutations, reads)

enum class Status : std::uint8_t { COMMITTED, NOT_COMMITTED, REPLAYED, OK, FAILED, DRY_RUN, GAP, PRUNED };
BOOST_DESCRIBE_ENUM(Status, COMMITTED, NOT_COMMITTED, REPLAYED, OK, FAILED, DRY_RUN, GAP, PRUNED)

// A time that passed, kept in microseconds and written in milliseconds.
struct Latency {
  std::int64_t us = 0;
  friend bool operator==(Latency const&, Latency const&) = default;
};

// How a request was answered: by running it, by the result of an equal read that was under way, or by a recent one.
enum class Served : std::uint8_t { executed, joined, cached };
BOOST_DESCRIBE_ENUM(Served, executed, joined, cached)

// The members are the fields of the canonical bytes: the same names, in the same order.
struct Record {
  Timestamp ts;
  std::string request_id;
  std::string actor;
  std::string session;
  std::string store_root;       // the state directory
  std::string db_id;            // the subsystem
  std::string request_type;     // "todo.claim"
  std::string key;              // reads: what identifies the read; "" for writes
  std::string idempotency_key;  // writes; "" for reads
  Status status = Status::OK;
  Latency latency_ms;  // from arrival to the writing of this record; excludes commit and reply
  std::vector<std::string> affected_keys;
  std::uint64_t epoch = 0;
  std::uint64_t commit_seq = 0;  // of this mutation; for a read, of the last commit it saw
  std::string error;             // the error code of a refusal; "" otherwise
  Served served = Served::executed;
  std::vector<std::string> invalidated;  // mutations: the logical databases whose cached reads ended with it
  std::optional<Sha256> request_digest;  // what the ledger binds the key to; of what the ledger remembers
  std::optional<Sha256> reply_hash;      // of the reply that the ledger stores, also when it is no longer kept
};
BOOST_DESCRIBE_STRUCT(Record, (),
                      (ts, request_id, actor, session, store_root, db_id, request_type, key, idempotency_key, status,
                       latency_ms, affected_keys, epoch, commit_seq, error, served, invalidated, request_digest,
                       reply_hash))

// The canonical bytes: one line of JSON, every field, fixed order (ts first), `latency_ms` with three decimals;
// FORMAT.md has them one by one. These bytes are stored, hashed and exported; nothing is ever encoded again to verify
// it. NUL, DEL and bytes that are not UTF-8 (in a path, say) become U+FFFD, so that every record can be read back.
std::string canonical(Record const& record);

// Reads canonical bytes back. Unknown members are ignored (a newer decapod may have written them). bad_request: not
// JSON, or a field is missing or of another type.
Result<Record> parse_record(std::string_view body);
// The epoch alone, without reading the rest: what a command asks of the newest record before all else. nullopt: the
// bytes have none.
std::optional<std::uint64_t> epoch_in(std::string_view body);

}  // namespace decapod::audit
