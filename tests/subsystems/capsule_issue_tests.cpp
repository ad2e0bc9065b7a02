// What is issued, stored, shown and listed.
#include <decapod/capsule_record/canonical.h>

#include <set>

#include "capsule_fixture.h"

namespace decapod::capsule {
namespace {

using testing::Capsules;

}  // namespace

TEST_CASE("who asks and when makes no difference to the bytes, and the same inputs make one row") {
  std::string elsewhere;
  {
    Capsules other;
    other.now.wall = Timestamp{1};
    other.facts.store_uuid = "11111111-0000-4000-8000-000000000001";
    other.facts.state_directory = "/somewhere/else";
    auto const reply = other.ask(&issue, other.request(), "carol");
    REQUIRE(reply);
    elsewhere = other.document_of(reply->capsule.id);
  }
  Capsules capsules;
  auto const first = capsules.issued();
  CHECK(first.already == Already::no);
  CHECK(capsules.affected ==
        std::vector<std::string>{"capsule/capsule/" + first.capsule.id, "capsule/hash/" + first.capsule.hash});
  CHECK(capsules.document_of(first.capsule.id) == elsewhere);

  capsules.now.wall = capsules.now.wall + Millis(86'400'000);
  auto const again = capsules.ask(&issue, capsules.request(), "bob");
  REQUIRE(again);
  CHECK(again->already == Already::yes);
  CHECK(again->capsule.id == first.capsule.id);
  CHECK(again->capsule.issued_by == "alice");
  CHECK(capsules.affected.empty());
  CHECK(capsules.count("SELECT count(*) FROM capsule_capsule") == 1);
}

TEST_CASE("every input is in the bytes: whichever changes, it is another capsule") {
  Capsules capsules;
  std::set<std::string> ids{capsules.issued().capsule.id};
  auto const another = [&](char const* what, auto change) {
    INFO(what);
    auto request = capsules.request();
    change(request);
    auto const reply = capsules.ask(&issue, request);
    REQUIRE(reply);
    CHECK(ids.insert(reply->capsule.id).second);
  };
  another("topic", [](Issue& request) { request.topic = "leader elections"; });
  another("task, and with it the tier", [](Issue& request) { request.task = "t-high"; });
  another("limit", [](Issue& request) { request.limit = 3; });
  another("workunit", [](Issue& request) {
    request.task.reset();
    request.workunit = "w-high";
  });
  another("commit", [](Issue& request) { request.material->revision.commit = std::string(40, '3'); });
  another("tree", [](Issue& request) { request.material->revision.tree = std::string(40, '3'); });
  another("text", [](Issue& request) { request.material->excerpts[0].text = "# Election\nthe lock decideZ"; });
  another("source", [](Issue& request) { request.material->excerpts[0].source = std::string(64, 'c'); });
  another("score", [](Issue& request) { request.material->excerpts[0].score += 1; });
  another("matches", [](Issue& request) { request.material->matched += 1; });
  auto document = testing::policy_document();
  document.name = "another";
  capsules.sign(document);
  another("policy", [](Issue&) {});
  document.scopes["docs"] = {"README.md", "docs/**"};
  capsules.sign(document);
  another("the scope's documents", [](Issue&) {});
  CHECK(capsules.count("SELECT count(*) FROM capsule_capsule") == static_cast<std::int64_t>(ids.size()));
  // Whether it is also a file is no input.
  auto request = capsules.request();
  request.task = "t-medium";
  auto const plain = capsules.ask(&issue, request);
  request.write = Write::yes;
  CHECK(capsules.ask(&issue, request)->capsule.id == plain->capsule.id);
}

TEST_CASE("a capsule is bound to the whole id of its task, however it was typed") {
  Capsules capsules;
  auto request = capsules.request();
  request.task = "t-lo";
  auto const reply = capsules.ask(&issue, request);
  REQUIRE(reply);
  CHECK(reply->capsule.task == "t-low");
  CHECK(reply->capsule.id == capsules.issued().capsule.id);
}

TEST_CASE("what is shown is what was stored") {
  Capsules capsules;
  auto const reply = capsules.issued();
  CHECK(reply.excerpts.size() == 2);
  CHECK(reply.excerpts[0].path == "docs/election.md");
  CHECK(reply.matched == 5);
  auto const shown = capsules.ask(&show, Show{.id = reply.capsule.id.substr(0, 6)});
  REQUIRE(shown);
  CHECK(shown->id == reply.capsule.id);
  CHECK(canonical(shown->capsule) == capsules.document_of(shown->id));
  CHECK(shown->hash == hex(hash_of(canonical(shown->capsule))));
  CHECK(shown->capsule.limit == 4);
  CHECK(shown->capsule.documents == std::vector<std::string>{"README.md", "docs"});
  CHECK(capsules.ask(&show, Show{.id = "c-0000000000000000"}).error().code == ErrorCode::not_found);
  CHECK(capsules.ask(&show, Show{.id = "c-0000000000000000"}).error().suggestions ==
        std::vector<std::string>{reply.capsule.id});
  CHECK(capsules.ask(&show, Show{.id = "../" + reply.capsule.id}).error().code == ErrorCode::not_found);
}

TEST_CASE("two capsules that share the beginning of an id are told apart, or the second is refused") {
  Capsules capsules;
  auto const first = capsules.issued().capsule;
  auto request = capsules.request();
  request.topic = "another";
  REQUIRE(capsules.ask(&issue, request));
  CHECK(capsules.ask(&show, Show{.id = "c-"}).error().code == ErrorCode::ambiguous_id);
  // As if another content had made the same 16 digits.
  capsules.database->execute("UPDATE capsule_capsule SET hash = zeroblob(32) WHERE id = ?", first.id);
  CHECK(capsules.ask(&issue, capsules.request()).error().code == ErrorCode::already_exists);
}

TEST_CASE("pages of a list hold every capsule once, and a filter only what it names") {
  Capsules capsules;
  std::vector<std::string> newest_first;
  for (int i = 0; i < 7; ++i) {
    auto request = capsules.request();
    request.topic = "topic " + std::to_string(i);
    if (i % 2 == 1) {
      request.task.reset();
      request.workunit = "w-high";
    }
    auto const reply = capsules.ask(&issue, request);
    REQUIRE(reply);
    newest_first.insert(newest_first.begin(), reply->capsule.id);
  }
  std::vector<std::string> paged;
  List request{.limit = 3};
  int pages = 0;
  do {
    auto const page = capsules.ask(&list, request);
    REQUIRE(page);
    for (auto const& capsule : page->capsules) paged.push_back(capsule.id);
    request.cursor = page->next_cursor;
    ++pages;
  } while (request.cursor);
  CHECK(pages == 3);
  CHECK(paged == newest_first);
  CHECK(capsules.ask(&list, List{.limit = 7})->next_cursor == std::nullopt);
  CHECK(capsules.ask(&list, List{.task = "t-low"})->capsules.size() == 4);
  CHECK(capsules.ask(&list, List{.workunit = "w-high"})->capsules.size() == 3);
  CHECK(capsules.ask(&list, List{.task = "t-high", .workunit = "w-high", .scope = "docs"})->capsules.size() == 3);
  CHECK(capsules.ask(&list, List{.scope = "docs"})->capsules.size() == 7);
  CHECK(capsules.ask(&list, List{.scope = "specs"})->capsules.empty());
}

}  // namespace decapod::capsule
