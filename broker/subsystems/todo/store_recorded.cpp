#include "store_recorded.h"

#include <decapod/base/codec.h>
#include <decapod/contract/lost_line.h>
#include <decapod/contract/replaced_store.h>

#include <algorithm>
#include <vector>

#include "store_ids.h"

namespace decapod::todo::store {
namespace {

constexpr std::string_view kItemKey = "todo/item/";

// The members of a mutation record that tell where items stand.
struct Recorded {
  std::string actor;
  std::string session;
  std::string request_type;
  std::string idempotency_key;
  std::vector<std::string> affected_keys;
};
BOOST_DESCRIBE_STRUCT(Recorded, (), (actor, session, request_type, idempotency_key, affected_keys))

class Fold {
 public:
  explicit Fold(Database& database) : database_(database), lost_(contract::lost_lines(database)) {}

  void take(std::uint64_t sequence, Recorded const& record) {
    for (; lost_seen_ < lost_.size() && lost_[lost_seen_].commit_seq < sequence; ++lost_seen_) {
      generation_ = std::max(generation_, lost_[lost_seen_].generation) + 1;
    }
    auto const& operation = record.request_type;
    if (operation == "broker.restore") {
      generation_ = contract::begun_generation(record.affected_keys, generation_);
      return;
    }
    auto const items = items_in(record);
    if (items.empty()) return;
    if (operation == "todo.import") return forget(items);
    // The item that was asked about is named first; what follows are those that waited for it.
    auto const& first = items.front();
    auto const say = [&](RecordedStanding standing) {
      standing.token = found_[first].token;
      standing.sequence = sequence;
      found_[first] = std::move(standing);
    };
    if (operation == "todo.add" || operation == "todo.reopen" || operation == "todo.release") {
      say({.status = Status::open});
    } else if (operation == "todo.reclaim") {
      for (auto const& id : items) reclaimed(sequence, id);
    } else if (operation == "todo.claim" || operation == "todo.next") {
      say({.status = Status::claimed, .holder = record.actor, .session = record.session});
      found_[first].token = next_token();
    } else if (operation == "todo.handoff") {
      say({.status = Status::claimed, .holder = handed_to(record.idempotency_key), .session = ""});
      found_[first].token = next_token();
    } else if (operation == "todo.done") {
      say({.status = Status::done, .done_by = record.actor});
    } else if (operation == "todo.archive") {
      auto const done_by = found_[first].done_by;
      say({.status = Status::archived, .done_by = done_by});
    }
  }

  std::map<std::string, RecordedStanding> found() && { return std::move(found_); }

 private:
  // Others may be named before them: the approval that let the request in.
  static std::vector<std::string> items_in(Recorded const& record) {
    std::vector<std::string> items;
    for (auto const& key : record.affected_keys) {
      if (key.starts_with(kItemKey)) items.push_back(key.substr(kItemKey.size()));
    }
    return items;
  }

  void reclaimed(std::uint64_t sequence, std::string const& id) {
    auto& standing = found_[id];
    standing = {.status = Status::open, .token = standing.token, .sequence = sequence};
  }

  // What a file said of them is in no record.
  void forget(std::vector<std::string> const& items) {
    for (auto const& id : items) {
      auto& standing = found_[id];
      standing = {.token = standing.token};
    }
  }

  std::int64_t next_token() {
    token_ = std::max(token_, tokens_before(generation_)) + 1;
    return token_;
  }

  // In the reply, for as long as it is kept.
  std::optional<std::string> handed_to(std::string const& key) {
    auto rows = database_.query("SELECT reply FROM ledger WHERE key = ? AND reply IS NOT NULL", key);
    if (!rows.next()) return std::nullopt;
    auto const reply = parse_json(rows.view(0), "the stored reply");
    if (!reply) return std::nullopt;
    boost::system::error_code none;
    auto const* holder = reply->find_pointer("/data/item/holder", none);
    if (holder == nullptr || !holder->is_string()) return std::nullopt;
    return std::string(holder->get_string());
  }

  Database& database_;
  std::vector<contract::LostLine> lost_;
  std::size_t lost_seen_ = 0;
  std::map<std::string, RecordedStanding> found_;
  std::int64_t generation_ = 1;
  std::int64_t token_ = 0;
};

}  // namespace

std::map<std::string, RecordedStanding> recorded_standings(Database& database) {
  Fold fold(database);
  auto rows = database.query("SELECT sequence, body FROM audit_mutation ORDER BY sequence");
  while (rows.next()) {
    auto const parsed = parse_json(rows.view(1), "the audit record");
    if (!parsed) continue;
    auto const record = codec::decode<Recorded>(*parsed, codec::Unknown::ignore);
    if (record) fold.take(static_cast<std::uint64_t>(rows.integer(0)), *record);
  }
  return std::move(fold).found();
}

}  // namespace decapod::todo::store
