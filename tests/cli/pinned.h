#pragma once
// A store with a pin that a restore makes disagree.

#include "told.h"

#include <support/repository.h>
#include <catch2/catch.hpp>

#include <boost/json/array.hpp>

#include <string>

namespace decapod::test {

// A store of two items in a snapshot, a third one after it, and a pin of these three.
class Pinned {
 public:
  Pinned() {
    repository.must({"todo", "add", "one"});
    repository.must({"todo", "add", "two"});
    repository.must({"broker", "snapshot", file});
    repository.must({"todo", "add", "three"});
    repository.must({"broker", "checkpoint", "--pin"});
    uuid = text_at(repository.ask({"broker", "checkpoint"}).data(), "store_uuid");
    path = ".decapod/pins/" + uuid + ".txt";
  }

  std::string restore() const { return repository.must({"broker", "restore", file, "--actor", "olga"}); }

  // The line of the pin, counted from 1, becomes `text`.
  void edit(int line, std::string const& text) const {
    REQUIRE(repository.shell("sed -i '" + std::to_string(line) + "s|.*|" + text + "|' " + path).status == 0);
  }

  // With nobody else at the file.
  void sql(std::string const& script) const {
    REQUIRE(repository.falls_quiet());
    auto const done = repository.shell("sqlite3 -batch -bail .decapod/data/decapod.db \"" + script + '"');
    INFO(done.error);
    REQUIRE(done.status == 0);
  }

  // Of the gate: "CODE", its message and its hint.
  boost::json::object finding() const {
    auto const answer = repository.ask({"validate"});
    INFO(answer.process.output);
    CHECK(answer.process.status == 6);
    auto const error = error_of(answer);
    for (auto const& gate : error.at("details").at("gates").as_array()) {
      if (gate.at("gate") != "audit.pins" || gate.at("findings").as_array().empty()) continue;
      CHECK(gate.at("findings").as_array().size() == 1);
      return gate.at("findings").at(0).as_object();
    }
    return {};
  }

  TempRepository repository;
  std::string file = repository.scratch("backup.db");
  std::string uuid;
  std::string path;
};

inline std::string const kOtherHead = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

}  // namespace decapod::test
