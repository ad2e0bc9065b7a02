// Somebody removes or cuts the log of commits in between: what was acknowledged is there, or every check says that it
// is not.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include <filesystem>
#include <map>
#include <sstream>

using namespace decapod::test;

namespace {

// Each commit is a tenure's only one. The damage comes right after the acknowledgement: before, while or after the
// broker that was left behind opens the store.
constexpr char const* kStory = R"sh(
set -u
S=$PWD/.decapod/data
export DECAPOD_AGENT_ID=alice DECAPOD_SESSION_ID=s1 DECAPOD_BROKER_IDLE_MS=30
say() { printf '%s\t%s\n' "$1" "$2"; }
gone() { local i; for i in $(seq 3000); do flock -n "$S/leader.lock" true && return; sleep 0.02; done; }
"$D" init --quiet
acked=0
for i in $(seq 12); do
  "$D" todo add "item-$i" --porcelain >/dev/null && acked=$((acked + 1))
  if [ "$HOW" = remove ]; then rm -f "$S/decapod.db-wal"; else
    [ ! -e "$S/decapod.db-wal" ] || truncate -s 0 "$S/decapod.db-wal"; fi
  gone
done
say acked $acked
say there "$("$D" todo list --limit 100 --porcelain | wc -l)"
gone
say lines "$(cat "$S/losses.jsonl" 2>/dev/null | wc -l)"
say gone "$(sed -n 's/.*"commit_seq":\([0-9]*\),.*"after":\([0-9]*\),.*"extent":"exact".*/\1 \2/p' \
  "$S/losses.jsonl" 2>/dev/null | awk '{ n += $1 - $2 } END { print n + 0 }')"
"$D" validate --json >v.json; say validate $?
say gate "$(grep -o 'COMMITS_LOST' v.json | head -n 1)"
say doctor "$("$D" doctor --json | grep -o '"name":"losses","health":"[a-z]*"')"
gone
say status "$("$D" broker status --json | grep -o '"losses":[0-9]*')"
rm -f "$S/losses.jsonl"
"$D" broker verify >/dev/null; say verify $?
"$D" validate >/dev/null; say mended $?
gone
)sh";

// Alice's claim is acknowledged and lost, and bob claims what is open again.
constexpr char const* kClaims = R"sh(
set -u
S=$PWD/.decapod/data
export DECAPOD_BROKER_IDLE_MS=30
say() { printf '%s\t%s\n' "$1" "$2"; }
gone() { local i; for i in $(seq 3000); do flock -n "$S/leader.lock" true && return; sleep 0.02; done; }
token() { grep -o '"token":[0-9]*' "$1" | cut -d: -f2; }
as() { local name=$1; shift; DECAPOD_AGENT_ID=$name DECAPOD_SESSION_ID=$name-1 "$D" "$@"; }
"$D" init --quiet
id=$(as carol todo add thing --porcelain | cut -f1)
gone
export DECAPOD_BROKER_IDLE_MS=60000
as alice todo claim "$id" --json >alice.json
kill -9 "$("$D" broker status --json | grep -o '"pid":[0-9]*' | head -n 1 | cut -d: -f2)"
gone
export DECAPOD_BROKER_IDLE_MS=30
rm "$S/decapod.db-wal"
as bob todo claim "$id" --json >bob.json; say claimed $?
say alice "$(token alice.json)"
say same "$([ "$(token alice.json)" = "$(token bob.json)" ] && echo yes || echo no)"
as alice todo done "$id" --token "$(token alice.json)" --json >late.json
say late "$(grep -o 'STALE_TOKEN' late.json | head -n 1)"
as bob todo done "$id" --token "$(token bob.json)" >/dev/null; say done $?
rm "$S/losses.jsonl"
"$D" validate --store repo >/dev/null; say validate $?
gone
)sh";

// Alice's claim is of a generation that a restore began. The store is damaged, and the same snapshot restored once
// more.
constexpr char const* kRestored = R"sh(
set -u
S=$PWD/.decapod/data
export DECAPOD_BROKER_IDLE_MS=0
say() { printf '%s\t%s\n' "$1" "$2"; }
token() { grep -o '"token":[0-9]*' "$1" | cut -d: -f2; }
as() { local name=$1; shift; DECAPOD_AGENT_ID=$name DECAPOD_SESSION_ID=$name-1 "$D" "$@"; }
"$D" init --quiet
id=$(as carol todo add thing --porcelain | cut -f1)
"$D" broker snapshot before.db >/dev/null; say snapshot $?
"$D" broker restore before.db --request-id first >/dev/null; say restored $?
as alice todo claim "$id" --json >alice.json
head -c 40000 /dev/zero | tr '\0' x >"$S/decapod.db"
"$D" broker restore before.db --request-id second --json >again.json; say again $?
say generation "$(grep -o '"generation":3' again.json)"
as bob todo claim "$id" --json >bob.json; say claimed $?
say same "$([ "$(token alice.json)" = "$(token bob.json)" ] && echo yes || echo no)"
as alice todo done "$id" --token "$(token alice.json)" --json >late.json
say late "$(grep -o 'STALE_TOKEN' late.json | head -n 1)"
as bob todo done "$id" --token "$(token bob.json)" >/dev/null; say done $?
"$D" validate --store repo >validated; say validate $?
sed -n '/^FAILED/,+2p' validated
)sh";

