#include "promote_told.h"

#include <support/temp_directory.h>

#include <catch2/catch.hpp>

#include <filesystem>

namespace decapod::test {

namespace fs = std::filesystem;
namespace json = boost::json;

// The gates that fail, of a report that does.
std::string failing(Answer const& answer) {
  std::string gates;
  if (answer.ok()) return gates;
  for (auto const& gate : answer.envelope.at("error").at("details").at("gates").as_array()) {
    if (gate.at("status") == "failed") gates += std::string(gate.at("gate").as_string()) + ' ';
  }
  return gates;
}

// What a client of its own sends, under alice's name, and what it is told.
json::object send(Raw const& raw, std::string const& op, json::object arguments, std::string const& key) {
  json::object const request{
      {"op", op},
      {"arguments", std::move(arguments)},
      {"caller", {{"actor", "alice"}, {"actor_source", "--actor"}, {"session", "s1"}, {"cwd", "/"}}},
      {"request_id", "raw-" + op},
      {"idempotency_key", key},
      {"timeout_ms", 60'000},
      {"dry_run", false},
      {"min_seq", 0}};
  raw.say(frame(kRequest, json::serialize(request)));
  return json::parse(raw.message()).as_object();
}

// A connection to a broker that stays until the repository goes.
Raw connect_for_long(Story& story) {
  story.repository.set_idle(Milliseconds(60'000));
  story.must({"todo", "stats"});
  return must_connect(story.repository);
}

std::string printed(Story const& story, std::string const& script) {
  auto const done = story.repository.shell(script);
  INFO(script << done.error);
  REQUIRE(done.status == 0);
  return done.output.substr(0, done.output.find_first_of(" \n"));
}

// What `validate` says in a clone, which has no store.
Answer in_clone(Story const& story) {
  return parse_answer(
      run(in_directory(story.repository.command({"validate", "--json"}), story.repository.scratch("clone"))));
}

std::string sum_or_nothing(Story const& story, std::string const& name) {
  return fs::exists(story.path(name)) ? printed(story, "sha256sum " + name) : "";
}

// All that is so of the repository, except that it has changed no more than a file of no risk.
json::object lie_of(Story const& story, json::object const& unit) {
  auto const file = ".decapod/workunits/" + story.task + ".json";
  auto const written = ".decapod/capsules/" + story.capsule + ".json";
  auto const head = printed(story, "git rev-parse HEAD");
  auto const tree = Story::text(unit.at("unit").at("claimed").as_object(), "at", "tree");
  json::array reached;
  for (auto const& commit : {head, Story::text(unit.at("unit").as_object(), "base"),
                             Story::text(unit.at("unit").at("claimed").as_object(), "at", "head")}) {
    reached.emplace_back(json::object{{"commit", commit}, {"ancestor", true}});
  }
  auto const hash = [&](std::string const& name) { return sum_or_nothing(story, name); };
  json::object const told{
      {"here", tree},
      {"base", unit.at("unit").at("base")},
      {"paths", json::array{"README.md"}},
      {"complete", true},
      {"reached", std::move(reached)},
      {"files", json::array{{{"id", story.task}, {"committed", hash(file)}, {"here", hash(file)}},
                            {{"id", story.capsule}, {"committed", hash(written)}, {"here", hash(written)}}}},
      {"capsules",
       json::array{{{"id", story.capsule}, {"hash", story.must({"capsule", "show", story.capsule}).at("hash")}}}},
      {"operator_key", read_file(story.path(".decapod/operator.pub"))}};
  return {{"kind", "workunit"}, {"unit", json::array{story.task}},     {"revision", head},
          {"tree", tree},       {"sums", json::array{unit.at("sum")}}, {"told", told}};
}

}  // namespace decapod::test
