// A store that fails in earnest: a disk that is full, a log that was removed, a file that cannot be opened. What the
// commands say then, and that the next one works.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include <map>
#include <sstream>
#include <string>

#include "own_mounts.h"

using namespace decapod::test;

namespace {

constexpr char const* kPrelude = R"sh(
set -u
S=$PWD/.decapod/data
export DECAPOD_AGENT_ID=alice DECAPOD_SESSION_ID=s1
say() { printf '%s=%s\n' "$1" "$2"; }
# NAME COMMAND...: the exit status, and the error's code if there is one.
try() { local name=$1; shift; local out; out=$("$D" "$@" --json 2>&1); local status=$?
        say "$name" "$status $(printf %s "$out" | sed -n 's/.*"error":{"code":"\([A-Z_]*\)".*/\1/p')"; }
)sh";

// A file system of two megabytes for the store, in a mount namespace of its own that ends with the script.
constexpr char const* kFullDisk = R"sh(
mkdir -p "$S" && mount -t tmpfs -o size=2m,mode=700 scratch "$S" ||
  { echo cannot mount a scratch file system; exit 99; }
try init init
try before todo add before --request-id r-0
sleep 1.5
dd if=/dev/zero of="$S/filler" bs=4096 >/dev/null 2>&1
# The log that the broker left has room for some.
for i in $(seq 40); do "$D" todo add "room-$i" >/dev/null 2>&1 || break; done
try full-1 todo add during --request-id r-1
try full-2 todo add during --request-id r-1
for i in 1 2 3 4 5 6; do try "crowd-$i" todo add "crowd-$i" --request-id "c-$i" & done; wait
try read todo list
try replay todo add before --request-id r-0
rm "$S/filler"
try again todo add during --request-id r-1
try same todo add during --request-id r-1
try verify broker verify
say during "$("$D" todo list --json | grep -o '"title":"during"' | wc -l)"
say crowd "$("$D" todo list --json | grep -o '"title":"crowd-[0-9]"' | wc -l)"
say logged "$(grep -c 'failed:.*full' "$S/broker.log")"
)sh";

Finished run_mounting(TempRepository const& repository, std::string const& script) {
  auto const inner = "D=" + binary() + "\n" + kPrelude + script;
  write_file(repository.scratch("script"), inner);
  return repository.shell(in_own_mounts(repository.scratch("script")));
}

// "name=value" lines.
std::map<std::string, std::string> said(Finished const& done) {
  std::map<std::string, std::string> answers;
  std::istringstream lines(done.output);
  for (std::string line; std::getline(lines, line);) {
    if (auto const at = line.find('='); at != std::string::npos) answers[line.substr(0, at)] = line.substr(at + 1);
  }
  return answers;
}

}  // namespace

TEST_CASE("on a full disk a write is refused as such, reads are answered, and the same request is applied once after") {
  TempRepository const repository(TempRepository::Store::absent);
  auto const done = run_mounting(repository, kFullDisk);
  INFO(done.output << done.error);
  // Where no file system can be mounted this proves nothing, and says so by failing.
  REQUIRE(done.status == 0);
  auto answers = said(done);
  CHECK(answers["init"] == "0 ");
  CHECK(answers["before"] == "0 ");
  CHECK(answers["full-1"] == "7 DISK_FULL");
  CHECK(answers["full-2"] == "7 DISK_FULL");
  for (int i = 1; i <= 6; ++i) CHECK(answers["crowd-" + std::to_string(i)] == "7 DISK_FULL");
  CHECK(answers["read"] == "0 ");
  CHECK(answers["replay"] == "0 ");
  CHECK(answers["again"] == "0 ");
  CHECK(answers["same"] == "0 ");
  CHECK(answers["verify"] == "0 ");
  CHECK(answers["during"] == "1");
  CHECK(answers["crowd"] == "0");
  CHECK(std::stoi("0" + answers["logged"]) > 0);
}

