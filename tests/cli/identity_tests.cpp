#include "git_config.h"
#include "identity.h"

#include <support/temp_directory.h>
#include <catch2/catch.hpp>

#include <filesystem>

namespace decapod::test {
namespace {

Caller identify(std::vector<std::string> environment, cli::Claimed const& claimed = {},
                cli::GitDirectories const& git = {}) {
  cli::Invocation invocation;
  invocation.environment = std::move(environment);
  invocation.uid = 4711;
  return cli::identify(invocation, claimed, git, "req");
}

}  // namespace

TEST_CASE("the actor is the first that says who it is, and the answer names the source") {
  TempDirectory const home;
  write_file(home / ".gitconfig", "[user]\n\tname = Git Person ; a comment\n");
  auto const home_is = "HOME=" + home.path().string();
  // From the weakest to the strongest: each line adds one that goes before all above it.
  std::vector<std::pair<std::string, std::pair<std::string, std::string>>> const ladder = {
      {"X=1", {"uid:4711", "user"}},
      {"USER=unix", {"unix", "user"}},
      {home_is, {"Git Person", "git"}},
      {"GIT_AUTHOR_NAME=Author", {"Author", "git"}},
      {"AI_AGENT=some-agent", {"some-agent", "AI_AGENT"}},
      {"GEMINI_CLI=1", {"gemini", "GEMINI_CLI"}},
      {"CODEX_THREAD_ID=0199aabbccdd", {"codex:0199aabb", "CODEX_THREAD_ID"}},
      {"CLAUDE_CODE_SESSION_ID=1f0c99aa-77", {"claude:1f0c99aa", "CLAUDE_CODE_SESSION_ID"}},
      {"DECAPOD_ACTOR=second", {"second", "DECAPOD_ACTOR"}},
      {"DECAPOD_AGENT_ID=first", {"first", "DECAPOD_AGENT_ID"}},
  };
  std::vector<std::string> environment;
  for (auto const& [variable, expected] : ladder) {
    environment.push_back(variable);
    CAPTURE(variable);
    auto const caller = identify(environment);
    CHECK(caller.actor == expected.first);
    CHECK(caller.actor_source == expected.second);
  }
  CHECK(identify(environment, {.actor = "flag", .session = {}}).actor == "flag");
}

TEST_CASE("a mark where a name belongs says that an agent acts, and names nobody") {
  for (std::string const mark : {"1", "true", "YES", "on"}) {
    CAPTURE(mark);
    CHECK(identify({"USER=unix", "AGENT=" + mark}).actor == "agent");
    CHECK(identify({"USER=unix", "AI_AGENT=" + mark}).actor == "agent");
    CHECK(identify({"USER=unix", "OPENCODE=" + mark}).actor == "opencode");
  }
  for (std::string const mark : {"0", "false", "No", "off"}) {
    CAPTURE(mark);
    CHECK(identify({"USER=unix", "AGENT=" + mark}).actor == "unix");
    CHECK(identify({"USER=unix", "AI_AGENT=" + mark, "AGENT=goose"}).actor == "goose");
    CHECK(identify({"USER=unix", "CLAUDECODE=" + mark}).actor == "unix");
  }
  // Who says so is believed.
  CHECK(identify({"DECAPOD_AGENT_ID=1"}).actor == "1");
}

TEST_CASE("without an agent session each invocation is a session of its own") {
  CHECK(identify({}).session == "once:req");
  CHECK(identify({"CLAUDE_CODE_SESSION_ID=1f0c99aa-77"}).session == "claude:1f0c99aa-77");
  CHECK(identify({"CLAUDE_CODE_SESSION_ID=1f", "DECAPOD_SESSION_ID=mine"}).session == "mine");
  CHECK(identify({"DECAPOD_SESSION_ID=mine"}, {.actor = {}, .session = "flag"}).session == "flag");
}

TEST_CASE("the repository's own git user goes before the one at home") {
  TempDirectory const folder;
  write_file(folder / ".gitconfig", "[user]\nname = Home\n");
  std::filesystem::create_directory(folder / "git");
  write_file(folder / "git/config",
             "[core]\n\tname = wrong\n[user \"sub\"]\nname = wrong\n[User]\n\tName = \"Re \\\"po\"\n");
  CHECK(identify({"HOME=" + folder.path().string()}, {}, {folder / "git", folder / "git"}).actor == "Re \"po");
}

TEST_CASE("a worktree's own git user counts where the repository lets its worktrees have one") {
  TempDirectory const folder;
  std::filesystem::create_directories(folder / "git/worktrees/w");
  cli::GitDirectories const git{folder / "git/worktrees/w", folder / "git"};
  auto const user = [&] { return identify({}, {}, git).actor; };
  write_file(git.own + "/config.worktree", "[user]\nname = Own\n");
  write_file(git.common + "/config", "[user]\nname = Shared\n");
  CHECK(user() == "Shared");
  write_file(git.common + "/config", "[user]\nname = Shared\n[extensions]\nworktreeConfig = true\n");
  CHECK(user() == "Own");
  write_file(git.own + "/config.worktree", "[user]\nemail = x\n");
  CHECK(user() == "Shared");
}

TEST_CASE("a name can neither be empty nor move a terminal's cursor, and is cut at a character") {
  CHECK(cli::tidy_name(" a\x1b[2Jb\n") == "a\\x1b[2Jb");
  CHECK(cli::tidy_name(" \n").empty());
  CHECK(cli::tidy_name("a\xff") == "a\xEF\xBF\xBD");  // no JSON could carry it
  CHECK(cli::tidy_name(std::string(127, 'a') + "\xc3\xa9") == std::string(127, 'a'));
  CHECK(identify({"DECAPOD_AGENT_ID= ", "USER=u"}).actor == "u");
}

TEST_CASE("an actor made of a session is cut at a character, too") {
  CHECK(identify({"CLAUDE_CODE_SESSION_ID=12345\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"}).actor == "claude:12345\xc3\xa9");
  CHECK(identify({"CLAUDE_CODE_SESSION_ID=a\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"}).actor ==
        "claude:a\xc3\xa9\xc3\xa9\xc3\xa9");
}

TEST_CASE("a name that would be recorded as another one is refused, and a blank one counts as not given") {
  auto const refused = [](std::vector<std::string> environment, cli::Claimed const& claimed = {}) {
    cli::Invocation invocation;
    invocation.environment = std::move(environment);
    auto const checked = cli::check_names(invocation, claimed);
    return !checked && checked.error().code == ErrorCode::usage;
  };
  CHECK_FALSE(refused({"DECAPOD_AGENT_ID= alice ", "DECAPOD_SESSION_ID=\xc3\xa9"}));
  CHECK_FALSE(refused({"DECAPOD_AGENT_ID= "}));
  CHECK_FALSE(refused({"CLAUDE_CODE_SESSION_ID=" + std::string(500, 'x')}));
  CHECK(refused({"DECAPOD_AGENT_ID=a\xff"}));
  CHECK(refused({"DECAPOD_AGENT_ID=a\xfe"}));
  CHECK(refused({"DECAPOD_ACTOR=" + std::string(129, 'a')}));
  CHECK(refused({"DECAPOD_SESSION_ID=a\nb"}));
  CHECK(refused({}, {.actor = std::string(128, 'a') + "b", .session = {}}));
  CHECK(refused({}, {.actor = {}, .session = "a\x1b[2J"}));
}

}  // namespace decapod::test
