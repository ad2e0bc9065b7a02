#pragma once
// Which options and words an argument list holds, before anything is known of their meaning.

#include <decapod/base/result.h>

#include <span>
#include <string>
#include <vector>

namespace decapod::cli {

enum class Arity : std::uint8_t { flag, one, many };

struct OptionSpec {
  std::string name;  // without dashes
  char short_name = '\0';
  Arity arity = Arity::one;
};

struct Scanned {
  // In the order of the specs: what each was given, in order. A flag that is there has one "true" (or what followed =).
  std::vector<std::vector<std::string>> values;
  std::vector<std::string> words;    // in order; everything after "--"
  std::vector<std::string> unknown;  // options that no spec names, as they were typed
};

// "--option=" gives an empty value. usage: an option without its value, a value in the next argument that begins with
// "--", an empty value for a flag, or a single option given twice.
Result<Scanned> scan_options(std::span<OptionSpec const> specs, std::vector<std::string> const& arguments);

}  // namespace decapod::cli
