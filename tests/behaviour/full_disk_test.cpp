// A file system that runs full while eight shells write to the store in it; what is told where nothing can be written.

#include <catch2/catch.hpp>

#include "store_script.h"

#include <algorithm>

using namespace decapod::test;

namespace {

// Each shell goes on until it was refused three times. With more room, everything is repeated under its id.
constexpr char const* kFill = R"sh(
mkdir -p "$S" && mount -t tmpfs -o size=$SIZE,mode=700 scratch "$S" ||
  { echo cannot mount a scratch file system; exit 99; }
try init init
big=$(head -c 6000 /dev/zero | tr '\0' x)
fill() { local i line full=0
         for i in $(seq 500); do
           [ $full -lt 3 ] || break
           line=$(add "w$1-$i" -d "$big"); echo "$line"
           case $line in *DISK_FULL*) full=$((full + 1)) ;; esac
         done; }
for w in 1 2 3 4 5 6 7 8; do fill $w & done > "$PWD/ops"; wait
cat "$PWD/ops"
look
# There is no room for a copy of the store either.
try full-validate validate --timeout 30s
try full-verify broker verify --timeout 30s
mount -o remount,size=64m "$S"
titles mended
for name in $(awk '$3 != 0 {print $2}' "$PWD/ops"); do add "$name" -d "$big"; done
# Once more, though it was acknowledged: the stored answer.
for name in $(awk '$3 == 0 {print $2}' "$PWD/ops" | head -n 20); do add "$name" -d "$big"; done
titles end
try verify broker verify
try validate validate
leave
)sh";

void fill_up(std::string const& size) {
  TempRepository const repository(TempRepository::Store::absent);
  auto const done = run_script(repository, As::mounter, "SIZE=" + size + "\n" + kFill);
  INFO("size " << size << '\n' << done.output << done.error);
  // Where no file system can be mounted this proves nothing, and says so by failing.
  REQUIRE(done.status == 0);
  auto said = read_script(done);
  for (auto const& broken : broken_promises(said)) FAIL_CHECK(broken);
  std::size_t full = 0;
  std::size_t written = 0;
  for (auto const& [name, outcomes] : said.writes) {
    if (outcomes.front().code == "DISK_FULL") ++full;
    if (outcomes.front().status == 0) ++written;
  }
  CHECK(written >= 1);
  CHECK(full >= 8);
  // Of a full disk nobody is left to wonder: it is refused, with nothing done.
  CHECK(written + full == said.writes.size());
  for (auto const& read : said.reads) CHECK(read.status == 0);
  CHECK(said.tries["init"].status == 0);
  CHECK(said.tries["full-validate"].status == 0);
  CHECK(said.tries["full-verify"].status == 0);
  CHECK(said.tries["verify"].status == 0);
  CHECK(said.tries["validate"].status == 0);
}

}  // namespace

TEST_CASE(
    "eight shells fill a disk: each write is there once or refused with nothing done, and goes through with room") {
  // From a store that barely fits to one that is checkpointed many times before the end.
  for (std::string const size : {"600k", "1m", "2m", "3300k"}) fill_up(size);
}

TEST_CASE("on a full disk and on one that may only be read doctor says what still works, and what mends it") {
  TempRepository const repository(TempRepository::Store::absent);
  auto const done = run_script(repository, As::mounter, R"sh(
mkdir -p "$S" && mount -t tmpfs -o size=3m,mode=700 scratch "$S" ||
  { echo cannot mount a scratch file system; exit 99; }
"$D" init --quiet; "$D" todo add one --quiet >/dev/null; gone
dd if=/dev/zero of="$S/fill" bs=1k status=none 2>/dev/null
echo "full: $("$D" doctor | head -n 1)"; gone
echo "list: $("$D" todo list --porcelain | wc -l)"; gone
rm "$S/fill"
mount -o remount,ro "$S"
echo "read-only: $("$D" doctor | head -n 1)"
"$D" doctor | grep -o 'mount -o remount,rw'
"$D" todo add two --json
)sh");
  INFO(done.output << done.error);
  REQUIRE(done.status == 7);
  auto const says = [&](std::string_view words) { return done.output.find(words) != std::string::npos; };
  CHECK(says("full: reads: broker, writes: none"));
  CHECK(says("list: 1"));
  CHECK(says("read-only: reads: read-only, writes: none"));
  CHECK(says("mount -o remount,rw"));
  CHECK(says("\"code\":\"NOT_WRITABLE\""));
  CHECK(says(repository.state()));
  CHECK_FALSE(says("PRAGMA"));
}

