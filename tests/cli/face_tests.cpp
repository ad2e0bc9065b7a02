#include <support/repository.h>
#include <catch2/catch.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace decapod::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using Store = TempRepository::Store;

std::string text_of(json::value const& value) {
  return std::string(std::string_view(value.as_string()));
}

// The words of an operation's command: "todo.claim" is todo claim.
Arguments words_of(std::string const& op) {
  auto const dot = op.find('.');
  if (dot == std::string::npos) return {op};
  return {op.substr(0, dot), op.substr(dot + 1)};
}

std::vector<std::string> operations(TempRepository const& repository) {
  std::vector<std::string> ops;
  auto const answer = repository.ask({"capabilities"});
  for (auto const& verb : answer.data().at("verbs").as_array()) {
    ops.push_back(text_of(verb.at("op")));
  }
  REQUIRE(ops.size() > 30);
  return ops;
}

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("init makes a store once, and says so the second time") {
  TempRepository const repository(Store::absent);
  CHECK(text_of(repository.ask({"init", "--dry-run"}).data().at("outcome")) == "would-make");
  CHECK_FALSE(fs::exists(repository.path() + "/.decapod"));
  CHECK(text_of(repository.ask({"init"}).data().at("outcome")) == "made");
  CHECK(fs::exists(repository.leader_lock()));
  auto const again = repository.ask({"init"}).data();
  CHECK(text_of(again.at("outcome")) == "already");
  CHECK(again.at("created").as_array().empty());
}

TEST_CASE("a store whose path is as long as it may be works, and a longer one is not made") {
  TempRepository const repository(Store::absent);
  constexpr std::size_t kLongest = 458;
  auto const root_of = [&](std::size_t state_bytes) {
    auto root = repository.scratch("deep");
    auto const bytes = state_bytes - std::string("/.decapod/data").size();
    while (bytes - root.size() > 200) root += '/' + std::string(100, 'd');
    root += '/' + std::string(bytes - root.size() - 1, 'e');
    fs::create_directories(root);
    return root;
  };
  auto const longest = root_of(kLongest);
  REQUIRE(repository.ask({"init", "--root", longest}).ok());
  auto const snapshot = repository.scratch("s.db");
  for (Arguments const& words :
       {Arguments{"todo", "add", "x"}, Arguments{"broker", "verify"}, Arguments{"broker", "snapshot", snapshot},
        Arguments{"broker", "restore", snapshot}, Arguments{"todo", "add", "y"}}) {
    auto arguments = words;
    arguments.insert(arguments.end(), {"--root", longest});
    auto const answer = repository.ask(arguments);
    INFO(answer.process.output);
    CHECK(answer.ok());
  }
  auto const doctor = repository.ask({"doctor", "--root", longest});
  INFO(doctor.process.output);
  CHECK(text_of(doctor.data().at("writes")) != "none");
  CHECK(doctor.process.output.find("\"problem\"") == std::string::npos);

  auto const too_long = root_of(kLongest + 1);
  CHECK(repository.ask({"init", "--root", too_long}).error_code() == "NOT_WRITABLE");
  CHECK_FALSE(fs::exists(too_long + "/.decapod"));
  // Behind a link that is short, and where a store was copied to.
  fs::create_directory_symlink(too_long, repository.scratch("short"));
  CHECK(repository.ask({"init", "--root", repository.scratch("short")}).error_code() == "NOT_WRITABLE");
  auto const moved = too_long + "/.decapod/data";
  fs::create_directories(moved);
  fs::permissions(moved, fs::perms::owner_all);
  for (auto const* name : {"/leader.lock", "/want.lock", "/decapod.db"}) {
    fs::copy_file(longest + "/.decapod/data" + name, moved + name);
  }
  for (Arguments const& words : {Arguments{"todo", "list"}, Arguments{"todo", "add", "x"}, Arguments{"validate"}}) {
    auto arguments = words;
    arguments.insert(arguments.end(), {"--root", too_long});
    auto const refused = repository.ask(arguments).envelope.at("error");
    CHECK(text_of(refused.at("code")) == "NOT_WRITABLE");
    CHECK(refused.at("details").at("max_bytes").as_int64() == kLongest);
    CHECK(text_of(refused.at("hint")).find("shorter path") != std::string::npos);
  }
}

