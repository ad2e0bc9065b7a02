#include "checks.h"

#include <decapod/base/counted.h>
#include <decapod/base/reflect.h>
#include <decapod/lookup/recorded.h>

#include <algorithm>

#include "graph.h"
#include "present.h"
#include "store_ids.h"
#include "store_index.h"
#include "store_recorded.h"
#include "store_tally.h"
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
      " token > coalesce((SELECT value FROM todo_counter WHERE name = 'token'), 0) ORDER BY token");
  while (rows.next()) {
    found(report, kClaimCodes[1], "token " + std::to_string(rows.integer(1)) + " was given out twice, or never",
          rows.view(0));
  }
}

constexpr std::string_view kCounterCodes[] = {"TODO_COUNTER_WRONG"};

// A counter below what it has given out gives it out again; one that was set ahead ends before its time, and what it
// passes over is never indexed.
void counters(Context& context, GateReport& report) {
  auto const judge = [&](std::string_view name, std::int64_t least, std::int64_t most) {
    auto rows = context.store().query("SELECT value FROM todo_counter WHERE name = ?", name);
    bool const there = rows.next();
    if (there && rows.integer(0) >= least && rows.integer(0) <= most) return;
    auto const now = there ? "is " + std::to_string(rows.integer(0)) : std::string("is gone");
    found(report, kCounterCodes[0],
          "the counter '" + std::string(name) + "' " + now + "; by what there is it is " + std::to_string(least) +
              (least == most ? "" : " to " + std::to_string(most)),
          "");
  };
  auto const number = [&](std::string_view sql) {
    auto rows = context.store().query(sql);
    return rows.next() ? rows.integer(0) : 0;
  };
  // Whoever was given a token keeps it until the item gets the next one, and no item goes.
  auto const token = number("SELECT coalesce(max(token), 0) FROM todo_item");
  judge("token", token, token);
  // An id for each item that was added, and one is passed over where an import has brought it already.
  auto const added = number("SELECT count(*) FROM audit_index WHERE term = 'op:todo.add'");
  judge("id", added, added + number("SELECT count(*) FROM todo_item"));
  if (!store::has_index_counters(context.store())) return;
  // One that was set back would have whatever was changed since indexed as if it had been written so.
  auto const reaches = [&](std::string_view name, std::int64_t last) {
    judge(name, std::max<std::int64_t>(0, last - store::kLeftMost), last);
  };
  reaches("indexed-item", number("SELECT coalesce(max(number), 0) FROM todo_item"));
  reaches("indexed-comment", number("SELECT coalesce(max(number), 0) FROM todo_comment"));
}

constexpr std::string_view kTallyCodes[] = {"TODO_TALLY_WRONG"};

std::string in_words(store::Kind const& kind) {
  auto text = kind.status + ", " + kind.type + ", priority " + std::to_string(kind.priority);
  if (kind.blocked > 0) text += ", blocked";
  if (kind.asleep > 0) text += ", deferred";
  return text;
}

// That the table is there is another gate's rule.
void tally(Context& context, GateReport& report) {
  if (!store::has_tally(context.store())) return;
  auto const kept = store::read_tally(context.store());
  auto const counted = store::count_items(context.store());
  auto const number = [](store::Tally const& of, store::Kind const& kind) {
    auto const there = of.find(kind);
    return there == of.end() ? 0 : there->second;
  };
  auto kinds = kept;
  kinds.insert(counted.begin(), counted.end());
  for (auto const& [kind, unused] : kinds) {
    auto const says = number(kept, kind), are = number(counted, kind);
    if (says == are) continue;
    found(report, kTallyCodes[0],
          "the tally has " + std::to_string(says) + " items that are " + in_words(kind) + "; there are " +
              std::to_string(are),
          "");
  }
}

constexpr std::string_view kValueCodes[] = {"TODO_VALUE_UNKNOWN"};

template <class E>
bool is_word(std::string_view text) {
  return from_text<E>(text).has_value();
}

