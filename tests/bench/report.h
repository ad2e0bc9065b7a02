#pragma once
// What is printed and what is written.

#include <ostream>
#include <string>
#include <vector>

#include "row.h"

namespace decapod::bench {

// Name and value: processor, cores, memory, kernel, file system of the scratch folder, versions.
using Facts = std::vector<std::pair<std::string, std::string>>;
Facts describe_machine(Bench const& bench);

void print_row(std::ostream& out, Row const& row);
void print_goals(std::ostream& out, std::vector<Row> const& rows);

// FOLDER/NAME.json and FOLDER/NAME.svg for each row, and FOLDER/results.json with everything.
void write_results(std::string const& folder, std::vector<Row> const& rows, Facts const& facts);

}  // namespace decapod::bench