TEST_CASE("git clean leaves the store alone, and git sees only what belongs into a commit") {
  TempRepository const repository;
  auto const done = repository.shell("git clean -fdxq && git add -A && git diff --cached --name-only");
  CHECK(done.status == 0);
  CHECK(fs::exists(repository.leader_lock()));
  CHECK(done.output.find("data") == std::string::npos);
}

TEST_CASE("init puts back what git clean took, and says that the store was there") {
  TempRepository const repository;
  CHECK(text_of(repository.ask({"init"}).data().at("outcome")) == "already");
  repository.must({"todo", "add", "one"});
  repository.shell("git clean -fdxq");
  CHECK_FALSE(fs::exists(repository.path() + "/.decapod/.gitignore"));
  CHECK(text_of(repository.ask({"init", "--dry-run"}).data().at("outcome")) == "would-complete");
  CHECK(text_of(repository.ask({"init"}).data().at("outcome")) == "completed");
  CHECK(fs::exists(repository.path() + "/.decapod/.gitignore"));
  CHECK(repository.ask({"todo", "list"}).data().at("total") == 1);
}

TEST_CASE("a linked worktree finds the store of the main one") {
  TempRepository const repository;
  auto const where = run(in_directory(repository.command({"where", "--json"}), repository.add_worktree("linked")));
  CHECK(text_of(parse_answer(where).data().at("state_directory")) == repository.state());
  CHECK(text_of(parse_answer(where).data().at("state")) == "made");
}

TEST_CASE("without a store every verb that needs one ends with exit status 3 and makes nothing") {
  TempRepository const repository(Store::absent);
  auto const answer = repository.ask({"broker", "audit"});
  CHECK(answer.process.status == 3);
  CHECK(answer.error_code() == "STORE_NOT_FOUND");
  CHECK_FALSE(fs::exists(repository.path() + "/.decapod"));
}

TEST_CASE("every verb has help of at most 40 lines and a schema that names its fields") {
  TempRepository const repository(Store::absent);
  auto const capabilities = repository.ask({"capabilities"});
  REQUIRE(capabilities.data().at("verbs").as_array().size() > 30);
  for (auto const& verb : capabilities.data().at("verbs").as_array()) {
    auto const op = text_of(verb.at("op"));
    CAPTURE(op);
    auto help = words_of(op);
    help.emplace_back("--help");
    auto const page = repository.must(help);
    CHECK(std::ranges::count(page, '\n') <= 40);
    CHECK(page.find("usage: " + text_of(verb.at("usage"))) != std::string::npos);

    auto schema = words_of(op);
    schema.insert(schema.begin(), "schema");
    auto const answer = repository.ask(schema);
    REQUIRE(answer.ok());
    auto const& properties = answer.data().at("schemas").at(0).at("request").at("properties").as_object();
    auto const& fields = verb.at("fields").as_array();
    CHECK(properties.size() == fields.size());
    for (auto const& field : fields) CHECK(properties.contains(std::string_view(field.at("name").as_string())));
  }
}

TEST_CASE("an unknown option ends every verb with one envelope and exit status 2") {
  TempRepository const repository(Store::absent);
  for (auto const& op : operations(repository)) {
    CAPTURE(op);
    auto arguments = words_of(op);
    arguments.emplace_back("--no-such-option");
    auto const answer = repository.ask(arguments);
    CHECK(answer.process.status == 2);
    CHECK(answer.error_code() == "USAGE");
    CHECK(answer.process.error.empty());
  }
}

