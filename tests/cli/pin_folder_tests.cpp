// The pins of a tree, as the commands that look at all of them see them.
#include "pinned.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace decapod::test {

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
    CHECK(says(words, ".decapod/pins/agrees.txt pins what is gone: rm .decapod/pins/agrees.txt\n"));
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
    CHECK(says(words, pinned.path + " pins what is gone: rm " + pinned.path + "\n"));
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
  SECTION("one of them is a pipe, which has no end") {
    repository.shell("mkfifo .decapod/pins/pipe.txt");
    auto const verified = repository.ask({"broker", "verify"});
    CHECK(verified.error_code() == "INPUT_UNREADABLE");
    CHECK(says(text_at(error_of(verified), "message"), "/.decapod/pins/pipe.txt is no plain file"));
    CHECK(text_at(pinned.finding(), "code") == "PIN_UNREADABLE");
    repository.must({"broker", "checkpoint", "--pin"});
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

TEST_CASE("a pin that disagrees is found among as many as there may be, and only more are too many") {
  Pinned const pinned;
  auto const& repository = pinned.repository;
  REQUIRE(repository
              .shell("cd .decapod/pins && for i in $(seq 199); do sed '2s/.*/stranger 1/' " + pinned.uuid +
                     ".txt > 0-$i.txt; done && mv " + pinned.uuid + ".txt z.txt")
              .status == 0);
  CHECK(says(repository.must({"broker", "verify"}), "1 pinned checkpoint agrees\n"));
  CHECK(says(repository.shell("$D broker checkpoint | $D broker verify --against -").output,
             "the checkpoint in standard input agrees\n1 pinned checkpoint agrees\n"));
  pinned.restore();
  CHECK(repository.ask({"broker", "checkpoint", "--pin"}).error_code() == "REFUSED");
  repository.must({"broker", "checkpoint", "--pin", "--force"});
  CHECK(repository.ask({"broker", "checkpoint", "--pin"}).error_code() == "TOO_LARGE");
}

TEST_CASE("a checkpoint that --against names is told beside the pins, and never passes for one of another store") {
  Pinned const pinned;
  auto const& repository = pinned.repository;
  CHECK(says(repository.must({"broker", "verify", "--against", pinned.path}),
             "the checkpoint in " + pinned.path + " agrees\n1 pinned checkpoint agrees\n"));
  auto const both = repository.shell(
      "$D broker checkpoint > ../now; $D todo add four -q; $D broker checkpoint |"
      " $D broker verify --against -");
  CHECK(says(both.output, "the checkpoint in standard input agrees\n1 pinned checkpoint agrees\n"));
  auto const other = repository.shell(
      "$D broker checkpoint | sed '2s/.*/other 1/' | $D broker verify --against - -q; echo \"exit $?\"");
  CHECK(other.output == "exit 6\n");
  CHECK(says(other.error, "the checkpoint in standard input is of another store, other"));
}

TEST_CASE("init and doctor name the pins of a store that was here, and none that a clone brought along") {
  Pinned const pinned;
  auto const& repository = pinned.repository;
  auto const lost = pinned.path + " pins a store that was here";
  auto const way_out = "rm " + pinned.path;
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

}  // namespace decapod::test