TEST_CASE("a log that is removed under a live broker costs one write at most an unknown outcome, and nobody a commit") {
  TempRepository repository;
  repository.set_idle(Milliseconds(20'000));
  auto const done = repository.shell(std::string(kPrelude) + R"sh(
for i in 1 2 3 4 5; do try "add-$i" todo add "item-$i" --request-id "a-$i"; done
rm "$S/decapod.db-wal"
try meets todo add meets --request-id r-1
try next todo add next --request-id r-2
try again todo add meets --request-id r-1
say items "$("$D" todo list --json | grep -o '"title":"item-[0-9]"' | wc -l)"
say meets-count "$("$D" todo list --json | grep -o '"title":"meets"' | wc -l)"
try verify broker verify
)sh");
  INFO(done.output << done.error);
  auto answers = said(done);
  for (int i = 1; i <= 5; ++i) CHECK(answers["add-" + std::to_string(i)] == "0 ");
  // Unless the broker has noticed by itself, and left, before it came.
  bool const unknown = answers["meets"] == "10 OUTCOME_UNKNOWN";
  CHECK((unknown || answers["meets"] == "0 "));
  CHECK(answers["next"] == "0 ");
  CHECK(answers["again"] == "0 ");
  CHECK(answers["items"] == "5");
  CHECK(answers["meets-count"] == "1");
  CHECK(answers["verify"] == "0 ");
}

TEST_CASE("a log that is cut off under a live broker costs what it held, on record, and not the database") {
  TempRepository repository;
  repository.set_idle(Milliseconds(0));
  auto const done = repository.shell(std::string(kPrelude) + R"sh(
for i in 1 2 3; do try "add-$i" todo add "item-$i"; done
export DECAPOD_BROKER_IDLE_MS=20000
try last todo add last
try live todo list
: >"$S/decapod.db-wal"
try meets todo add meets --request-id r-1
try again todo add meets --request-id r-1
try read todo list
say items "$("$D" todo list --json | grep -o '"title":"item-[0-9]"' | wc -l)"
say meets-count "$("$D" todo list --json | grep -o '"title":"meets"' | wc -l)"
say last-count "$("$D" todo list --json | grep -o '"title":"last"' | wc -l)"
say finding "$("$D" validate --json | grep -o COMMITS_LOST | head -1)"
say whole "$("$D" validate --json | grep -c CORRUPT)"
)sh");
  INFO(done.output << done.error);
  auto answers = said(done);
  for (int i = 1; i <= 3; ++i) CHECK(answers["add-" + std::to_string(i)] == "0 ");
  CHECK(answers["last"] == "0 ");
  // Unless the broker has noticed by itself, and left, before it came.
  bool const unknown = answers["meets"] == "10 OUTCOME_UNKNOWN";
  CHECK((unknown || answers["meets"] == "0 "));
  CHECK(answers["again"] == "0 ");
  CHECK(answers["read"] == "0 ");
  CHECK(answers["items"] == "3");
  CHECK(answers["meets-count"] == "1");
  // Unless the broker had been idle long enough to fold it into the database before the log was cut.
  CHECK(answers["finding"] == (answers["last-count"] == "1" ? "" : "COMMITS_LOST"));
  CHECK(answers["whole"] == "0");
}

TEST_CASE("a loss that is on record shows in doctor and fails validate, until its record is removed") {
  TempRepository const repository;
  auto const done = repository.shell(std::string(kPrelude) + R"sh(
printf '{"at":"2026-11-24T10:00:00.000Z","commit_seq":7,"why":"the log was removed"}\n' >"$S/losses.jsonl"
chmod 600 "$S/losses.jsonl"
try failing validate
say doctor "$("$D" doctor --json | grep -o '"name":"losses","health":"[a-z]*"')"
say finding "$("$D" validate --json | grep -o COMMITS_LOST | head -1)"
rm "$S/losses.jsonl"
try passing validate
)sh");
  INFO(done.output << done.error);
  auto answers = said(done);
  CHECK(answers["failing"] == "6 VALIDATION_FAILED");
  CHECK(answers["doctor"] == "\"name\":\"losses\",\"health\":\"problem\"");
  CHECK(answers["finding"] == "COMMITS_LOST");
  CHECK(answers["passing"] == "0 ");
}

TEST_CASE("a heavy verb on a store that cannot be opened ends with the error, without leading again and again") {
  TempRepository const repository;
  auto const done = repository.shell(std::string(kPrelude) + R"sh(
"$D" todo add one >/dev/null
for i in $(seq 500); do flock -n "$S/leader.lock" true && break; sleep 0.02; done
dd if=/dev/zero of="$S/decapod.db" bs=100 count=1 conv=notrunc status=none
before=$(grep -c ' lead' "$S/broker.log")
try heavy broker verify --timeout 60s
say led $(( $(grep -c ' lead' "$S/broker.log") - before ))
)sh");
  INFO(done.output << done.error);
  auto answers = said(done);
  CHECK(answers["heavy"] == "9 CORRUPT");
  CHECK(answers["led"] == "1");
  CHECK(done.wall < Milliseconds(30'000));
}
