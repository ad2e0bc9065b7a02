#pragma once
// Running storage_peer and reading what it said; counting what a store holds afterwards.

#include <support/process.h>

#include <string>
#include <vector>

namespace decapod::test {

Command peer_command(std::vector<std::string> arguments);

// Runs a peer that acknowledges commits and kills itself; how many it acknowledged. Fails the test otherwise.
int acknowledged_by(std::vector<std::string> arguments);

// The rows of table note, as the next opener finds them, recovered from whatever is there. Also checks that SQLite
// finds no fault in the file.
int notes_in(std::string const& path);

}  // namespace decapod::test
