#include <decapod/base/utf8.h>
#include <decapod/todo_record/record_bounds.h>
#include <verbs_import.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "todo_fixture.h"

namespace decapod::todo {
namespace {

using testing::Backlog;
using testing::caller;

ImportReply take_over(Backlog& backlog, std::string_view text, OnConflict on_conflict = OnConflict::skip) {
  auto parsed = parse_backlog(text, kImportItemsMax);
  REQUIRE(parsed);
  auto const reply = backlog.ask(
      &import_items,
      Import{.file = "-", .on_conflict = on_conflict, .items = parsed->items, .not_mapped = parsed->not_mapped});
  if (!reply) FAIL(reply.error().message);
  return *reply;
}

// A backlog with a bit of everything, made by the verbs.
void fill(Backlog& backlog) {
  std::vector<std::string> ids;
  for (int i = 0; i < 40; ++i) {
    auto const n = static_cast<std::size_t>(i);
    Add request{.title = "item \"" + std::to_string(i) + "\" é", .priority = i % 5};
    if (i % 2 == 0) request.description = "line\nline\t" + std::to_string(i);
    if (i % 3 == 0) request.label = {"l" + std::to_string(i % 7), "all"};
    if (i % 4 == 1) request.blocked_by = {ids[n / 2]};
    if (i % 5 == 2) request.parent = ids[n / 3];
    if (i % 7 == 3) request.related = {ids[n - 1], ids[0]};
    if (i % 6 == 5) request.discovered_from = {ids[n - 2]};
    if (i % 11 == 0) request.defer_until = Timestamp{1'900'000'000'000};
    auto const reply = backlog.ask(&add, request, caller("agent-" + std::to_string(i % 3), "s"));
    REQUIRE(reply);
    ids.push_back(reply->item.id);
    backlog.pass(Millis(1234));
    if (i % 4 == 0) REQUIRE(backlog.ask(&comment, Comment{.id = ids[n], .text = "note " + std::to_string(i)}));
  }
  for (std::size_t i = 0; i < 10; ++i) {
    if (backlog.show(ids[i]).open_blockers == 0) backlog.finish(ids[i]);
  }
  REQUIRE(backlog.ask(&archive, Archive{.id = ids[0]}));
  backlog.claim(ids[39], caller("alice", "s1"));
}

TEST_CASE("export into an empty store gives the same export") {
  // One store at a time: a process has one open.
  auto const exported = [] {
    Backlog first("00000000-0000-4000-8000-00000000000a");
    fill(first);
    return first.exported();
  }();
  CHECK(std::ranges::count(exported, '\n') == 40);

  Backlog second("00000000-0000-4000-8000-00000000000b");
  auto const reply = take_over(second, exported);
  CHECK(reply.added == 40);
  CHECK(reply.links_dropped == 0);
  CHECK(second.exported() == exported);
  CHECK(second.gate_findings().empty());
  CHECK(second.found(Search{.words = "note 36"})->items.size() == 1);
}

TEST_CASE("a second import changes nothing, in the store it came from as well") {
  Backlog backlog;
  fill(backlog);
  auto const exported = backlog.exported();
  auto const reply = take_over(backlog, exported);
  CHECK(reply.unchanged == 40);
  CHECK(reply.added + reply.updated + reply.skipped == 0);
  CHECK(backlog.affected.empty());
  CHECK(backlog.exported() == exported);
}

TEST_CASE("what changed here is not overwritten unless that is asked for") {
  Backlog backlog;
  auto const id = backlog.add("as it was"), blocked = backlog.add("waits");
  REQUIRE(backlog.ask(&link, Link{id, LinkKind::blocks, blocked}));
  auto const exported = backlog.exported();
  REQUIRE(backlog.ask(&edit, Edit{.id = id, .title = "as it is", .add_label = {"mine"}}));
  backlog.finish(id);
  REQUIRE(backlog.ask(&unlink, Unlink{id, LinkKind::blocks, blocked}));

  auto const skipped = take_over(backlog, exported);
  CHECK(skipped.skipped == 2);
  CHECK(skipped.skipped_items.size() == 2);
  CHECK(backlog.show(id).title == "as it is");

  auto parsed = parse_backlog(exported, 10);
  auto const failed =
      backlog.ask(&import_items, Import{.file = "-", .on_conflict = OnConflict::fail, .items = parsed->items});
  CHECK(failed.error().code == ErrorCode::already_exists);

  auto const updated = take_over(backlog, exported, OnConflict::update);
  CHECK(updated.updated == 2);
  CHECK(backlog.show(id).title == "as it was");
  CHECK(backlog.show(id).status == Status::open);
  CHECK(backlog.show(blocked).open_blockers == 1);
  CHECK(backlog.exported() == exported);
  CHECK(backlog.gate_findings().empty());
}

TEST_CASE("an update leaves a claimed item to its holder") {
  Backlog backlog;
  auto const id = backlog.add("as it was");
  auto const exported = backlog.exported();
  REQUIRE(backlog.ask(&edit, Edit{.id = id, .title = "as it is"}));
  backlog.claim(id, caller("bob", "b"));
  CHECK(take_over(backlog, exported, OnConflict::update).skipped == 1);
  CHECK(backlog.show(id).title == "as it is");
  CHECK(backlog.show(id).claim->holder == "bob");
}

TEST_CASE("links that cannot hold are dropped and named, the same ones on repeat") {
  std::string const lines =
      R"({"id":"a","title":"a","type":"task","priority":2,"status":"open",)"
      R"("created_at":"2026-01-01T00:00:00Z","created_by":"x",)"
      R"("updated_at":"2026-01-01T00:00:00Z",)"
      R"("description":"","links":[{"kind":"blocks","other":"b","created_at":"2026-01-01T00:00:00Z","created_by":"x"},)"
      R"({"kind":"blocks","other":"gone","created_at":"2026-01-01T00:00:00Z","created_by":"x"},)"
      R"({"kind":"related","other":"b","created_at":"2026-01-01T00:00:00Z","created_by":"x"}]})"
      "\n\n"
      R"({"id":"b","title":"b","type":"task","priority":2,"status":"open",)"
      R"("created_at":"2026-01-01T00:00:00Z","created_by":"x",)"
      R"("updated_at":"2026-01-01T00:00:00Z",)"
      R"("description":"","links":[{"kind":"blocks","other":"A","created_at":"2026-01-01T00:00:00Z","created_by":"x"},)"
      R"({"kind":"blocks","other":"b","created_at":"2026-01-01T00:00:00Z","created_by":"x"}]})";
  Backlog backlog;
  auto const reply = take_over(backlog, lines);
  CHECK(reply.added == 2);
  CHECK(reply.links_dropped == 3);
  REQUIRE(reply.dropped_links.size() == 3);
  CHECK(reply.dropped_links[2].id == "b");
  CHECK(reply.dropped_links[2].why == "blocks a: it would close a circle");
  CHECK(backlog.show("a").open_blockers == 1);
  CHECK(backlog.show("b").links.related.size() == 1);
  CHECK(backlog.gate_findings().empty());
  auto const again = take_over(backlog, lines);
  CHECK(again.unchanged == 2);
  CHECK(again.links_dropped == 3);
}

TEST_CASE("a bad line is named, and nothing of the file is taken over") {
  CHECK(parse_backlog("{\"id\":1}\n", 10).error().details.at("line") == 1);
  CHECK(parse_backlog("\n[]\n", 10).error().details.at("line") == 2);
  CHECK(parse_backlog("{\"id\":\"a\",\"title\":\"a\",\"surprise\":1}", 10).error().code == ErrorCode::bad_request);
  Backlog backlog;
  for (auto const& bad :
       {ItemRecord{.id = "a b", .title = "x", .created_by = "x"}, ItemRecord{.id = "a", .created_by = "x"},
        ItemRecord{.id = "a", .title = "x", .priority = 5, .created_by = "x"},
        ItemRecord{.id = "a", .title = "x", .status = Status::claimed, .created_by = "x"},
        ItemRecord{.id = "a", .title = "x"}}) {
    ItemRecord const good{.id = "good", .title = "x", .created_by = "x"};
    auto const reply = backlog.ask(&import_items, Import{.file = "-", .items = {good, bad}});
    REQUIRE_FALSE(reply);
    CHECK(reply.error().code == ErrorCode::bad_request);
    CHECK(backlog.count("SELECT count(*) FROM todo_item") == 0);
  }
}

// The message and the line that a refusal names.
void check_refused(std::string_view text, int line, std::string_view words) {
  auto const parsed = parse_backlog(text, 10);
  INFO(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == ErrorCode::bad_request);
  CHECK(parsed.error().details.at("line") == line);
  CHECK_THAT(parsed.error().message, Catch::Contains(std::string(words)));
  CHECK_THAT(parsed.error().hint, Catch::Contains("todo export") && Catch::Contains("beads"));
}

std::string native(std::string_view members) {
  return R"({"id":"a","title":"x","type":"task","priority":2,"status":"open","created_by":"x","description":"")" +
         std::string(members) + "}";
}

TEST_CASE("a line that is out of bounds is named before anything is sent, in either form") {
  auto const good = native("") + "\n";
  check_refused(good + "title,status\nx,open\n", 2, "not valid JSON");
  check_refused(good + R"({"name":"x","done":false})", 2, "neither an item of `decapod todo export` nor one of");
  check_refused(good + R"({"id":"b","title":" \t ","issue_type":"bug"})", 2, "white space");
  check_refused(good + R"({"id":"b c","title":"x","issue_type":"bug"})", 2, "'id' must be letters");
  for (auto const* priority : {"1e300", "1.5", "-1", "\"P1\"", "99999999999999999999"}) {
    check_refused(good + R"({"id":"b","title":"x","issue_type":"bug","priority":)" + priority + "}", 2, "'priority'");
    auto line = native("");
    line.replace(line.find("\"priority\":2") + 11, 1, priority);
    check_refused(line, 1, "'priority'");
  }
  check_refused(native(R"(,"comments":[{"author":"","text":"x"}])"), 1, "'comments[0].author'");
  check_refused(native(R"(,"comments":[{"author":")" + std::string(201, 'x') + R"(","text":"x"}])"), 1, "at most 200");
  check_refused(native(R"(,"comments":[{"author":"x","text":" "}])"), 1, "'comments[0].text'");
  check_refused(native(R"(,"labels":["a"," "])"), 1, "'labels[1]'");
  check_refused(R"({"id":"b","title":"x","issue_type":"bug","created_at":5})", 1, "'created_at' must be a time");
}

TEST_CASE("a refusal that quotes the beginning of a long id cuts no character in two") {
  std::string id = "a";
  while (id.size() <= std::size_t{kIdBytesMax}) id += "\xC3\xA9";
  ItemRecord record;
  record.id = id;
  record.title = "x";
  auto const judged = check_bounds(record);
  REQUIRE(!judged);
  CHECK(judged.error().message.find("a\xC3\xA9") != std::string::npos);
  CHECK(is_utf8(judged.error().message));
}

TEST_CASE("a byte order mark before the first line is no part of it") {
  CHECK(parse_backlog("\xEF\xBB\xBF" + native(""), 10)->items.size() == 1);
}

TEST_CASE("an item that does not say when it was made was made by the import, once") {
  Backlog backlog;
  auto const lines = native(R"(,"comments":[{"author":"x","text":"hm"}],"links":[{"kind":"blocks","other":"b",)"
                            R"("created_by":"x"}])") +
                     "\n"
                     R"({"id":"b","title":"x","issue_type":"bug","notes":"look"})";
  auto const at = backlog.now.wall;
  CHECK(take_over(backlog, lines).added == 2);
  CHECK(backlog.show("a").created_at == at);
  CHECK(backlog.show("a").updated_at == at);
  CHECK(backlog.show("a").comments.at(0).at == at);
  CHECK(backlog.show("b").created_at == at);
  CHECK(backlog.show("b").comments.at(0).at == at);
  CHECK(backlog.count("SELECT count(*) FROM todo_link WHERE created_at = " + std::to_string(at.ms)) == 1);

  backlog.pass(Millis(60'000));
  CHECK(take_over(backlog, lines).unchanged == 2);
  CHECK(take_over(backlog, lines, OnConflict::update).unchanged == 2);
  CHECK(backlog.show("a").created_at == at);
}

TEST_CASE("a link of an item that stays as it is keeps no link of a new item out") {
  auto const linked = [](std::string id, std::string title, std::string other) {
    return R"({"id":")" + id + R"(","title":")" + title +
           R"(","type":"task","priority":2,"status":"open","created_by":"x","description":"","links":[)" +
           R"({"kind":"blocks","other":")" + other + R"(","created_by":"x"}]})" + "\n";
  };
  Backlog backlog;
  take_over(backlog, native("") + "\n");
  // The file says that a waits for b, and b for a; a is here, with another title, and stays.
  auto const kept = take_over(backlog, linked("a", "other", "b") + linked("b", "b", "a"));
  CHECK(kept.skipped == 1);
  CHECK(kept.links_dropped == 0);
  CHECK(backlog.show("b").open_blockers == 1);
  CHECK(backlog.show("a").open_blockers == 0);

  // An update turns the link round: the one that goes closes no circle with the one that comes.
  auto const turned =
      take_over(backlog,
                linked("a", "x", "b") + R"({"id":"b","title":"b","type":"task","priority":2,"status":"open",)"
                                        R"("created_by":"x","description":""})",
                OnConflict::update);
  CHECK(turned.updated == 2);
  CHECK(turned.links_dropped == 0);
  CHECK(backlog.show("a").open_blockers == 1);
  CHECK(backlog.show("b").open_blockers == 0);
  CHECK(backlog.gate_findings().empty());
}

TEST_CASE("a file with too many items is refused before it is sent, with how to split it") {
  std::string lines;
  for (int i = 0; i < 4; ++i)
    lines += "{\"id\":\"a" + std::to_string(i) + "\",\"title\":\"x\",\"issue_type\":\"task\"}\n";
  auto const refused = parse_backlog(lines, 3);
  CHECK(refused.error().code == ErrorCode::too_large);
  CHECK(refused.error().hint.find("split -l 3") != std::string::npos);
  CHECK(parse_backlog(lines, 4)->items.size() == 4);
}

TEST_CASE("an export in parts is the whole export") {
  Backlog backlog;
  fill(backlog);
  std::string lines;
  Export request{.limit = 7};
  do {
    auto const part = backlog.ask(&export_items, request);
    for (auto const& item : part->items) lines += to_text(codec::encode(item)) + "\n";
    request.after = part->after;
  } while (request.after);
  CHECK(lines == backlog.exported());
}

// Runs where DECAPOD_TEST_BACKLOG names a backlog in the beads form; elsewhere a generated one takes its place.
std::string foreign_backlog() {
  if (auto const* path = std::getenv("DECAPOD_TEST_BACKLOG"); path != nullptr) {
    std::ifstream file(path);
    REQUIRE(file.good());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::string lines;
  char const* const statuses[] = {"open", "closed", "tombstone", "hooked", "in_progress"};
  char const* const types[] = {"task", "bug", "merge-request", "molecule"};
  for (int i = 0; i < 300; ++i) {
    json::object line{{"id", "bd-" + std::to_string(i)},
                      {"title", "item " + std::to_string(i)},
                      {"status", statuses[i % 5]},
                      {"issue_type", types[i % 4]},
                      {"priority", i % 5},
                      {"created_at", "2026-01-01T00:00:00.123456-08:00"}};
    if (i > 0) {
      line["dependencies"] = json::array{json::object{{"issue_id", line["id"]},
                                                      {"depends_on_id", "bd-" + std::to_string(i / 2)},
                                                      {"type", i % 3 == 0 ? "parent-child" : "blocks"},
                                                      {"created_at", "2026-01-01T00:00:00Z"},
                                                      {"created_by", "x"}}};
    }
    lines += to_text(line) + "\n";
  }
  return lines;
}

TEST_CASE("a foreign backlog is taken over whole, twice the same, and comes out as it went in") {
  auto const text = foreign_backlog();
  auto const lines = std::ranges::count(text, '\n');
  auto const exported = [&] {
    Backlog first("00000000-0000-4000-8000-00000000000a");
    auto const reply = take_over(first, text);
    CHECK(reply.added == lines);
    CHECK(reply.skipped == 0);
    CHECK_FALSE(reply.not_mapped.empty());
    CHECK(first.gate_findings().empty());
    CHECK(take_over(first, text).unchanged == lines);
    return first.exported();
  }();
  Backlog second("00000000-0000-4000-8000-00000000000b");
  CHECK(take_over(second, exported).added == lines);
  CHECK(second.exported() == exported);
}

}  // namespace
}  // namespace decapod::todo
