#include "todo_fixture.h"

#include <store_index.h>
#include <subsystem.h>

namespace decapod::todo::testing {

Backlog::Backlog(std::string store_uuid) : HandlerStore(subsystem, std::move(store_uuid)) {}

std::string Backlog::add(std::string title, int priority) {
  auto const reply = ask(&todo::add, Add{.title = std::move(title), .priority = priority});
  REQUIRE(reply);
  return reply->item.id;
}

std::int64_t Backlog::claim(std::string const& id, Caller const& who) {
  auto const reply = ask(&todo::claim, Claim{.id = id}, who);
  REQUIRE(reply);
  return reply->token;
}

void Backlog::finish(std::string const& id) {
  auto const who = caller("finisher", "f");
  claim(id, who);
  REQUIRE(ask(&todo::done, Done{.id = id}, who));
}

ItemView Backlog::show(std::string const& id, Caller const& who) {
  auto const reply = ask(&todo::show, Show{.id = id}, who);
  REQUIRE(reply);
  return reply->item;
}

std::string Backlog::exported() {
  auto const reply = ask(&export_items, Export{});
  REQUIRE(reply);
  std::string lines;
  for (auto const& item : reply->items) lines += to_text(codec::encode(item)) + "\n";
  return lines;
}

void Backlog::index() {
  while (store::index_next(*database, store::kWhenQuiet) == contract::Left::more) {
  }
}

Result<SearchReply> Backlog::found(Search const& request) {
  store::make_memory_index(*database);
  return ask(&search, request);
}

void Backlog::tally_anew() {
  database->execute("DELETE FROM todo_tally");
  database->execute(
      "INSERT INTO todo_tally SELECT status, type, priority, open_blockers > 0, asleep, count(*) FROM todo_item"
      " GROUP BY 1, 2, 3, 4, 5");
}

void Backlog::reboot() {
  now.boot_id += "-again";
  now.boot.ms = 1000;
}

}  // namespace decapod::todo::testing