std::map<std::string, std::string> tell(TempRepository const& repository, std::string const& story) {
  auto const done = repository.shell(story);
  INFO(done.output << done.error);
  REQUIRE(done.status == 0);
  std::map<std::string, std::string> said;
  std::istringstream lines(done.output);
  for (std::string line; std::getline(lines, line);) {
    auto const tab = line.find('\t');
    if (tab != std::string::npos) said[line.substr(0, tab)] = line.substr(tab + 1);
  }
  return said;
}

}  // namespace

TEST_CASE("commits whose log goes right after their acknowledgement are there, or on record and told by every check") {
  TempRepository const repository(TempRepository::Store::absent);
  std::string const how = GENERATE("remove", "cut");
  auto said = tell(repository, "HOW=" + how + "\n" + kStory);
  INFO(how);
  REQUIRE(said["acked"] == "12");
  bool const lost = said["there"] != "12";
  // A broker that meets the damage while it serves knows a bound only; the next that opens the store has the witness,
  // and what is on record then is what is not there: no more, no less.
  CHECK(std::stoi(said["gone"]) == 12 - std::stoi(said["there"]));
  if (lost) {
    CHECK(said["lines"] != "0");
    CHECK(said["validate"] == "6");
    CHECK(said["gate"] == "COMMITS_LOST");
    CHECK(said["doctor"] == "\"name\":\"losses\",\"health\":\"problem\"");
    CHECK(said["status"] == "\"losses\":" + said["lines"]);
  }
  // Until somebody has looked; and what is there is whole.
  CHECK(said["verify"] == "0");
  CHECK(said["mended"] == "0");
}

TEST_CASE("the token of a claim that was lost opens nothing when another has claimed the item since") {
  TempRepository const repository(TempRepository::Store::absent);
  auto said = tell(repository, kClaims);
  CHECK(said["alice"] == "1");
  CHECK(said["claimed"] == "0");
  CHECK(said["same"] == "no");
  CHECK(said["late"] == "STALE_TOKEN");
  CHECK(said["done"] == "0");
  // Every gate knows why the generation is a later one.
  CHECK(said["validate"] == "0");
}

TEST_CASE("the token of a claim that went with a store that cannot be read opens nothing after a restore, either") {
  TempRepository const repository(TempRepository::Store::absent);
  auto said = tell(repository, kRestored);
  REQUIRE(said["snapshot"] == "0");
  REQUIRE(said["restored"] == "0");
  REQUIRE(said["again"] == "0");
  CHECK(said["generation"] == "\"generation\":3");
  CHECK(said["claimed"] == "0");
  CHECK(said["same"] == "no");
  CHECK(said["late"] == "STALE_TOKEN");
  CHECK(said["done"] == "0");
  // The record of the restore names the generation that ended.
  CHECK(said["validate"] == "0");
}

TEST_CASE("what was given out between two losses opens nothing later, though one snapshot was restored twice") {
  TempRepository repository;
  Environment const alice{{"DECAPOD_AGENT_ID", "alice"}, {"DECAPOD_SESSION_ID", "a"}};
  Environment const bob{{"DECAPOD_AGENT_ID", "bob"}, {"DECAPOD_SESSION_ID", "b"}};
  auto id = repository.must({"todo", "add", "contended", "--porcelain"});
  id.pop_back();
  auto const snapshot = repository.scratch("snapshot.db");
  repository.must({"broker", "snapshot", snapshot});
  auto const claim_after_loss = [&](Environment const& by) {
    REQUIRE(repository.falls_quiet());
    std::filesystem::remove_all(repository.path() + "/.decapod/data");
    repository.must({"init"});
    repository.must({"broker", "restore", snapshot});
    auto const claimed = repository.ask({"todo", "claim", id}, by);
    INFO(claimed.process.output);
    REQUIRE(claimed.ok());
    return boost::json::serialize(claimed.data().at("token"));
  };
  auto const first = claim_after_loss(alice);
  auto const second = claim_after_loss(bob);
  CHECK(first != second);
  CHECK(repository.ask({"todo", "done", id, "--token", first}, alice).error_code() == "STALE_TOKEN");
  CHECK(repository.ask({"validate", "--store", "repo"}).ok());
  CHECK(repository.ask({"todo", "done", id, "--token", second}, bob).ok());
}
