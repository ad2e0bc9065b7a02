// What a read looks at, however large the backlog is.
//
// DECAPOD_TEST_ITEMS in the environment says how large it is here (60,000).

#include <support/effort.h>

#include <algorithm>
#include <set>

#include "todo_fixture.h"

namespace decapod::todo {
namespace {

using testing::Backlog;

std::int64_t how_many() {
  return test::effort("DECAPOD_TEST_ITEMS", 60'000);
}

// Tasks one after the other, and at the very end of every order one of each rarity.
class Large {
 public:
  Large() {
    backlog.add("the first of all", 0);
    backlog.database->execute(
        "INSERT INTO todo_item (id, title, type, priority, status, live, due_rank, created_at, created_by, updated_at)"
        " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
        " SELECT printf('x-%07d', i), 'item ' || i, 'task', 1, 'open', 1, 9223372036854775807, ?2 + i, 'crowd', ?2 + i"
        " FROM n",
        items - 2, backlog.now.wall.ms);
    auto const made =
        backlog.ask(&add, Add{.title = "needle", .type = ItemType::bug, .priority = 4, .label = {"rare"}});
    REQUIRE(made);
    backlog.tally_anew();
    backlog.index();
    needle = made->item.id;
    backlog.database->execute("UPDATE todo_item SET created_at = 1, updated_at = 1 WHERE id = ?", needle);
  }

  std::int64_t items = how_many();
  Backlog backlog;
  std::string needle;
};

// Asks as the engine does: processor time is counted, so that a busy machine takes nothing away.
template <class Ask>
void within_budget(Backlog& backlog, Verb const& verb, Ask const& ask) {
  INFO(operation_name(verb));
  backlog.database->limit({.until = std::nullopt, .worked = work_time() + verb.budget});
  REQUIRE_NOTHROW(ask());
  backlog.database->limit({});
}

// Every item of a list, and in how many pages it came.
struct Walk {
  std::vector<std::string> ids;
  int pages = 0;
};
Walk walk(Backlog& backlog, List request) {
  Walk walked;
  do {
    within_budget(backlog, List::verb, [&] {
      auto const page = backlog.ask(&list, request);
      REQUIRE(page);
      for (auto const& item : page->items) walked.ids.push_back(item.id);
      request.cursor = page->next_cursor;
      CHECK((page->truncated == Truncated::yes) == page->next_cursor.has_value());
    });
    ++walked.pages;
  } while (request.cursor);
  return walked;
}

}  // namespace

TEST_CASE("whatever is asked of a large backlog is answered within the budget of its verb") {
  Large large;
  auto& backlog = large.backlog;
  for (auto const sort : reflect::enum_values<Sort>) {
    for (auto const& request :
         {List{.sort = sort}, List{.all = All::yes, .sort = sort}, List{.type = ItemType::bug, .sort = sort},
          List{.label = "rare", .sort = sort}, List{.label = "none", .sort = sort}, List{.priority = 0, .sort = sort},
          List{.holder = "nobody", .sort = sort}, List{.status = {Status::claimed}, .sort = sort},
          List{.status = {Status::archived}, .sort = sort}, List{.text = "needle", .sort = sort}}) {
      within_budget(backlog, List::verb, [&] { REQUIRE(backlog.ask(&list, request)); });
    }
  }
  for (auto const& request : {Ready{}, Ready{.type = ItemType::bug}, Ready{.label = "rare"}, Ready{.priority = 0}}) {
    within_budget(backlog, Ready::verb, [&] { REQUIRE(backlog.ask(&ready, request)); });
  }
  for (auto const& words : {"item", "i", "needle", "item 7", "nothing"}) {
    within_budget(backlog, Search::verb, [&] { REQUIRE(backlog.found(Search{.words = words})); });
  }
  within_budget(backlog, Show::verb, [&] { REQUIRE(backlog.ask(&show, Show{.id = large.needle})); });
  within_budget(backlog, History::verb, [&] { REQUIRE(backlog.ask(&history, History{.id = large.needle})); });
  within_budget(backlog, Stats::verb, [&] { REQUIRE(backlog.ask(&stats, Stats{})); });
}

TEST_CASE("statistics are told within their budget, although every lease and every deferral has just ended") {
  Large large;
  auto& backlog = large.backlog;
  backlog.database->execute(
      "UPDATE todo_item SET status = 'claimed', token = number, holder = 'agent-' || number % 1000, session = 's',"
      " claimed_at = 1, lease_boot_id = ?1, lease_boot_ms = ?2, lease_wall_ms = 1 WHERE number % 2 = 0",
      backlog.now.boot_id, backlog.now.boot.ms);
  backlog.database->execute("UPDATE todo_item SET asleep = 1, defer_until = 1 + number WHERE number % 2 = 1");
  backlog.tally_anew();
  within_budget(backlog, Stats::verb, [&] {
    auto const told = backlog.ask(&stats, Stats{});
    REQUIRE(told);
    CHECK(told->expired == 5'000);
    CHECK(told->counted == Counted::at_least);
  });
}

TEST_CASE("a filter that lets little through finds it page by page, once, under every sort") {
  Large large;
  for (auto const sort : reflect::enum_values<Sort>) {
    auto const walked = walk(large.backlog, List{.type = ItemType::bug, .sort = sort});
    CHECK(walked.ids == std::vector<std::string>{large.needle});
    CHECK(walked.pages > 1);
    // A page looks at thousands, not at a few.
    CHECK(walked.pages < large.items / 1000);
  }
  for (auto const& request : {List{.label = "rare"}, List{.status = {Status::archived, Status::claimed}}}) {
    CHECK(walk(large.backlog, request).ids.size() == (request.label ? 1U : 0U));
  }
  CHECK(walk(large.backlog, List{.label = "rare"}).pages == 1);
}

TEST_CASE("pages of live and ended items make up the whole, in order, without a repetition") {
  Backlog backlog;
  std::set<std::string> all;
  for (int i = 0; i < 40; ++i) {
    auto const id = backlog.add("item " + std::to_string(i), i % 5);
    all.insert(id);
    if (i % 3 == 0) backlog.finish(id);
  }
  for (auto const sort : reflect::enum_values<Sort>) {
    for (std::int64_t const limit : {1, 7, 40}) {
      auto const walked = walk(backlog, List{.all = All::yes, .sort = sort, .limit = limit});
      auto const whole = walk(backlog, List{.all = All::yes, .sort = sort, .limit = 1000});
      CHECK(walked.ids == whole.ids);
      CHECK(std::set<std::string>(walked.ids.begin(), walked.ids.end()) == all);
      CHECK(walked.ids.size() == all.size());
    }
  }
}

TEST_CASE("a reader looks at the beginning of a long queue and says that there is more, and a claim walks all of it") {
  Large large;
  auto const looked = large.backlog.ask(&ready, Ready{.type = ItemType::bug});
  REQUIRE(looked);
  CHECK(looked->items.empty());
  CHECK(looked->truncated == Truncated::yes);
  auto const claimed = large.backlog.ask(&next, Next{.claim = Take::yes, .type = ItemType::bug});
  REQUIRE(claimed);
  CHECK(claimed->item.id == large.needle);
}

}  // namespace decapod::todo
