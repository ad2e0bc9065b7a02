#include "peer_process.h"

#include <decapod/storage/database.h>
#include <decapod/storage/integrity.h>
#include <signal.h>

#include <catch2/catch.hpp>
#include <cstdio>

namespace decapod::test {

Command peer_command(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), DECAPOD_STORAGE_PEER);
  Command command;
  command.arguments = std::move(arguments);
  command.cwd = "/";
  return command;
}

int acknowledged_by(std::vector<std::string> arguments) {
  auto const finished = run(peer_command(std::move(arguments)));
  CAPTURE(finished.output, finished.error);
  REQUIRE(finished.status == 128 + SIGKILL);
  int count = -1;
  REQUIRE(std::sscanf(finished.output.c_str(), "acknowledged %d", &count) == 1);
  return count;
}

int notes_in(std::string const& path) {
  auto const opened = storage::Database::open({.path = path});
  REQUIRE(opened.has_value());
  auto& store = **opened;
  CHECK(check_integrity(store, storage::IntegrityDepth::full).empty());
  auto rows = store.query("SELECT count(*) FROM note");
  rows.next();
  return static_cast<int>(rows.integer(0));
}

}  // namespace decapod::test
