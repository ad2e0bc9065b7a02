#include "checks_rows.h"

#include <algorithm>

namespace decapod::policy {

void find(GateReport& report, std::string code, std::string message, std::string where) {
  add_finding(report, {.code = std::move(code),
                       .message = std::move(message),
                       .where = std::move(where),
                       .hint = "keep a copy of the state directory as evidence"});
}

void hold_origin(contract::Context& context, GateReport& report, recorded::Kind kind, std::string const& id,
                 Timestamp at) {
  auto& database = context.store();
  auto const where = recorded::name(kind, id);
  if (recorded::is_carried(database, kind, id, recorded::columns(at))) return;
  auto const made = recorded::mentions(database, kind, id);
  if (std::ranges::any_of(made, [&](auto const& mention) { return mention.record.ts == at; })) return;
  if (made.empty() && recorded::carried_by(database, kind, id) == 0) {
    return find(report, "POLICY_ROW_UNRECORDED", "no record of the trail says that it was made", where);
  }
  find(report, "POLICY_COLUMN_WRONG",
       "its row says that it was made at " + to_string(at) + ", and the trail says otherwise", where);
}

void find_lost(contract::Context& context, GateReport& report, recorded::Kind kind, std::vector<std::string> present) {
  std::ranges::sort(present);
  std::vector<std::string> lost;
  std::ranges::set_difference(recorded::ids(context.store(), kind), present, std::back_inserter(lost));
  for (auto const& id : lost) {
    find(report, "POLICY_ROW_GONE", "the trail says that it was made, and it is not in the store",
         recorded::name(kind, id));
  }
}

}  // namespace decapod::policy
