// Pinned checkpoints that disagree beside a restore, or a store that was removed: what explains them, and whether it
// holds.
#include "pinned.h"

#include <catch2/catch.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <vector>

namespace decapod::test {
namespace {

// "name status" of each gate, of a validate that fails.
std::vector<std::string> gates_of(TempRepository const& repository) {
  auto const answer = repository.ask({"validate"});
  INFO(answer.process.output << answer.process.error);
  CHECK(answer.process.status == 6);
  REQUIRE(answer.error_code() == "VALIDATION_FAILED");
  std::vector<std::string> gates;
  auto const error = error_of(answer);
  for (auto const& gate : error.at("details").at("gates").as_array()) {
    gates.push_back(text_at(gate.as_object(), "gate") + ' ' + text_at(gate.as_object(), "status"));
  }
  return gates;
}

// The gates whose line differs, as they are afterwards; both have the same names in the same order.
std::vector<std::string> changed(std::vector<std::string> const& before, std::vector<std::string> const& after) {
  REQUIRE(before.size() == after.size());
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < before.size(); ++i) {
    CHECK(before[i].substr(0, before[i].find(' ')) == after[i].substr(0, after[i].find(' ')));
    if (before[i] != after[i]) lines.push_back(after[i]);
  }
  return lines;
}

}  // namespace

TEST_CASE("a pin of the end of a line that a restore ended is told as that, and fails until it is pinned anew") {
  Pinned const pinned;
  pinned.restore();
  // Also when the new line is longer than the old one was.
  bool const longer = GENERATE(false, true);
  if (longer) pinned.repository.must({"todo", "add", "four"});
  auto const finding = pinned.finding();
  CHECK(text_at(finding, "code") == "PIN_OF_ENDED_LINE");
  auto const message = text_at(finding, "message");
  CAPTURE(message);
  CHECK(says(message, "the line of 3 records that a restore ended (record 3, 20"));
  CHECK(says(message, "by olga)"));
  CHECK(says(text_at(finding, "hint"), "decapod broker checkpoint --pin --force"));
  auto const verified = pinned.repository.ask({"broker", "verify"});
  INFO(verified.process.output);
  CHECK(verified.process.status == 6);
  CHECK(verified.error_code() == "VALIDATION_FAILED");
  CHECK(text_at(error_of(verified), "message") == message);
  CHECK(text_at(error_of(verified), "hint") == text_at(finding, "hint"));
  CHECK(pinned.repository.ask({"validate", "--require-pin"}).process.status == 6);
  pinned.repository.must({"broker", "checkpoint", "--pin", "--force"});
  pinned.repository.must({"broker", "verify"});
  CHECK(pinned.repository.ask({"validate"}).ok());
}

TEST_CASE("a pin that the record of the restore does not fit stays a sign of tampering") {
  Pinned const pinned;
  pinned.restore();
  pinned.repository.must({"todo", "add", "four"});
  SECTION("another head at the line's end") {
    pinned.edit(4, kOtherHead);
  }
  SECTION("more records than the line had") {
    pinned.edit(3, "5");
  }
  SECTION("a record that the new line has as well") {
    pinned.edit(3, "2");
    pinned.edit(4, kOtherHead);
  }
  SECTION("another generation") {
    pinned.edit(2, pinned.uuid + " 2");
  }
  auto const finding = pinned.finding();
  CHECK(text_at(finding, "code") == "PIN_BROKEN");
  CHECK_FALSE(says(text_at(finding, "message"), "restore"));
  CHECK_FALSE(says(text_at(finding, "hint"), "--force"));
  auto const verified = pinned.repository.ask({"broker", "verify"});
  CHECK(verified.error_code() == "AUDIT_BROKEN");
  CHECK_FALSE(says(verified.process.output, "--force"));
}

