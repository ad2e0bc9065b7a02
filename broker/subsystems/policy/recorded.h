#pragma once
// What the trail says of the rows of this subsystem. Every write names what it made ("policy/approval/ap-..."), and a
// restore names what it carried over from the store before ("policy/carried/approval/ap-.../FINGERPRINT"): a row that
// is gone is still on record, and a row that is on no record was never made. Each may throw storage::Failure.

#include <decapod/audit/record.h>
#include <decapod/storage/database.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::policy::recorded {

using storage::Database;

enum class Kind : std::uint8_t { key, activation, approval, use, token, revocation };
BOOST_DESCRIBE_ENUM(Kind, key, activation, approval, use, token, revocation)

// "policy/approval/ap-...": what the write that makes the row names.
std::string name(Kind kind, std::string_view id);

// A row whose columns beside the statement are these, as a restore names it.
std::string carried_name(Kind kind, std::string_view id, std::string_view columns);

// The columns of one row that no statement holds. A use has all of them, other rows a time.
std::string columns(Timestamp at, std::string_view actor = {}, std::string_view request_id = {});

// The records that name the row, oldest first. Uses of one approval share a name: theirs are in the order of the uses.
struct Mention {
  std::uint64_t sequence = 0;
  audit::Record record;
};
std::vector<Mention> mentions(Database& database, Kind kind, std::string_view id);

// Whether any record, or any restore, names it. Cheap: two looks into an index.
bool is_named(Database& database, Kind kind, std::string_view id);
// Whether a restore names exactly this row.
bool is_carried(Database& database, Kind kind, std::string_view id, std::string_view columns);
// The restore that does so first; 0: none.
std::uint64_t carried_by(Database& database, Kind kind, std::string_view id);

// Every id of this kind that the trail names, each once, sorted; of uses: of their approvals.
std::vector<std::string> ids(Database& database, Kind kind);
// Of kinds that are numbered: the highest; 0: none.
std::int64_t highest(Database& database, Kind kind);
// How often an approval was used, by the trail.
std::int64_t count_uses(Database& database, std::string_view approval);

}  // namespace decapod::policy::recorded
