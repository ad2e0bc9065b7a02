#include <decapod/audit/record.h>

#include <array>
#include <boost/describe.hpp>
#include <charconv>
#include <cmath>

#include "canonical_text.h"

namespace decapod::audit {
namespace {

// The shape of the canonical bytes, for reading them back.
struct Body {
  Timestamp ts;
  std::string request_id;
  std::string actor;
  std::string session;
  std::string store_root;
  std::string db_id;
  std::string request_type;
  std::string key;
  std::string idempotency_key;
  std::string status;
  json::value latency_ms;
  std::vector<std::string> affected_keys;
  std::uint64_t epoch = 0;
  std::uint64_t commit_seq = 0;
  std::string error;
  Served served = Served::executed;
  std::vector<std::string> invalidated;
};
BOOST_DESCRIBE_STRUCT(Body, (),
                      (ts, request_id, actor, session, store_root, db_id, request_type, key, idempotency_key, status,
                       latency_ms, affected_keys, epoch, commit_seq, error, served, invalidated))

// Writes members in the order of the calls.
class ObjectWriter {
 public:
  void text(std::string_view name, std::string_view value) { append_quoted(member(name), value); }
  void number(std::string_view name, std::uint64_t value) { member(name) += std::to_string(value); }
  void milliseconds(std::string_view name, std::int64_t microseconds);
  void list(std::string_view name, std::vector<std::string> const& values);
  std::string finish() { return std::move(out_ += '}'); }

 private:
  std::string& member(std::string_view name) {
    out_ += out_.empty() ? '{' : ',';
    append_quoted(out_, name);
    return out_ += ':';
  }
  std::string out_;
};

void ObjectWriter::milliseconds(std::string_view name, std::int64_t microseconds) {
  auto& out = member(name);
  if (microseconds < 0) microseconds = 0;  // a clock that stepped back says nothing about latency
  auto const fraction = std::to_string(microseconds % 1000);
  out += std::to_string(microseconds / 1000) + '.' + std::string(3 - fraction.size(), '0') + fraction;
}

void ObjectWriter::list(std::string_view name, std::vector<std::string> const& values) {
  auto& out = member(name);
  char before = '[';
  for (auto const& value : values) {
    out += std::exchange(before, ',');
    append_quoted(out, value);
  }
  if (values.empty()) out += '[';
  out += ']';
}

Result<std::int64_t> microseconds_of(json::value const& latency_ms) {
  boost::system::error_code error;
  auto const milliseconds = latency_ms.to_number<double>(error);
  if (error || !(milliseconds >= 0) || milliseconds > 1e12) {
    return fail(ErrorCode::bad_request, "'latency_ms' must be a number of milliseconds");
  }
  return std::llround(milliseconds * 1000);
}

}  // namespace

std::string_view status_name(Status status) {
  return boost::describe::enum_to_string(status, "?");
}

std::optional<Status> status_from(std::string_view name) {
  for (auto const status : reflect::enum_values<Status>) {
    if (status_name(status) == name) return status;
  }
  return std::nullopt;
}

std::string canonical(Record const& record) {
  ObjectWriter out;
  out.text("ts", to_string(record.ts));
  out.text("request_id", record.request_id);
  out.text("actor", record.actor);
  out.text("session", record.session);
  out.text("store_root", record.store_root);
  out.text("db_id", record.db_id);
  out.text("request_type", record.request_type);
  out.text("key", record.key);
  out.text("idempotency_key", record.idempotency_key);
  out.text("status", status_name(record.status));
  out.milliseconds("latency_ms", record.latency_us);
  out.list("affected_keys", record.affected_keys);
  out.number("epoch", record.epoch);
  out.number("commit_seq", record.commit_seq);
  out.text("error", record.error);
  out.text("served", to_text(record.served));
  out.list("invalidated", record.invalidated);
  return out.finish();
}

Result<Record> parse_record(std::string_view body) {
  DECAPOD_TRY(auto const value, parse_json(body, "the audit record"));
  DECAPOD_TRY(auto read, codec::decode<Body>(value, codec::Unknown::ignore));
  auto const status = status_from(read.status);
  if (!status) return fail(ErrorCode::bad_request, "'status' of an audit record cannot be '" + read.status + "'");
  DECAPOD_TRY(auto const latency_us, microseconds_of(read.latency_ms));
  return Record{.ts = read.ts,
                .request_id = std::move(read.request_id),
                .actor = std::move(read.actor),
                .session = std::move(read.session),
                .store_root = std::move(read.store_root),
                .db_id = std::move(read.db_id),
                .request_type = std::move(read.request_type),
                .key = std::move(read.key),
                .idempotency_key = std::move(read.idempotency_key),
                .status = *status,
                .latency_us = latency_us,
                .affected_keys = std::move(read.affected_keys),
                .epoch = read.epoch,
                .commit_seq = read.commit_seq,
                .error = std::move(read.error),
                .served = read.served,
                .invalidated = std::move(read.invalidated)};
}

}  // namespace decapod::audit
