// Pinned checkpoints beside a restore and beside a store that was removed: what is said of them, and whether it holds.
#include "told.h"

#include <support/repository.h>
#include <catch2/catch.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <vector>

namespace decapod::test {
namespace {

namespace json = boost::json;

// A store of two items in a snapshot, a third one after it, and a pin of these three.
class Pinned {
 public:
  Pinned() {
    repository.must({"todo", "add", "one"});
    repository.must({"todo", "add", "two"});
    repository.must({"broker", "snapshot", file});
    repository.must({"todo", "add", "three"});
    repository.must({"broker", "checkpoint", "--pin"});
    uuid = text_at(repository.ask({"broker", "checkpoint"}).data(), "store_uuid");
    path = ".decapod/pins/" + uuid + ".txt";
  }

  std::string restore() const { return repository.must({"broker", "restore", file, "--actor", "olga"}); }

  // The line of the pin, counted from 1, becomes `text`.
  void edit(int line, std::string const& text) const {
    REQUIRE(repository.shell("sed -i '" + std::to_string(line) + "s|.*|" + text + "|' " + path).status == 0);
  }

  // With nobody else at the file.
  void sql(std::string const& script) const {
    REQUIRE(repository.falls_quiet());
    auto const done = repository.shell("sqlite3 -batch -bail .decapod/data/decapod.db \"" + script + '"');
    INFO(done.error);
    REQUIRE(done.status == 0);
  }

  // Of the gate: "CODE", its message and its hint.
  json::object finding() const {
    auto const answer = repository.ask({"validate"});
    INFO(answer.process.output);
    CHECK(answer.process.status == 6);
    auto const error = error_of(answer);
    for (auto const& gate : error.at("details").at("gates").as_array()) {
      if (gate.at("gate") != "audit.pins" || gate.at("findings").as_array().empty()) continue;
      CHECK(gate.at("findings").as_array().size() == 1);
      return gate.at("findings").at(0).as_object();
    }
    return {};
  }

