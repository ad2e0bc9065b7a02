#pragma once
// Which language a file is written in, as far as the scan cares: by its name, else by its first line.

#include <cstdint>
#include <optional>
#include <string_view>

namespace decapod::scan {

// One lexical grammar each.
enum class Language : std::uint8_t {
  c,  // C, C++, Objective-C
  rust,
  python,
  javascript,  // and TypeScript
  go,
  java,  // and Scala, Groovy
  kotlin,
  csharp,
  ruby,
  php,
  swift,
  shell,
};

// By extension or whole name; nullopt when the name says nothing.
std::optional<Language> language_of_name(std::string_view path);

// Whether the name leaves it open: no extension, so that a first line such as "#!/bin/sh" decides.
bool may_be_script(std::string_view path);

// By the interpreter that a "#!" line names.
std::optional<Language> language_of_interpreter(std::string_view content);

// The language that an interpreter runs: "python3" is python.
std::optional<Language> language_run_by(std::string_view program);

}  // namespace decapod::scan
