#include "checks.h"

#include <decapod/base/reflect.h>

#include "graph.h"
#include "present.h"
#include "store_history.h"
#include "store_transfer.h"

namespace decapod::todo {
namespace {

using contract::Context;

void found(GateReport& report, std::string_view code, std::string message, std::string_view id) {
  add_finding(report, {std::string(code), std::move(message), id.empty() ? std::string() : item_key(id),
                       "keep a copy of the store and report this as a bug"});
}

constexpr std::string_view kCountCodes[] = {"TODO_BLOCKER_COUNT_WRONG"};

void blocker_counts(Context& context, GateReport& report) {
  auto rows = context.store().query(
      "SELECT i.id, i.open_blockers, coalesce(c.n, 0) FROM todo_item i LEFT JOIN"
      " (SELECT l.target AS target, count(*) AS n FROM todo_link l JOIN todo_item b ON b.number = l.source"
      "  WHERE l.kind = 'blocks' AND b.status IN ('open', 'claimed') GROUP BY l.target) c ON c.target = i.number"
      " WHERE i.open_blockers <> coalesce(c.n, 0) ORDER BY i.id");
  while (rows.next()) {
    found(report, kCountCodes[0],
          rows.text(0) + " says that " + std::to_string(rows.integer(1)) + " open items block it; the links say " +
              std::to_string(rows.integer(2)),
          rows.view(0));
  }
}

constexpr std::string_view kOrphanCodes[] = {"TODO_ORPHAN"};

void orphans(Context& context, GateReport& report) {
  auto rows = context.store().query(
      "SELECT 'label', item FROM todo_label WHERE item NOT IN (SELECT number FROM todo_item) UNION ALL"
      " SELECT 'comment', item FROM todo_comment WHERE item NOT IN (SELECT number FROM todo_item) UNION ALL"
      " SELECT 'description', item FROM todo_description WHERE item NOT IN (SELECT number FROM todo_item) UNION ALL"
      " SELECT 'link', source FROM todo_link WHERE source NOT IN (SELECT number FROM todo_item) UNION ALL"
      " SELECT 'link', target FROM todo_link WHERE target NOT IN (SELECT number FROM todo_item)");
  while (rows.next()) {
    found(report, kOrphanCodes[0],
          "a " + rows.text(0) + " belongs to item number " + std::to_string(rows.integer(1)) + ", which does not exist",
          "");
  }
}

constexpr std::string_view kClaimCodes[] = {"TODO_CLAIM_INCOMPLETE", "TODO_TOKEN_REUSED"};

void claims(Context& context, GateReport& report) {
  {
    auto rows = context.store().query(
        "SELECT id, status FROM todo_item WHERE (status = 'claimed') <> (holder IS NOT NULL AND token > 0 AND"
        " claimed_at IS NOT NULL AND lease_boot_id IS NOT NULL AND lease_boot_ms IS NOT NULL AND"
        " lease_wall_ms IS NOT NULL) ORDER BY id");
    while (rows.next()) {
      found(report, kClaimCodes[0], rows.text(0) + " is " + rows.text(1) + ", and its claim says otherwise",
            rows.view(0));
    }
  }
  auto rows = context.store().query(
      "SELECT max(id), token FROM todo_item WHERE token > 0 GROUP BY token HAVING count(*) > 1 OR"
      " token > (SELECT value FROM todo_counter WHERE name = 'token') ORDER BY token");
  while (rows.next()) {
    found(report, kClaimCodes[1], "token " + std::to_string(rows.integer(1)) + " was given out twice, or never",
          rows.view(0));
  }
}

constexpr std::string_view kSearchCodes[] = {"TODO_SEARCH_INCOMPLETE", "TODO_SEARCH_STALE"};

void search_index(Context& context, GateReport& report) {
  {
    auto rows = context.store().query(
        "SELECT (SELECT count(*) FROM todo_item) + (SELECT count(*) FROM todo_comment),"
        " (SELECT count(*) FROM todo_search_docsize)");
    rows.next();
    if (rows.integer(0) != rows.integer(1)) {
      found(report, kSearchCodes[0],
            "search knows " + std::to_string(rows.integer(1)) + " texts of " + std::to_string(rows.integer(0)), "");
    }
  }
  auto rows = context.store().query(
      "SELECT i.id FROM todo_item i LEFT JOIN todo_search s ON s.rowid = i.number * 2"
      " WHERE s.title IS NOT i.title OR"
      " s.description IS NOT coalesce((SELECT body FROM todo_description WHERE item = i.number), '') ORDER BY i.id");
  while (rows.next()) found(report, kSearchCodes[1], rows.text(0) + " is not what search knows of it", rows.view(0));
}

constexpr std::string_view kCircleCodes[] = {"TODO_LINK_CIRCLE"};

void circles(Context& context, GateReport& report) {
  for (auto const kind : {LinkKind::blocks, LinkKind::parent_child}) {
    auto const arcs = store::all_links(context.store(), kind);
    for (auto const at : graph::closing_arcs({}, arcs)) {
      auto const item = store::find(context.store(), arcs[at].first);
      auto const id = item ? item->id : std::string();
      found(report, kCircleCodes[0], "a link of " + id + " closes a circle of " + std::string(to_text(kind)), id);
    }
  }
}

constexpr std::string_view kRecordedCodes[] = {"TODO_ITEM_LOST"};

// No verb removes an item: archived ones stay. That the index says what the records say is another gate's rule.
void recorded(Context& context, GateReport& report) {
  for (auto const& [id, sequence] : store::lost_items(context.store())) {
    found(report, kRecordedCodes[0], "mutation " + std::to_string(sequence) + " names " + id + ", which is gone", id);
  }
}

constexpr contract::Gate kGates[] = {
    {"todo.blocker-counts", "every item's count of open blockers is what its links say", kCountCodes, &blocker_counts},
    {"todo.orphans", "every label, comment, description and link belongs to an item", kOrphanCodes, &orphans},
    {"todo.claims", "an item is claimed exactly when it has one holder with a token and a lease", kClaimCodes, &claims},
    {"todo.search", "search knows every item and comment as it is", kSearchCodes, &search_index},
    {"todo.circles", "no item blocks or contains itself, by whatever detour", kCircleCodes, &circles},
    {"todo.recorded", "every item that the trail of mutations names exists", kRecordedCodes, &recorded},
};

}  // namespace

std::span<contract::Gate const> gates() {
  return kGates;
}

}  // namespace decapod::todo
