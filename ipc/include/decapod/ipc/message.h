#pragma once
// What travels in frames after the HELLO: a request, and its reply.

#include <decapod/base/caller.h>
#include <decapod/base/codec.h>
#include <decapod/base/id.h>
#include <boost/describe.hpp>

namespace decapod::ipc {

enum class DryRun : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(DryRun, no, yes)

// What a heavy read is answered from.
enum class Source : std::uint8_t {
  store,  // the store itself: nobody else is served meanwhile
  copy,   // a page copy, which the client is handed and reads itself: Reply::copy
};
BOOST_DESCRIBE_ENUM(Source, store, copy)

struct Request {
  std::string op;          // "todo.claim"
  json::object arguments;  // canonical (RequestType::canonical)
  Caller caller;
  std::string request_id;       // made anew for each invocation
  std::string idempotency_key;  // writes: what --request-id gave, else the request id; reads: ""
  std::int64_t timeout_ms = 0;  // what is left of the caller's patience when it is sent
  DryRun dry_run = DryRun::no;
  std::uint64_t min_seq = 0;     // refuse (store_behind) to answer from a store that has committed less
  std::optional<Source> source;  // heavy reads, to a broker of protocol 1.1 at least; absent = the store
  // What the operator gave the caller's session to show (1.2). A secret: no part of any record, message or digest.
  std::optional<std::string> trust_token;
};
BOOST_DESCRIBE_STRUCT(Request, (),
                      (op, arguments, caller, request_id, idempotency_key, timeout_ms, dry_run, min_seq, source,
                       trust_token))

// What became of the effect that was asked for.
enum class Status : std::uint8_t {
  OK,             // a read (or a dry run) was answered; nothing was to be committed
  COMMITTED,      // durable, applied exactly once
  NOT_COMMITTED,  // nothing was applied
  UNKNOWN,        // may or may not have been applied: ask again under the same idempotency key
};
BOOST_DESCRIBE_ENUM(Status, OK, COMMITTED, NOT_COMMITTED, UNKNOWN)

struct WireError {
  std::string code;  // "HELD": a name the receiver may not know yet
  std::string message;
  std::string hint;
  json::object details;
  std::vector<std::string> suggestions;
};
BOOST_DESCRIBE_STRUCT(WireError, (), (code, message, hint, details, suggestions))
WireError to_wire(Error const& error);
// A code this build does not know becomes `internal`, with the name kept in the details.
Error from_wire(WireError const& error);

enum class Audited : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Audited, no, yes)

// Whether the ledger stands behind an answer to a write: it was read from there, written there with a commit, or the
// ledger was asked and had nothing, before a refusal for now or after a commit had failed. Such an answer holds for
// every attempt under the same key; any other speaks of one attempt only.
enum class Vouched { no, yes };
BOOST_DESCRIBE_ENUM(Vouched, no, yes)

// Exactly one of `data`, `error` and `copy` is there.
struct Reply {
  Status status = Status::OK;
  std::optional<json::object> data;
  std::optional<WireError> error;
  std::optional<std::uint64_t> epoch;  // the marker of a committed write
  std::optional<std::uint64_t> commit_seq;
  Audited audited = Audited::yes;   // no: answered from a store that cannot be written
  std::optional<Vouched> vouched;   // nullopt: as no
  std::optional<std::string> copy;  // a file's name in the directory of copies, which the client now reads and removes
};
BOOST_DESCRIBE_STRUCT(Reply, (), (status, data, error, epoch, commit_seq, audited, vouched, copy))
Reply refusal(Error const& error, Status status);

}  // namespace decapod::ipc