TEST_CASE("a batch answers in order, and goes on after lines that it cannot understand") {
  TempRepository const repository;
  auto command = repository.command({"batch"});
  command.input = R"({"op":"version"})"
                  "\nnonsense\n\n"
                  R"({"op":"versoin"})"
                  "\n"
                  R"({"op":"batch"})"
                  "\n" +
                  std::string(9 * 1024 * 1024, 'x') +
                  "\n"
                  R"({"op":"where","args":{"x":1}})"
                  "\n"
                  R"({"op":"broker.audit"})";
  auto const done = run(command);
  CHECK(done.status == 2);
  std::vector<std::string> codes;
  for (auto const& line : lines_of(done.output)) {
    auto const envelope = json::parse(line).as_object();
    bool const ok = envelope.at("ok").as_bool();
    codes.push_back(text_of(ok ? envelope.at("op") : envelope.at("error").at("code")));
  }
  CHECK(codes == std::vector<std::string>{"version", "BAD_REQUEST", "UNKNOWN_VERB", "BAD_REQUEST", "TOO_LARGE",
                                          "BAD_REQUEST", "broker.audit"});
}

TEST_CASE("a batch whose answer cannot be written says so, and how many lines it did not run") {
  TempRepository const repository;
  auto const lines = [](std::string const& op) {
    std::string text;
    for (std::string const name : {"x1", "x2", "x3"}) {
      text += op == "todo.add"
                  ? R"({"op":"todo.add","args":{"title":")" + name + R"("},"request_id":")" + name + "\"}\n"
                  : R"({"op":"todo.list"})"
                    "\n\n";
    }
    return text;
  };
  auto const batch = [&](std::string const& input, std::string const& script) {
    return repository.shell("cat > lines <<'END'\n" + input + "END\n" + script);
  };
  auto const full = batch(lines("todo.add"), "$D batch < lines > /dev/full");
  CHECK(full.status == 10);
  CHECK(full.error.find("line 1 could not be written to standard output: No space left") != std::string::npos);
  CHECK(full.error.find("request: x1\n") != std::string::npos);
  CHECK(full.error.find("not run: 2\n") != std::string::npos);
  CHECK(repository.ask({"todo", "list"}).data().at("items").as_array().size() == 1);
  // A pipe that nobody reads any more, and an input that stays open.
  auto const left =
      batch(lines("todo.add"), "mkfifo in out; exec 4<>out 3>out 4<&-; exec 5<>in; cat lines >&5; $D batch <&5 >&3");
  CHECK(left.status == 10);
  CHECK(left.error.find("its reader is gone") != std::string::npos);
  CHECK(left.error.find("not run: at least 2\n") != std::string::npos);
  auto const reads = batch(lines("todo.list"), "$D batch < lines > /dev/full");
  CHECK(reads.status == 7);
  CHECK(reads.error.find("not run: 2\n") != std::string::npos);
  CHECK(reads.error.find("request:") == std::string::npos);
}

TEST_CASE("every exit code of a batch is one that its help names") {
  TempRepository const repository;
  repository.must({"todo", "add", "held", "--porcelain"});
  auto const help = repository.must({"help", "batch"});
  auto const from = help.find("exit codes: ");
  REQUIRE(from != std::string::npos);
  auto const named = ' ' + help.substr(from + 12, help.find('\n', from) - from - 12) + ' ';
  auto const batch = repository.shell(
      "i=$($D todo list --porcelain | head -1 | cut -f1); $D todo claim $i --actor other --session other >&2;"
      "echo '{\"op\":\"todo.claim\",\"args\":{\"id\":\"'$i'\"}}' | $D batch");
  CHECK(batch.status == 4);
  auto const capabilities = repository.ask({"capabilities"});
  for (auto const& error : capabilities.data().at("errors").as_array()) {
    auto const exit = std::to_string(error.at("exit").as_int64());
    CAPTURE(exit);
    CHECK(named.find(' ' + exit + ' ') != std::string::npos);
  }
}

