#include <verbs_import.h>

#include <catch2/catch.hpp>

#include "todo_fixture.h"

namespace decapod::todo {
namespace {

ItemRecord read(std::string_view line, std::vector<MappingNote>* notes = nullptr) {
  auto const parsed = parse_backlog(line, 1);
  REQUIRE(parsed);
  if (notes != nullptr) *notes = parsed->not_mapped;
  return parsed->items.at(0);
}

TEST_CASE("statuses of beads find their places, and what they said is kept") {
  struct Case {
    std::string status;
    Status becomes;
    bool kept;
  };
  for (auto const& [status, becomes, kept] : std::vector<Case>{{"open", Status::open, false},
                                                               {"closed", Status::done, false},
                                                               {"tombstone", Status::archived, true},
                                                               {"in_progress", Status::open, true},
                                                               {"hooked", Status::open, true},
                                                               {"never heard of", Status::open, true}}) {
    std::vector<MappingNote> notes;
    auto const item = read(R"({"id":"a","title":"x","issue_type":"task","status":")" + status + "\"}", &notes);
    CHECK(item.status == becomes);
    CHECK(item.origin.contains("status") == kept);
    CHECK(notes.size() == (kept ? 1U : 0U));
  }
}

TEST_CASE("types of beads that are not known here become other") {
  CHECK(read(R"({"id":"a","title":"x","issue_type":"merge-request"})").type == ItemType::merge_request);
  std::vector<MappingNote> notes;
  auto const item = read(R"({"id":"a","title":"x","issue_type":"molecule"})", &notes);
  CHECK(item.type == ItemType::other);
  CHECK(item.origin.at("issue_type") == "molecule");
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].field == "issue_type");
  CHECK(notes[0].value == "molecule");
  CHECK(notes[0].count == 1);
}

TEST_CASE("a line of beads without a type is a task, and the import says so") {
  for (std::string const theirs :
       {R"("status":"closed")", R"("status":"in_progress")", R"("dependencies":[])", R"("closed_at":null)",
        R"("due_at":"2026-01-01T00:00:00Z")", R"("assignee":"bob")", R"("notes":"n")"}) {
    CAPTURE(theirs);
    std::vector<MappingNote> notes;
    auto const item = read(R"({"id":"a","title":"x",)" + theirs + "}", &notes);
    CHECK(item.type == ItemType::task);
    auto const said = std::ranges::find(notes, "issue_type", &MappingNote::field);
    REQUIRE(said != notes.end());
    CHECK(said->became == "missing: type task");
    CHECK(said->count == 1);
  }
  // A slip of the pen in a line of one's own is none of theirs.
  CHECK_FALSE(parse_backlog(R"({"id":"a","title":"x","status":"clsed"})", 1));
  CHECK(read(R"({"id":"a","title":"x","status":"done"})").status == Status::done);
}

TEST_CASE("what beads says about an item is kept with it") {
  auto const item =
      read(R"({"id":"a","title":"x","issue_type":"bug","status":"closed","priority":9,)"
           R"("created_at":"2026-01-01T00:00:00-08:00",)"
           R"("created_by":"alice","closed_at":"2026-01-02T00:00:00Z","close_reason":"fixed","labels":["b","a"],)"
           R"("notes":"look here","external_ref":"gh-1","assignee":"bob","ephemeral":true,)"
           R"("comments":[{"id":1,"author":"carol","text":"hm","created_at":"2026-01-01T09:00:00Z"}],)"
           R"("dependencies":[{"depends_on_id":"b","type":"blocks"},{"depends_on_id":"p","type":"parent-child"},)"
           R"({"depends_on_id":"q","type":"parent-child"},{"depends_on_id":"r","type":"supersedes"}]})");
  CHECK(item.priority == 4);
  CHECK(to_string(*item.created_at) == "2026-01-01T08:00:00.000Z");
  CHECK(to_string(*item.done_at) == "2026-01-02T00:00:00.000Z");
  CHECK(item.reason == "fixed");
  CHECK(item.external_ref == "gh-1");
  CHECK(item.origin.at("assignee") == "bob");
  CHECK(item.origin.at("ephemeral") == "true");
  CHECK(item.origin.at("link:r") == "supersedes");
  REQUIRE(item.comments.size() == 2);
  CHECK(item.comments[0].author == "carol");
  CHECK(item.comments[1].text == "look here");
  REQUIRE(item.links.size() == 4);
  CHECK(item.links[0].kind == LinkKind::blocks);
  CHECK(item.links[0].created_by == "alice");
  CHECK(item.links[1].kind == LinkKind::parent_child);
  CHECK(item.links[2].kind == LinkKind::related);
  CHECK(item.links[3].kind == LinkKind::related);
}

}  // namespace
}  // namespace decapod::todo
