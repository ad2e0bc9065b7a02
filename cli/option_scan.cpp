// The only unit that sees CLI11: it takes ten seconds to compile.
#include "option_scan.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace decapod::cli {
namespace {

std::string spelling(OptionSpec const& spec) {
  auto const name = "--" + spec.name;
  return spec.short_name == '\0' ? name : std::string("-") + spec.short_name + ',' + name;
}

CLI::Option* declare(CLI::App& app, OptionSpec const& spec) {
  if (spec.arity == Arity::flag) return app.add_flag(spelling(spec))->take_all();
  // Without allow_extra_args(false), CLI11 would take "[urgent]" for a list of its own.
  return app.add_option(spelling(spec))->allow_extra_args(false)->take_all()->type_name("value");
}

bool is_option_like(std::string const& text) {
  // "++" ends something, for CLI11.
  return text.starts_with('-') || text == "++";
}

// Whether a word may name the option. Declaring one is a third of what a command costs before it asks the broker, and
// one that no word names changes nothing.
bool may_be_named(OptionSpec const& spec, std::vector<std::string> const& arguments) {
  return std::ranges::any_of(arguments, [&](std::string_view text) {
    if (text.starts_with("--")) return text.substr(2).starts_with(spec.name);
    return spec.short_name != '\0' && text.starts_with('-') && text.find(spec.short_name) != std::string_view::npos;
  });
}

// Words stand in `remaining` between options that nobody declared; after "--" all are words.
void sort_remaining(std::vector<std::string> remaining, Scanned& scanned) {
  bool only_words = false;
  for (auto& text : remaining) {
    if (!only_words && text == "--") {
      only_words = true;
    } else if (!only_words && text.size() > 1 && text[0] == '-') {
      scanned.unknown.push_back(std::move(text));
    } else {
      scanned.words.push_back(std::move(text));
    }
  }
}

// The library names the option first: "--priority: 1 required value missing".
Error without_value(std::span<OptionSpec const> specs, std::string_view said) {
  for (auto const& spec : specs) {
    auto const name = fmt::format("--{}", spec.name);
    if (said.starts_with(name + ':')) return fail(ErrorCode::usage, name + " needs a value", {{"option", name}});
  }
  return fail(ErrorCode::usage, std::string(said));
}

}  // namespace

Result<Scanned> scan_options(std::span<OptionSpec const> specs, std::vector<std::string> const& arguments) {
  Scanned scanned;
  scanned.values.resize(specs.size());
  if (std::ranges::none_of(arguments, is_option_like)) {
    scanned.words = arguments;
    return scanned;
  }
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<CLI::Option*> options;  // nullptr: nobody names it
  for (auto const& spec : specs) options.push_back(may_be_named(spec, arguments) ? declare(app, spec) : nullptr);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (CLI::ArgumentMismatch const& error) {
    return without_value(specs, error.what());
  } catch (CLI::ParseError const& error) {
    return fail(ErrorCode::usage, error.what());
  }
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (options[i] == nullptr) continue;
    auto const& given = options[i]->results();
    if (specs[i].arity == Arity::one && given.size() > 1) {
      return fail(ErrorCode::usage, fmt::format("--{} was given more than once", specs[i].name));
    }
    scanned.values[i] = given;
  }
  sort_remaining(app.remaining(), scanned);
  return scanned;
}

}  // namespace decapod::cli
