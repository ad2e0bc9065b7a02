#include "recorded.h"

#include <decapod/base/digest.h>
#include <decapod/base/json.h>
#include <decapod/ledger/trail.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace decapod::policy::recorded {
namespace {

constexpr std::string_view kTerm = "key:";
constexpr std::string_view kCarried = "policy/carried/";
constexpr std::size_t kFingerprintDigits = 16;
constexpr std::size_t kPage = 500;

// Where names end that begin with this one and a '/'.
std::string behind(std::string folder) {
  folder.back() = '/' + 1;
  return folder;
}

std::string own_folder(Kind kind) {
  return std::string(kTerm) + name(kind, "");
}

std::string carried_folder(Kind kind) {
  return std::string(kTerm).append(kCarried).append(to_text(kind)) + '/';
}

std::int64_t count_in(Database& database, std::string const& folder) {
  auto rows = database.query("SELECT count(DISTINCT term) FROM audit_index WHERE term >= ?1 AND term < ?2", folder,
                             behind(folder));
  return rows.next() ? rows.integer(0) : 0;
}

void add_ids(Database& database, std::string const& folder, std::set<std::string>& to) {
  auto rows = database.query("SELECT DISTINCT substr(term, ?3) FROM audit_index WHERE term >= ?1 AND term < ?2", folder,
                             behind(folder), static_cast<std::int64_t>(folder.size()) + 1);
  while (rows.next()) {
    auto const rest = rows.text(0);
    to.insert(rest.substr(0, rest.find('/')));
  }
}

}  // namespace

std::string name(Kind kind, std::string_view id) {
  return std::string("policy/").append(to_text(kind)).append("/").append(id);
}

std::string carried_name(Kind kind, std::string_view id, std::string_view columns) {
  return std::string(kCarried)
      .append(to_text(kind))
      .append("/")
      .append(id)
      .append("/")
      .append(hex(sha256(columns)).substr(0, kFingerprintDigits));
}

std::string columns(Timestamp at, std::string_view actor, std::string_view request_id) {
  return to_text(json::array{to_string(at), actor, request_id});
}

std::vector<Mention> mentions(Database& database, Kind kind, std::string_view id) {
  ledger::TrailQuery query;
  query.key = name(kind, id);
  query.limit = kPage;
  std::vector<Mention> found;
  do {
    auto const page = ledger::query_trail(database, query);
    for (auto const& stored : page.records) {
      // One that cannot be read says nothing, and its chain is broken: other gates say so.
      auto record = audit::parse_record(stored.body);
      found.push_back({.sequence = stored.sequence, .record = record ? *std::move(record) : audit::Record{}});
    }
    query.before = page.next_before;
  } while (query.before != 0);
  std::ranges::reverse(found);
  return found;
}

// Both questions at once: every write asks them.
bool is_named(Database& database, Kind kind, std::string_view id) {
  auto const folder = carried_folder(kind).append(id) + '/';
  auto rows = database.query(
      "SELECT 1 FROM audit_index WHERE term = ?1"
      " UNION ALL SELECT 1 FROM audit_index WHERE term >= ?2 AND term < ?3 LIMIT 1",
      own_folder(kind).append(id), folder, behind(folder));
  return rows.next();
}

bool is_carried(Database& database, Kind kind, std::string_view id, std::string_view columns) {
  auto rows = database.query("SELECT 1 FROM audit_index WHERE term = ?1 LIMIT 1",
                             std::string(kTerm) + carried_name(kind, id, columns));
  return rows.next();
}

std::uint64_t carried_by(Database& database, Kind kind, std::string_view id) {
  auto const folder = carried_folder(kind).append(id) + '/';
  auto rows =
      database.query("SELECT min(sequence) FROM audit_index WHERE term >= ?1 AND term < ?2", folder, behind(folder));
  return rows.next() && !rows.is_null(0) ? static_cast<std::uint64_t>(rows.integer(0)) : 0;
}

std::vector<std::string> ids(Database& database, Kind kind) {
  std::set<std::string> found;
  add_ids(database, own_folder(kind), found);
  add_ids(database, carried_folder(kind), found);
  return {found.begin(), found.end()};
}

std::int64_t highest(Database& database, Kind kind) {
  std::int64_t most = 0;
  for (auto const& id : ids(database, kind)) {
    std::int64_t number = 0;
    std::from_chars(id.data(), id.data() + id.size(), number);
    most = std::max(most, number);
  }
  return most;
}

std::int64_t count_uses(Database& database, std::string_view approval) {
  std::int64_t count = 0;
  {
    auto rows =
        database.query("SELECT count(*) FROM audit_index WHERE term = ?1", own_folder(Kind::use).append(approval));
    if (rows.next()) count = rows.integer(0);
  }
  return count + count_in(database, carried_folder(Kind::use).append(approval) + '/');
}

}  // namespace decapod::policy::recorded
