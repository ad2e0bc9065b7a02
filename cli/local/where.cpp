#include "where.h"

#include "git_process.h"

#include <decapod/cli_kit/for_store.h>
#include <fmt/core.h>

namespace decapod::cli {

Result<WhereReply> where(Desk& desk, Where const&) {
  auto const& found = desk.outside.place();
  if (!found) return found.error();
  auto const& place = *found;
  WhereReply reply{.kind = place.kind,
                   .why = place.why,
                   .state = StoreState::made,
                   .problem = {},
                   .state_directory = place.paths.directory,
                   .database = place.paths.database,
                   .socket = place.paths.socket,
                   .broker_log = place.paths.broker_log,
                   .audit_directory = place.paths.audit_directory,
                   .worktree = place.worktree,
                   .main_worktree = place.main_worktree,
                   .notice = {}};
  auto const moved = ignored_git_variables(desk.outside.invocation().environment);
  if (!moved.empty()) reply.notice = fmt::format("{} is set, and not followed: --root PATH names another store", moved);
  auto const checked = check_store(place.paths, desk.outside.invocation().uid);
  if (!checked && checked.error().code == ErrorCode::store_not_found) {
    reply.state = StoreState::absent;
  } else if (!checked) {
    reply.state = StoreState::unsafe;
    reply.problem = checked.error().message;
  } else if (auto const lost = desk.outside.lost_store()) {
    reply.state = StoreState::lost;
    reply.problem = lost->message;
  }
  return reply;
}

void render_where(WhereReply const& reply, Text& text) {
  text.line(text.bold(printable(reply.state_directory)));
  text.field("why", reply.why);
  text.field("store", std::string(to_text(reply.kind)));
  text.field("state",
             reply.problem ? *reply.problem
             : reply.state == StoreState::made
                 ? "made"
                 : fmt::format("none yet: run `{}`", for_store("decapod init", reply.kind, reply.main_worktree)));
  if (!reply.worktree.empty()) text.field("worktree", reply.worktree);
  if (!reply.main_worktree.empty()) text.field("main", reply.main_worktree);
  if (reply.notice) text.field("note", *reply.notice);
}

void where_columns(WhereReply const& reply, Lines<kWhere>& lines) {
  lines.add(reply.state_directory);
}

}  // namespace decapod::cli