// What the tables' own conditions leave open.
void values(Context& context, GateReport& report) {
  {
    auto rows = context.store().query("SELECT DISTINCT type FROM todo_item ORDER BY 1");
    while (rows.next()) {
      if (!is_word<ItemType>(rows.view(0))) found(report, kValueCodes[0], "'" + rows.text(0) + "' is no type", "");
    }
  }
  {
    auto rows = context.store().query("SELECT DISTINCT status FROM todo_item ORDER BY 1");
    while (rows.next()) {
      if (!is_word<Status>(rows.view(0))) found(report, kValueCodes[0], "'" + rows.text(0) + "' is no status", "");
    }
  }
  auto rows = context.store().query("SELECT DISTINCT kind FROM todo_link ORDER BY 1");
  while (rows.next()) {
    if (!is_word<LinkKind>(rows.view(0))) {
      found(report, kValueCodes[0], "'" + rows.text(0) + "' is no kind of link", "");
    }
  }
}

constexpr std::string_view kStandingCodes[] = {"TODO_STANDING_DISAGREES"};

std::string or_nobody(std::string_view name) {
  return name.empty() ? "nobody" : "'" + std::string(name) + "'";
}

void compare_standing(store::Item const& item, store::RecordedStanding const& recorded, GateReport& report) {
  auto const differ = [&](std::string_view what, std::string const& here, std::string const& there) {
    found(report, kStandingCodes[0],
          std::string(what) + " of " + item.id + " is " + here + "; mutation " + std::to_string(recorded.sequence) +
              " says " + there,
          item.id);
  };
  if (item.token != recorded.token) differ("the token", std::to_string(item.token), std::to_string(recorded.token));
  if (recorded.status && item.status != *recorded.status) {
    return differ("the status", std::string(to_text(item.status)), std::string(to_text(*recorded.status)));
  }
  if (item.holding) {
    if (recorded.holder && item.holding->holder != *recorded.holder) {
      differ("the holder", or_nobody(item.holding->holder), or_nobody(*recorded.holder));
    }
    auto const session = item.holding->session.value_or("");
    if (recorded.session && session != *recorded.session) {
      differ("the session", or_nobody(session), or_nobody(*recorded.session));
    }
  }
  if (recorded.done_by && item.done_by != recorded.done_by) {
    differ("who finished it", or_nobody(item.done_by.value_or("")), or_nobody(*recorded.done_by));
  }
}

// Each record of the trail says who acted; so whoever holds or finished an item, and with which token, is not a matter
// of the item's row alone.
void standings(Context& context, GateReport& report) {
  auto const recorded = store::recorded_standings(context.store());
  // Without a trail there is nothing to compare; that it is gone is another gate's finding.
  if (recorded.empty()) return;
  static std::string const sql = store::select_items("FROM todo_item i ORDER BY i.id");
  auto rows = context.store().query(sql);
  while (rows.next()) {
    auto const item = store::row_to_item(rows);
    auto const told = recorded.find(item.id);
    if (told != recorded.end()) {
      compare_standing(item, told->second, report);
    } else {
      found(report, kStandingCodes[0], "no mutation names " + item.id, item.id);
    }
  }
}

constexpr std::string_view kSearchCodes[] = {"TODO_SEARCH_INCOMPLETE", "TODO_SEARCH_STALE"};

