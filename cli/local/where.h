#pragma once
// `decapod where`.

#include "work.h"

namespace decapod::cli {

enum class StoreState : std::uint8_t { absent, made, unsafe, lost };
BOOST_DESCRIBE_ENUM(StoreState, absent, made, unsafe, lost)

struct WhereReply {
  StoreKind kind = StoreKind::repo;
  std::string why;
  StoreState state = StoreState::absent;
  std::optional<std::string> problem;  // unsafe, lost: what is wrong with it
  std::string state_directory;
  std::string database;
  std::string socket;
  std::string broker_log;
  std::string audit_directory;
  std::string worktree;       // "" outside a repository
  std::string main_worktree;  // "" if there is none
  std::optional<std::string> notice;
};
BOOST_DESCRIBE_STRUCT(WhereReply, (),
                      (kind, why, state, problem, state_directory, database, socket, broker_log, audit_directory,
                       worktree, main_worktree, notice))

struct Where {
  using Reply = WhereReply;
  static constexpr Verb verb{.subsystem = "",
                             .name = "where",
                             .access = Access::local,
                             .summary = "Say which store this directory belongs to, and why",
                             .store = StoreNeed::none,
                             .examples = {{{"where", "the store of this repository"},
                                           {"where --store user", "your own store, whatever the repository"}}}};
  static constexpr std::array<Field, 0> fields{};
};
BOOST_DESCRIBE_STRUCT(Where, (), ())

Result<WhereReply> where(Desk& desk, Where const& request);
void render_where(WhereReply const& reply, Text& text);
inline constexpr auto kWhere = columns("STATE_DIRECTORY");
void where_columns(WhereReply const& reply, Lines<kWhere>& lines);

}  // namespace decapod::cli