TEST_CASE("a record of a restore that cannot be read explains no pin, and every gate is told all the same") {
  Pinned const pinned;
  pinned.restore();
  auto const before = gates_of(pinned.repository);
  CHECK(std::ranges::count(before, "audit.pins failed") == 1);
  SECTION("what is stored of it is no record") {
    pinned.sql("UPDATE audit_mutation SET body = 'x' || body WHERE sequence = 3");
    auto const lines = changed(before, gates_of(pinned.repository));
    CHECK(std::ranges::count(lines, "broker.audit-chains failed") == 1);
    auto const finding = pinned.finding();
    CHECK(text_at(finding, "code") == "PIN_BROKEN");
    CHECK_FALSE(says(text_at(finding, "message"), "restore"));
    CHECK_FALSE(says(text_at(finding, "hint"), "--force"));
  }
  SECTION("the table that leads to it is gone") {
    pinned.sql("ALTER TABLE audit_index RENAME TO other_index");
    auto const lines = changed(before, gates_of(pinned.repository));
    CHECK(std::ranges::count(lines, "broker.audit-index failed") == 1);
    CHECK(says(text_at(pinned.finding(), "message"), "the gate could not read the store"));
  }
}

TEST_CASE("a pin from the middle of a line that a restore ended is not judged by a record that names its end alone") {
  Pinned const pinned;
  pinned.repository.must({"todo", "add", "four"});
  pinned.restore();
  auto const finding = pinned.finding();
  CHECK(text_at(finding, "code") == "PIN_BROKEN");
  CHECK(says(text_at(finding, "message"), "it may be a pin of the line of 4 records that a restore ended (record 3, "));
  auto const verified = pinned.repository.ask({"broker", "verify"});
  CHECK(verified.error_code() == "AUDIT_BROKEN");
  // What the hint says to look for is in the trail that the restore kept, and is not where the pin was forged.
  auto const search = [&] {
    auto const hint = text_at(pinned.finding(), "hint");
    auto const begin = hint.find("grep ");
    REQUIRE(begin != std::string::npos);
    return pinned.repository.shell(hint.substr(begin, hint.find(')') - begin));
  };
  CHECK(search().status == 0);
  pinned.edit(4, kOtherHead);
  CHECK(search().status == 1);
}

TEST_CASE("a pin of a store in whose place a restore put another one is told as that, with the way to remove it") {
  TempRepository const other;
  other.must({"todo", "add", "elsewhere"});
  auto const file = other.scratch("other.db");
  other.must({"broker", "snapshot", file});
  Pinned const pinned;
  bool const at_the_end = GENERATE(true, false);
  if (!at_the_end) pinned.repository.must({"todo", "add", "four"});
  pinned.repository.must({"broker", "restore", file, "--force"});
  auto const finding = pinned.finding();
  CHECK(text_at(finding, "code") == (at_the_end ? "PIN_OF_ENDED_LINE" : "STORE_REPLACED"));
  CHECK(says(text_at(finding, "message"), "that a restore ended (record 2, "));
  CHECK(says(text_at(finding, "hint"), "rm " + pinned.path + ", then decapod broker checkpoint --pin;"));
  // Another head is no place in that line's end.
  pinned.edit(4, kOtherHead);
  if (at_the_end) CHECK(text_at(pinned.finding(), "code") == "STORE_REPLACED");
  REQUIRE(pinned.repository.shell("git add -A && git rm -qf " + pinned.path).status == 0);
  pinned.repository.must({"broker", "checkpoint", "--pin"});
  CHECK(pinned.repository.ask({"validate", "--require-pin"}).ok());
}

TEST_CASE("of two records of restores, the one that names the pin's very place explains it, also if it is the older") {
  TempRepository const other;
  other.must({"todo", "add", "elsewhere"});
  auto const first = other.scratch("first.db");
  other.must({"broker", "snapshot", first});
  Pinned const pinned;
  auto const& repository = pinned.repository;
  auto const second = repository.scratch("second.db");
  REQUIRE(repository.falls_quiet());
  REQUIRE(repository.shell("cp -r .decapod/data ../kept").status == 0);
  repository.must({"broker", "restore", first, "--force"});
  repository.must({"broker", "snapshot", second});
  // The store that was pinned comes back by hand, so that no restore is on record of it, and goes on.
  REQUIRE(repository.falls_quiet());
  REQUIRE(repository.shell("rm -r .decapod/data && mv ../kept .decapod/data").status == 0);
  repository.must({"todo", "add", "four"});
  repository.must({"broker", "restore", second, "--force"});
  auto const finding = pinned.finding();
  CHECK(text_at(finding, "code") == "PIN_OF_ENDED_LINE");
  CHECK(says(text_at(finding, "message"), "the line of 3 records that a restore ended (record 2, "));
}