TEST_CASE("the actor of a line is recorded as it is or refused, by the rule of --actor") {
  TempRepository const repository;
  auto command = repository.command({"batch"});
  command.input = R"({"op":"todo.list","actor":"bad\u0007name"})"
                  "\n"
                  R"({"op":"todo.list","actor":")" +
                  std::string(200, 'x') +
                  "\"}\n"
                  R"({"op":"todo.list","actor":" bob "})"
                  "\n"
                  R"({"op":"todo.list","actor":""})"
                  "\n"
                  R"({"op":"todo.list","actor":"--dry-run"})";
  std::vector<std::string> said;
  for (auto const& line : lines_of(run(command).output)) {
    auto const envelope = json::parse(line).as_object();
    said.push_back(envelope.at("ok").as_bool() ? "ok" : text_of(envelope.at("error").at("code")));
  }
  CHECK(said == std::vector<std::string>{"BAD_REQUEST", "BAD_REQUEST", "ok", "BAD_REQUEST", "BAD_REQUEST"});
  CHECK(repository.ask({"todo", "list", "--actor", "bad\aname"}).error_code() == "USAGE");
  CHECK(repository.ask({"todo", "list", "--actor=--json"}).error_code() == "USAGE");
  CHECK(repository.ask({"todo", "list"}, {{"DECAPOD_AGENT_ID", "-x"}}).error_code() == "USAGE");
  CHECK(repository.ask({"todo", "list"}, {{"DECAPOD_AGENT_ID", ""}}).ok());
  CHECK(repository.ask({"batch", "--actor=-x"}).error_code() == "USAGE");
  CHECK(repository.ask({"todo", "list", "--actor", std::string(200, 'x')}).error_code() == "USAGE");
  CHECK(repository.ask({"todo", "list", "--actor", " bob "}).ok());
}

TEST_CASE("a variable that is not set makes no other request of the command that it was to fill") {
  TempRepository const repository;
  auto const item = repository.must({"todo", "add", "before", "--porcelain"});
  repository.must({"todo", "claim", item.substr(0, item.size() - 1)});
  for (std::string const empty : {"--request-id=$RID", "--request-id $RID", "--request-id \"$RID\""}) {
    for (int i = 0; i < 2; ++i) CHECK(repository.shell("$D todo add more " + empty + " --json").status == 2);
  }
  for (std::string const empty : {"--actor=$WHO", "--actor $WHO", "--session \"$WHO\"", "--actor \"$WHO\""}) {
    auto const script = "$D todo edit " + item.substr(0, item.size() - 1) + " --title after " + empty + " --dry-run";
    CHECK(repository.shell(script).status == 2);
  }
  auto const list = repository.ask({"todo", "list"}).data().at("items").as_array();
  REQUIRE(list.size() == 1);
  CHECK(text_of(list.at(0).at("title")) == "before");
}

TEST_CASE("a read that fails is not said to be OK") {
  TempRepository const repository;
  auto const answer = repository.ask({"todo", "show", "t-none"});
  CHECK(answer.error_code() == "NOT_FOUND");
  CHECK(text_of(answer.envelope.at("status")) == "NOT_COMMITTED");
}

TEST_CASE("a closed standard output changes neither the work nor the exit status") {
  TempRepository const repository(Store::absent);
  CHECK(repository.shell("$D init >&-; echo $?").output == "0\n");
  CHECK(fs::exists(repository.leader_lock()));
  CHECK(repository.shell("$D capabilities --json | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}").output == "0\n");
  CHECK(repository.shell("$D version <&- 2>&-; echo $?").output.ends_with("0\n"));
}

TEST_CASE("doctor names the setting that a sandbox needs, for each agent") {
  TempRepository const repository;
  auto const open = repository.ask({"doctor"}).data();
  CHECK(text_of(open.at("writes")) == "broker");
  auto const codex = repository.ask_in_sandbox("codex", {"doctor"}, {{"CODEX_SANDBOX_NETWORK_DISABLED", "1"}});
  REQUIRE(codex.ok());
  CHECK(text_of(codex.data().at("writes")) == "direct");
  CHECK(codex.process.output.find("network_access = true") != std::string::npos);
  auto const claude = repository.ask_in_sandbox("claude", {"doctor"}, {{"SANDBOX_RUNTIME", "1"}});
  REQUIRE(claude.ok());
  CHECK(text_of(claude.data().at("writes")) == "direct");
  CHECK(claude.process.output.find("allowUnixSockets") != std::string::npos);
}

TEST_CASE("the completion script of each shell is valid where the shell is installed") {
  TempRepository const repository(Store::absent);
  CHECK(repository.shell("$D completion bash | bash -n; echo ${PIPESTATUS[*]}").output == "0 0\n");
  CHECK(repository.must({"__complete", "--", "compl"}) == "completion\n");
}

}  // namespace decapod::test
