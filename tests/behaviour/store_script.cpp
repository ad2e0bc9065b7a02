#include "store_script.h"

#include <unistd.h>

#include <filesystem>
#include <set>
#include <sstream>

#include "own_mounts.h"

namespace decapod::test {
namespace {

// A script is some hundred commands, on a machine that may have others to run.
constexpr Milliseconds kScriptPatience{20 * 60'000};

constexpr char const* kPrelude = R"sh(
set -u
S=$PWD/.decapod/data
export DECAPOD_AGENT_ID=alice DECAPOD_SESSION_ID=s1
code() { sed -n 's/.*"error":{"code":"\([A-Z_]*\)".*/\1/p'; }
ask() { local what=$1 out; shift
        out=$(timeout 120 ${LIMIT-} "$D" "$@" --json 2>&1); status=$?
        printf '%s %s %s\n' "$what" "$status" "$(printf %s "$out" | code)"; }
add() { local name=$1; shift; ask "op $name" todo add "$name" --request-id "$name" --timeout ${PATIENCE-5s} "$@"; }
look() { ask look todo list --timeout 5s; }
crowd() { local i; for i in 1 2 3 4; do add "$1-$i" & done; look; wait; }
again() { local PATIENCE=60s; add "$1"; [ "$status" != 10 ] || { gone; add "$1"; }; }
exported() { "$D" todo export || { gone; "$D" todo export; }; }
titles() { exported | sed -n "s/.*\"title\":\"\([^\"]*\)\".*/title $1 \1/p"; }
try() { local name=$1; shift; ask "try $name" "$@"; }
gone() { local i; for i in $(seq 3000); do flock -n "$S/leader.lock" true && return; sleep 0.02; done; }
pid() { "$D" broker status --json | sed -n 's/.*"pid":\([0-9]*\).*/\1/p'; }
leave() { local p; p=$(pid); [ -z "$p" ] || kill "$p"; gone; }
)sh";

constexpr int kEndedByTimeout = 124;
constexpr int kUnknown = 10;

Finished in_bash(TempRepository const& repository, std::string const& command) {
  auto asked = repository.command({});
  asked.arguments = {"bash", "-c", command};
  asked.patience = kScriptPatience;
  return run(asked);
}

void judge_write(std::string const& name, Said const& said, std::vector<std::string>& broken) {
  auto const& outcomes = said.writes.at(name);
  auto const there = [&](std::string const& when) {
    auto const titles = said.titles.find(when);
    if (titles == said.titles.end()) return 0;
    auto const title = titles->second.find(name);
    return title == titles->second.end() ? 0 : title->second;
  };
  auto const& first = outcomes.front();
  int const mended = there("mended");
  if (first.status == 0 && mended != 1) broken.push_back(name + ": acknowledged, and there " + std::to_string(mended));
  if (first.status == kUnknown && mended > 1) broken.push_back(name + ": unknown, and there more than once");
  bool const refused = first.status != 0 && first.status != kUnknown;
  if (refused && mended != 0) broken.push_back(name + ": refused with " + first.code + ", and there");
  if (outcomes.back().status != 0) broken.push_back(name + ": refused in the end with " + outcomes.back().code);
  if (there("end") != 1) broken.push_back(name + ": there " + std::to_string(there("end")) + " times in the end");
}

void judge_manners(std::string const& name, Outcome const& outcome, std::vector<std::string>& broken) {
  if (outcome.status == kEndedByTimeout) broken.push_back(name + ": hung");
  static std::set<int> const documented = {0, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  bool const named = outcome.status == 0 || !outcome.code.empty();
  if (!documented.contains(outcome.status) || !named) {
    broken.push_back(name + ": exit " + std::to_string(outcome.status) + ' ' + outcome.code);
  }
}

}  // namespace

Finished run_script(TempRepository const& repository, As as, std::string const& script) {
  // Where the binary lies, another user may not look.
  auto const copy = repository.scratch("decapod");
  std::filesystem::copy_file(binary(), copy, std::filesystem::copy_options::overwrite_existing);
  write_file(repository.scratch("script"), "D=" + copy + "\n" + kPrelude + script);
  auto const script_path = repository.scratch("script");
  if (as == As::mounter) return in_bash(repository, in_own_mounts(script_path));
  auto const run = "bash " + script_path;
  if (geteuid() != 0) return in_bash(repository, "exec " + run);
  auto const scratch = repository.scratch("");
  return in_bash(repository, "chown -R 54321:54321 " + scratch +
                                 " && exec setpriv --reuid=54321 --regid=54321 --clear-groups " + run);
}

Said read_script(Finished const& done) {
  Said said;
  std::istringstream lines(done.output);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind;
    std::string name;
    words >> kind;
    if (kind != "look") words >> name;
    Outcome outcome;
    if (kind == "op" || kind == "look" || kind == "try") words >> outcome.status >> outcome.code;
    if (kind == "op") said.writes[name].push_back(outcome);
    if (kind == "look") said.reads.push_back(outcome);
    if (kind == "try") said.tries[name] = outcome;
    if (kind == "stray") said.strays.push_back(name);
    if (kind != "title") continue;
    std::string title;
    words >> title;
    ++said.titles[name][title];
  }
  return said;
}

std::vector<std::string> broken_promises(Said const& said) {
  std::vector<std::string> broken;
  for (auto const& [name, outcomes] : said.writes) {
    judge_write(name, said, broken);
    for (auto const& outcome : outcomes) judge_manners(name, outcome, broken);
  }
  for (auto const& outcome : said.reads) judge_manners("a read", outcome, broken);
  if (auto const titles = said.titles.find("end"); titles != said.titles.end()) {
    for (auto const& [title, count] : titles->second) {
      if (!said.writes.contains(title)) broken.push_back(title + ": there, and nobody asked for it");
    }
  }
  return broken;
}

}  // namespace decapod::test