TEST_CASE("doctor does not advise a chmod for a database on a mount that may only be read") {
  TempRepository const repository(TempRepository::Store::absent);
  auto const done = run_script(repository, As::mounter, R"sh(
"$D" init --quiet; "$D" todo add one --quiet >/dev/null; gone
mount --bind "$S/decapod.db" "$S/decapod.db" && mount -o remount,ro,bind "$S/decapod.db" ||
  { echo cannot mount a file; exit 99; }
"$D" todo add two --quiet 2>/dev/null; echo "add: $?"
"$D" doctor | grep -A1 'decapod.db may not be written'
)sh");
  INFO(done.output << done.error);
  REQUIRE(done.status == 0);
  auto const says = [&](std::string_view words) { return done.output.find(words) != std::string::npos; };
  CHECK(says("add: 7"));
  CHECK(says("findmnt --target " + repository.state() + "/decapod.db"));
  CHECK_FALSE(says("chmod"));
}

TEST_CASE("a folder or a lock that may not be written is named, and doctor's own command mends it") {
  TempRepository const repository(TempRepository::Store::absent);
  auto const done = run_script(repository, As::owner, R"sh(
mend() { "$D" doctor >doctor.txt; echo "$1: $(head -n 1 doctor.txt)"; eval "$(grep -o 'chmod [67]00 .*' doctor.txt)"; }
"$D" init --quiet; "$D" todo add one --quiet >/dev/null; gone
chmod 500 "$S"
"$D" todo add two --json
mend folder
"$D" todo add two --quiet >/dev/null; echo "after folder: $?"; gone
chmod 400 "$S/leader.lock"
mend lock
"$D" todo add three --quiet >/dev/null; echo "after lock: $?"; gone
mend nothing; gone
chmod 400 "$S/decapod.db-wal"
"$D" todo list 2>&1 >/dev/null
"$D" todo add four --json | sed 's/cannot write to/log:/'
chmod 600 "$S/decapod.db-wal"; : >"$S/decapod.db-wal"; chmod 000 "$S/decapod.db-wal"
"$D" todo add four --json
gone; rm -f "$S/decapod.db-wal"; mkdir "$S/decapod.db-wal"
"$D" todo add four --json
rmdir "$S/decapod.db-wal"; mkfifo "$S/decapod.db-wal"
"$D" todo add five --json | sed 's/^/pipe: /'
rm "$S/decapod.db-wal"
"$D" todo add five --quiet >/dev/null; echo "after pipe: $?"
)sh");
  INFO(done.output << done.error);
  auto const says = [&](std::string_view words) { return done.output.find(words) != std::string::npos; };
  CHECK(says("\"message\":\"cannot write to " + repository.state() + ": Permission denied\""));
  CHECK_FALSE(says("PRAGMA"));
  CHECK(says("folder: reads: read-only, writes: none"));
  CHECK(says("after folder: 0"));
  CHECK(says("lock: reads: read-only, writes: none"));
  CHECK(says("after lock: 0"));
  CHECK(says("nothing: reads: broker, writes: broker"));
  CHECK(says("the store cannot be written, so this read left no record"));
  CHECK(says("log: " + repository.state() + "/decapod.db-wal: Permission denied"));
  CHECK(says("cannot write to " + repository.state() + "/decapod.db-wal: Permission denied"));
  CHECK(says(repository.state() + "/decapod.db-wal is no plain file"));
  auto const piped = done.output.find("pipe: ");
  REQUIRE(piped != std::string::npos);
  CHECK(done.output.find("NOT_WRITABLE", piped) != std::string::npos);
  CHECK(done.output.find("/decapod.db-wal is no plain file", piped) != std::string::npos);
  CHECK(says("after pipe: 0"));
}