TEST_CASE("a store that was removed with its directory comes back as the hints say") {
  Pinned const pinned;
  auto const& repository = pinned.repository;
  REQUIRE(repository.falls_quiet());
  REQUIRE(repository.shell("git clean -ffdxq -e .decapod/pins && ! test -e .decapod/data").status == 0);
  for (auto const& words : std::vector<Arguments>{{"todo", "list"}, {"broker", "restore", pinned.file}}) {
    CHECK(text_at(error_of(repository.ask(words)), "hint") ==
          "run `decapod init`; `decapod broker restore FILE` then brings back from a snapshot what was removed");
  }
  CHECK(says(repository.must({"broker", "restore", "--help"}), "`decapod init`"));
  repository.must({"init"});
  repository.must({"broker", "restore", pinned.file});
  CHECK(repository.ask({"todo", "list"}).data().at("total") == 2);
  CHECK(text_at(repository.ask({"broker", "checkpoint"}).data(), "store_uuid") == pinned.uuid);
  // What was lost ended by no restore: that is said, and no more.
  auto const finding = pinned.finding();
  CHECK(text_at(finding, "code") == "PIN_BROKEN");
  CHECK(says(text_at(finding, "message"), "of a line that was lost before a restore (record 3, "));
  CHECK(repository.ask({"broker", "verify"}).error_code() == "AUDIT_BROKEN");
  // Nothing of the kind is said of a pin of the line that is there now.
  repository.must({"broker", "checkpoint", "--pin", "--force"});
  pinned.edit(4, kOtherHead);
  CHECK_FALSE(says(text_at(pinned.finding(), "message"), "restore"));
  // Nor of one of a line of which a restore on record says another end.
  repository.must({"broker", "checkpoint", "--pin", "--force"});
  repository.must({"broker", "restore", pinned.file});
  pinned.edit(4, kOtherHead);
  CHECK_FALSE(says(text_at(pinned.finding(), "message"), "restore"));
}

TEST_CASE("of several pins that restores explain, verify tells the number, and which line the first one pins") {
  Pinned const pinned;
  auto const& repository = pinned.repository;
  pinned.restore();
  auto const later = repository.scratch("later.db");
  repository.must({"broker", "snapshot", later});
  repository.must({"todo", "add", "three again"});
  // The first by its name is the one of the line that ended first.
  repository.shell("$D broker checkpoint > .decapod/pins/z.txt");
  repository.must({"broker", "restore", later});
  auto const verified = repository.ask({"broker", "verify"});
  INFO(verified.process.output);
  CHECK(verified.error_code() == "VALIDATION_FAILED");
  auto const message = text_at(error_of(verified), "message");
  CHECK(says(message,
             "2 pins are of the ends of lines that a restore ended; the first: it is a pin of the end of the "
             "line of 3 records that a restore ended (record 3, "));
  CHECK(says(message, "by olga)"));
  repository.shell("rm .decapod/pins/z.txt");
  CHECK(
      text_at(error_of(repository.ask({"broker", "verify"})), "message").starts_with("it is a pin of the end of the "));
}

TEST_CASE("beside a pin that a restore explains, one that it does not is what verify tells") {
  Pinned const pinned;
  pinned.restore();
  // In either order of their names.
  auto const name = GENERATE(as<std::string>{}, "0", "z");
  pinned.repository.shell("sed '4s|.*|" + kOtherHead + "|' " + pinned.path + " > .decapod/pins/" + name + ".txt");
  CHECK(pinned.repository.ask({"broker", "verify"}).error_code() == "AUDIT_BROKEN");
}

}  // namespace decapod::test
