// What scripts and newcomers read of every verb: --porcelain prints the columns that the program declares of itself,
// and no refusal leaves it at the hint of its code.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include "verb_script.h"

#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

using namespace decapod::test;
namespace json = boost::json;

namespace {

using Columns = std::vector<std::string>;

Columns columns_in(json::object const& declared) {
  return json::value_to<Columns>(declared.at("porcelain"));
}

// Of every verb, by its operation.
std::map<std::string, Columns> declared_columns(TempRepository const& repository) {
  std::map<std::string, Columns> declared;
  auto const answer = repository.ask({"capabilities"});
  for (auto const& verb : answer.data().at("verbs").as_array()) {
    declared[json::value_to<std::string>(verb.at("op"))] = columns_in(verb.as_object());
  }
  return declared;
}

std::string joined(Columns const& columns, std::string_view between) {
  std::string text;
  for (auto const& column : columns) text.append(text.empty() ? "" : between).append(column);
  return text;
}

Finished run_line(TempRepository const& repository, ScriptLine const& line, std::string const& format) {
  auto arguments = line.arguments;
  for (auto& argument : arguments) {
    if (argument.starts_with("$REPO")) argument.replace(0, 5, repository.path());
  }
  arguments.insert(arguments.begin(), format);
  auto command = repository.command(arguments, {{"DECAPOD_AGENT_ID", "alice"}, {"DECAPOD_SESSION_ID", "s1"}});
  command.input = line.input;
  return run(command);
}

// Long lines of help are broken.
std::string on_one_line(std::string const& page) {
  std::istringstream words(page);
  std::string line;
  for (std::string word; words >> word;) line += word + ' ';
  return line;
}

std::size_t cells_of(std::string const& line) {
  return static_cast<std::size_t>(std::ranges::count(line, '\t')) + 1;
}

}  // namespace

TEST_CASE("scripts get the columns that capabilities, schema and help tell, or the verb refuses --porcelain") {
  TempRepository const repository;
  auto const declared = declared_columns(repository);
  REQUIRE(declared.size() > 60);
  std::set<std::string> printed;
  for (auto const& line : verb_script()) {
    if (line.op.empty()) continue;
    auto const finished = run_line(repository, line, "--porcelain");
    auto const& columns = declared.at(line.op);
    INFO(line.op << ' ' << joined(line.arguments, " ") << '\n' << finished.output << finished.error);
    if (columns.empty()) {
      CHECK(finished.status == 2);
      CHECK(finished.output.empty());
      continue;
    }
    std::istringstream lines(finished.output);
    for (std::string text; std::getline(lines, text);) {
      CHECK(cells_of(text) == columns.size());
      CHECK(text.find("\t\t") == std::string::npos);
      printed.insert(line.op);
    }
  }
  // Or the loop would have seen nothing.
  for (auto const* op : {"todo.claim", "todo.next", "todo.import", "todo.link", "todo.history", "todo.list",
                         "todo.export", "knowledge.add", "knowledge.verify", "health.summary", "broker.audit",
                         "broker.snapshot", "policy.eval", "workunit.init", "workunit.status"}) {
    INFO(op);
    CHECK(printed.contains(op));
  }
}

TEST_CASE("help and schema tell the same columns of every verb") {
  TempRepository const repository;
  auto const declared = declared_columns(repository);
  std::map<std::string, Columns> in_schema;
  auto const answer = repository.ask({"schema"});
  for (auto const& verb : answer.data().at("schemas").as_array()) {
    in_schema[json::value_to<std::string>(verb.at("op"))] = columns_in(verb.as_object());
  }
  CHECK(in_schema == declared);
  int with_columns = 0;
  for (auto const& [op, columns] : declared) {
    auto const page = on_one_line(repository.must({"help", op}));
    INFO(op << '\n' << page);
    auto const told = page.find("--porcelain prints: " + joined(columns, ", ") + " everywhere: ");
    CHECK((told != std::string::npos) == !columns.empty());
    if (columns.empty()) CHECK(page.find("--porcelain") == std::string::npos);
    with_columns += columns.empty() ? 0 : 1;
  }
  CHECK(with_columns > 40);
}

TEST_CASE("no refusal leaves it at the hint of its code, where that would help nobody") {
  TempRepository const repository;
  int refused = 0;
  for (auto const& line : verb_script()) {
    auto const finished = run_line(repository, line, "--json");
    INFO(joined(line.arguments, " ") << '\n' << finished.output << finished.error);
    auto const envelope = json::parse(finished.output).as_object();
    if (envelope.at("ok").as_bool()) continue;
    auto const hint = json::value_to<std::string>(envelope.at("error").at("hint"));
    CHECK(hint.find("`decapod schema` prints") == std::string::npos);
    CHECK(hint != "see `decapod help`");
    ++refused;
  }
  CHECK(refused > 30);
}