// Search has them in the order of the letters; of an item that a build of before indexed, in that in which they were
// given.
std::vector<std::string> sorted_words(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find(' ', at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  std::ranges::sort(words);
  return words;
}

void labels_and_comments(Context& context, GateReport& report) {
  {
    auto rows = context.store().query(
        "SELECT i.id, s.labels, coalesce((SELECT group_concat(label, ' ') FROM todo_label WHERE item = i.number), '')"
        " FROM todo_item i JOIN todo_search s ON s.rowid = i.number * 2 ORDER BY i.id");
    while (rows.next()) {
      if (rows.view(1) == rows.view(2) || sorted_words(rows.view(1)) == sorted_words(rows.view(2))) continue;
      found(report, kSearchCodes[1], "the labels of " + rows.text(0) + " are not those that search knows",
            rows.view(0));
    }
  }
  auto rows = context.store().query(
      "SELECT c.number, coalesce((SELECT id FROM todo_item WHERE number = c.item), '') FROM todo_comment c"
      " JOIN todo_search s ON s.rowid = c.number * 2 + 1 WHERE s.comment IS NOT c.body ORDER BY c.number");
  while (rows.next()) {
    found(report, kSearchCodes[1], "comment " + rows.text(0) + " is not what search knows of it", rows.view(1));
  }
}

// How many texts of a kind search has, and how many there are. `kind`: 0 of items, 1 of comments, as a row number has
// it.
void search_has_all(Context& context, GateReport& report, std::string_view table, int kind, std::int64_t last) {
  auto rows = context.store().query(
      "SELECT (SELECT count(*) FROM " + std::string(table) +
          " WHERE number <= ?1), (SELECT count(*) FROM todo_search_docsize WHERE id % 2 = ?2 AND id / 2 <= ?1),"
          " (SELECT count(*) FROM todo_search_docsize WHERE id % 2 = ?2 AND id / 2 > ?1)",
      last, kind);
  rows.next();
  if (rows.integer(0) == rows.integer(1) && rows.integer(2) == 0) return;
  found(report, kSearchCodes[0],
        "search knows " + std::to_string(rows.integer(1)) + " of the " +
            counted(rows.integer(0), kind == 0 ? "item" : "comment") + " that it has indexed" +
            (rows.integer(2) > 0 ? ", and " + std::to_string(rows.integer(2)) + " after them" : ""),
        "");
}

// What is left for later is not in it yet. A counter that is gone is what todo.counters says.
void search_index(Context& context, GateReport& report) {
  bool const counts = store::has_index_counters(context.store());
  if (counts && (!store::stored_last_indexed(context.store(), store::Texts::items) ||
                 !store::stored_last_indexed(context.store(), store::Texts::comments))) {
    return;
  }
  auto const items = store::last_indexed(context.store(), store::Texts::items);
  search_has_all(context, report, "todo_item", 0, items);
  search_has_all(context, report, "todo_comment", 1, store::last_indexed(context.store(), store::Texts::comments));
  auto rows = context.store().query(
      "SELECT i.id FROM todo_item i LEFT JOIN todo_search s ON s.rowid = i.number * 2"
      " WHERE i.number <= ? AND (s.title IS NOT i.title OR"
      " s.description IS NOT coalesce((SELECT body FROM todo_description WHERE item = i.number), '')) ORDER BY i.id",
      items);
  while (rows.next()) found(report, kSearchCodes[1], rows.text(0) + " is not what search knows of it", rows.view(0));
  labels_and_comments(context, report);
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
  for (auto const& [id, sequence] : lookup::lost_records(context.store(), store::kItems)) {
    found(report, kRecordedCodes[0], "mutation " + std::to_string(sequence) + " names " + id + ", which is gone", id);
  }
}

constexpr contract::Gate kGates[] = {
    {"todo.blocker-counts", "every item's count of open blockers is what its links say", kCountCodes, &blocker_counts},
    {"todo.orphans", "every label, comment, description and link belongs to an item", kOrphanCodes, &orphans},
    {"todo.claims", "an item is claimed exactly when it has one holder with a token and a lease", kClaimCodes, &claims},
    {"todo.counters", "the counters of ids, tokens and indexed texts stand where what there is says", kCounterCodes,
     &counters},
    {"todo.tally", "the numbers that stats tells are those that the items say", kTallyCodes, &tally},
    {"todo.values", "every type, status and kind of link is one that there is", kValueCodes, &values},
    {"todo.standing", "who holds or finished an item, and with which token, is what the trail says", kStandingCodes,
     &standings},
    {"todo.search", "search knows every item and comment as it is, or has still to index it", kSearchCodes,
     &search_index},
    {"todo.circles", "no item blocks or contains itself, by whatever detour", kCircleCodes, &circles},
    {"todo.recorded", "every item that the trail of mutations names exists", kRecordedCodes, &recorded},
};

}  // namespace

std::span<contract::Gate const> gates() {
  return kGates;
}

}  // namespace decapod::todo
