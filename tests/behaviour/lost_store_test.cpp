// A store that becomes unreachable under everybody's hands: permissions that go, a directory that is something else,
// and processes that may open next to nothing. As root these run under another user id, which obeys modes.

#include <catch2/catch.hpp>

#include "store_script.h"

using namespace decapod::test;

namespace {

constexpr char const* kHurt = R"sh(
export DECAPOD_BROKER_IDLE_MS=150
"$D" init --quiet
# WHEN NAME DAMAGE MEND: a crowd between the two, then each of it again.
hurt() { if [ "$1" = live ]; then DECAPOD_BROKER_IDLE_MS=20000 ask pre todo comment "$FIRST" live; else gone; fi
         $3; crowd "$1-$2"; $4
         titles mended | grep " $1-$2-"; for i in 1 2 3 4; do again "$1-$2-$i"; done; leave; }
FIRST=$("$D" todo add first --porcelain)
)sh";

constexpr char const* kEnd = R"sh(
titles end | grep -v ' first$'
try verify broker verify
try validate validate
)sh";

Said hurt(TempRepository const& repository, std::string const& script) {
  auto const done = run_script(repository, As::owner, kHurt + script + kEnd);
  INFO(done.output << done.error);
  REQUIRE(done.status == 0);
  auto said = read_script(done);
  for (auto const& broken : broken_promises(said)) FAIL_CHECK(broken);
  CHECK(said.tries["verify"].status == 0);
  CHECK(said.tries["validate"].status == 0);
  for (auto const& stray : said.strays) FAIL_CHECK("made where nothing may be made: " + stray);
  return said;
}

// The code with which the first writer of a crowd was refused; "" if it was not.
std::string refusal(Said const& said, std::string const& crowd) {
  auto const write = said.writes.find(crowd + "-1");
  REQUIRE(write != said.writes.end());
  return write->second.front().code;
}

}  // namespace

TEST_CASE("a file that lost its permissions under a broker or before it: each write is there once or refused") {
  TempRepository const repository(TempRepository::Store::absent);
  auto const said = hurt(repository, R"sh(
for what in decapod.db decapod.db-wal leader.lock want.lock broker.sock broker.log; do
  for when in live between; do
    DECAPOD_BROKER_IDLE_MS=20000 "$D" todo list >/dev/null
    [ $when = live ] || leave
    [ -e "$S/$what" ] || continue
    hurt $when $what "chmod 000 $S/$what" "chmod -f 600 $S/$what"
  done
done
)sh");
  // Who serves has what it needs open; who comes new is told. A database that somebody has touched is left by its
  // broker, so it is like one that nobody serves. These ids were given, and the ledger could not be asked of them.
  CHECK(refusal(said, "live-decapod.db-wal").empty());
  CHECK(refusal(said, "live-broker.sock").empty());
  CHECK(refusal(said, "between-decapod.db") == "OUTCOME_UNKNOWN");
  CHECK(refusal(said, "between-leader.lock") == "OUTCOME_UNKNOWN");
}

TEST_CASE("a directory that cannot be written or entered any more, under a broker or before it") {
  TempRepository const repository(TempRepository::Store::absent);
  auto const said = hurt(repository, R"sh(
for when in live between; do
  for m in 000 400 500; do hurt $when dir-$m "chmod $m $S" "chmod 700 $S"; done
done
)sh");
  CHECK(refusal(said, "live-dir-500").empty());
  CHECK(refusal(said, "between-dir-500") == "OUTCOME_UNKNOWN");
  CHECK(refusal(said, "between-dir-000") == "UNSAFE_DIRECTORY");
}

TEST_CASE("a file or a link in the place of the directory: refused, and nothing is made behind the link") {
  TempRepository const repository(TempRepository::Store::absent);
  auto const said = hurt(repository, R"sh(
mkdir -m 700 elsewhere
aside() { mv "$S" "$S.aside"; }
back() { rm -f "$S"; mv "$S.aside" "$S"; }
as_file() { aside; echo text >"$S"; }
as_link() { aside; ln -s "$PWD/elsewhere" "$S"; }
as_loop() { aside; ln -s data "$S"; }
as_dangling() { aside; ln -s "$PWD/nowhere" "$S"; }
for when in between; do
  for how in file link loop dangling; do hurt $when $how as_$how back; done
done
ls -A elsewhere | sed 's/^/stray /'
[ ! -e nowhere ] || echo stray nowhere
)sh");
  for (std::string const how : {"file", "link", "loop", "dangling"}) {
    CHECK(refusal(said, "between-" + how) == "UNSAFE_DIRECTORY");
  }
}

TEST_CASE("with few descriptors left, commands and the broker that they start refuse, and hang nobody") {
  TempRepository const repository(TempRepository::Store::absent);
  auto const said = hurt(repository, R"sh(
leave
for n in 4 5 6 7 8 10 12 16; do
  gone
  # The first one leads, and starts a broker that may open as little; the others come with plenty, and with little.
  LIMIT="prlimit --nofile=$n"; add "few-$n-1"
  LIMIT=; for i in 2 3 4 5 6; do add "few-$n-$i" & done
  LIMIT="prlimit --nofile=$n"; add "few-$n-7"; look
  LIMIT=; wait; leave
  titles mended | grep " few-$n-"
  for i in $(seq 7); do again "few-$n-$i"; done
done
)sh");
  CHECK(refusal(said, "few-16").empty());
  // Nobody is sent to change the store's permissions, which are as they should be.
  for (auto const& [name, outcomes] : said.writes) {
    INFO(name);
    CHECK(outcomes.front().code != "NOT_WRITABLE");
  }
}