  TempRepository repository;
  std::string file = repository.scratch("backup.db");
  std::string uuid;
  std::string path;
};

std::string const kOtherHead = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

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
  CHECK(says(text_at(finding, "hint"), "git rm " + pinned.path + ", then decapod broker checkpoint --pin;"));
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

TEST_CASE("a restore names the pins that disagree with the store that is there now, and no others") {
  Pinned const pinned;
  auto const& repository = pinned.repository;
  auto const backup = pinned.file;
  auto const refused = [&](Answer const& answer) {
    std::vector<std::string> paths;
    for (auto const& path : answer.data().at("refused_pins").as_array()) paths.emplace_back(path.as_string());
    return paths;
  };
  auto const line = pinned.path + " pins what is gone: decapod broker checkpoint --pin --force\n";
  SECTION("none disagrees") {
    repository.must({"broker", "snapshot", repository.scratch("later.db")});
    auto const words = repository.must({"broker", "restore", repository.scratch("later.db")});
    CAPTURE(words);
    CHECK_FALSE(says(words, "pin"));
    CHECK(says(words, "may go once the store is found good: rm -r " + repository.state() + "/before-restore-"));
  }
  SECTION("there is none") {
    repository.shell("rm -r .decapod/pins");
    CHECK_FALSE(says(repository.must({"broker", "restore", backup}), "pin"));
  }
  SECTION("one disagrees, beside one that does not, one of a stranger and one that is no pin") {
    repository.shell("cd .decapod/pins && echo junk > junk.txt && sed '2s/.*/stranger 1/' " + pinned.uuid +
                     ".txt > stranger.txt");
    repository.must({"broker", "snapshot", repository.scratch("later.db")});
    repository.must({"broker", "restore", backup});
    repository.shell("$D broker checkpoint > .decapod/pins/agrees.txt");
    auto const words = repository.must({"broker", "restore", backup});
    CAPTURE(words);
    // The restored line is as it was when agrees.txt was written, but for the record of this restore.
    CHECK(says(words, line));
    CHECK(says(words, ".decapod/pins/agrees.txt pins what is gone: git rm .decapod/pins/agrees.txt\n"));
    CHECK_FALSE(says(words, "junk"));
    CHECK_FALSE(says(words, "stranger"));
    CHECK(refused(repository.ask({"broker", "restore", repository.scratch("later.db")})) ==
          std::vector<std::string>{".decapod/pins/agrees.txt"});
  }
  SECTION("one is of the store that was there") {
    TempRepository const other;
    other.must({"todo", "add", "elsewhere"});
    other.must({"broker", "snapshot", other.scratch("other.db")});
    // That another file has a line which begins like one of that store makes it no pin.
    repository.shell("printf 'junk\\n" + pinned.uuid + " 1\\n' > .decapod/pins/junk.txt");
    auto const words = repository.must({"broker", "restore", other.scratch("other.db"), "--force"});
    CHECK(says(words, pinned.path + " pins what is gone: git rm " + pinned.path + "\n"));
    CHECK_FALSE(says(words, "junk"));
  }
}

TEST_CASE("pins that cannot be looked at, or are no text, do not pass for none") {
  Pinned const pinned;
  auto const& repository = pinned.repository;
  SECTION("the folder is none") {
    repository.shell("rm -r .decapod/pins && touch .decapod/pins");
    for (auto const& words : std::vector<Arguments>{{"broker", "verify"}, {"broker", "checkpoint", "--pin"}}) {
      auto const answer = repository.ask(words);
      INFO(answer.process.output << answer.process.error);
      CHECK(answer.error_code() == "INPUT_UNREADABLE");
      CHECK(says(text_at(error_of(answer), "message"), "/.decapod/pins: "));
    }
    CHECK_FALSE(says(repository.must({"doctor"}), " pins: "));
  }
  SECTION("one of them is no text") {
    auto const bytes = GENERATE(as<std::string>{}, "\\377", "\\000", "\\177");
    repository.shell("printf '" + bytes + "' > .decapod/pins/bytes.txt");
    auto const verified = repository.ask({"broker", "verify"});
    CHECK(verified.error_code() == "INPUT_UNREADABLE");
    CHECK(says(text_at(error_of(verified), "message"), "/.decapod/pins/bytes.txt is no text"));
    CHECK(text_at(pinned.finding(), "code") == "PIN_UNREADABLE");
    repository.must({"broker", "checkpoint", "--pin"});
  }
}

TEST_CASE("a checkpoint that is pinned counts once, also where --against names it") {
  Pinned const pinned;
  CHECK(says(pinned.repository.must({"broker", "verify", "--against", pinned.path}), "1 pinned checkpoint agrees\n"));
  auto const both = pinned.repository.shell(
      "$D broker checkpoint > ../now; $D todo add four -q; $D broker checkpoint |"
      " $D broker verify --against -");
  CHECK(says(both.output, "2 pinned checkpoints agree\n"));
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

TEST_CASE("init and doctor name the pins of a store that was here, and none that a clone brought along") {
  Pinned const pinned;
  auto const& repository = pinned.repository;
  auto const lost = pinned.path + " pins a store that was here";
  auto const way_out = "git rm " + pinned.path;
  CHECK_FALSE(says(repository.must({"doctor"}), " pins: "));
  CHECK_FALSE(says(repository.must({"init"}), "warning"));
  repository.shell("sed '2s/.*/stranger 1/' " + pinned.path + " > .decapod/pins/stranger.txt");
  REQUIRE(repository.falls_quiet());
  repository.shell("rm -r .decapod/data");
  auto const none = repository.must({"doctor"});
  CHECK(says(none, lost));
  CHECK(says(none, way_out));
  for (auto const& words : std::vector<Arguments>{{"init", "--dry-run"}, {"init"}}) {
    auto const made = repository.must(words);
    CAPTURE(made);
    CHECK(says(made, lost));
    CHECK(says(made, "decapod broker restore FILE"));
    CHECK(says(made, way_out));
    CHECK_FALSE(says(made, "stranger"));
  }
  repository.must({"todo", "add", "anew"});
  auto const other = repository.must({"doctor"});
  CHECK(says(other, "problem  pins: " + lost));
  CHECK(says(other, way_out));
  CHECK_FALSE(says(other, "stranger"));
  CHECK(says(text_at(pinned.finding(), "hint"), way_out));
  // A clone has the pin of a store that it never had.
  auto const cloned = repository.shell(
      "git add -f .decapod/pins && git -c user.name=t -c user.email=t@t commit -qm pins && git clone -q . ../clone &&"
      " cd ../clone && $D init && $D doctor");
  REQUIRE(cloned.status == 0);
  CHECK_FALSE(says(cloned.output, "pins"));
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
