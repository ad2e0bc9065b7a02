#pragma once
// Which commands of a shell script run the sqlite3 program, or hand code to an interpreter.

#include <decapod/scan/language.h>
#include <decapod/scan/scan.h>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::scan {

class Pace;

// Code that a script hands to an interpreter: python3 -c '...', or a heredoc.
struct Embedded {
  Language language = Language::python;
  std::string text;
  int line = 0;  // of the script, where the text begins
};

struct ShellFindings {
  std::vector<Hit> hits;
  std::vector<Embedded> embedded;  // never shell: that is looked into here
};

ShellFindings scan_shell(std::string_view script, Pace& pace);

}  // namespace decapod::scan
