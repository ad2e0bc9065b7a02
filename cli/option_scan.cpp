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

Error needs_value(std::string const& name) {
  return fail(ErrorCode::usage, name + " needs a value", {{"option", name}});
}

// What a variable that is not set leaves behind: `--actor $UNSET --dry-run` would make --dry-run the actor's name.
Error looks_like_option(std::string const& name, std::string const& value) {
  auto error = fail(ErrorCode::usage, fmt::format("{} needs a value, and '{}' looks like an option", name, value),
                    {{"option", name}});
  error.hint = fmt::format("a value that begins with -- is given as {}={}", name, value);
  return error;
}

// The arguments with each value behind its option. The library takes "--option=" for an option whose value follows, so
// that an empty one would swallow the next argument.
class Separation {
 public:
  explicit Separation(std::span<OptionSpec const> specs) : specs_(specs) {}

  Result<std::vector<std::string>> of(std::vector<std::string> const& arguments) {
    for (std::size_t at = 0; at < arguments.size(); ++at) {
      auto const& argument = arguments[at];
      if (argument == "--") {
        out_.insert(out_.end(), arguments.begin() + static_cast<std::ptrdiff_t>(at), arguments.end());
        break;
      }
      DECAPOD_TRY(auto const* asking, argument.starts_with("--") ? long_option(argument) : letters(argument));
      if (asking == nullptr) continue;
      auto const name = "--" + asking->name;
      if (++at == arguments.size()) return needs_value(name);
      if (arguments[at].starts_with("--")) return looks_like_option(name, arguments[at]);
      out_.push_back(arguments[at]);
    }
    return std::move(out_);
  }

 private:
  // Both take the argument over, and give the option whose value is the next one; nullptr: none.
  Result<OptionSpec const*> long_option(std::string const& argument) {
    auto const equals = argument.find('=');
    auto const* spec = named(std::string_view(argument).substr(2, equals == std::string::npos ? equals : equals - 2));
    bool const empty = equals != std::string::npos && equals + 1 == argument.size();
    if (spec == nullptr || !empty) {
      out_.push_back(argument);
      return spec == nullptr || spec->arity == Arity::flag || equals != std::string::npos ? nullptr : spec;
    }
    if (spec->arity == Arity::flag) {
      return fail(ErrorCode::usage, fmt::format("--{} takes no value", spec->name), {{"option", "--" + spec->name}});
    }
    out_.push_back("--" + spec->name);
    out_.emplace_back();
    return nullptr;
  }

  // Flags, then perhaps one option with its value behind it.
  Result<OptionSpec const*> letters(std::string const& argument) {
    out_.push_back(argument);
    if (!argument.starts_with('-')) return nullptr;
    for (std::size_t i = 1; i < argument.size(); ++i) {
      auto const letter = argument[i];
      auto const spec =
          std::ranges::find_if(specs_, [&](auto const& each) { return letter != '\0' && each.short_name == letter; });
      if (spec == specs_.end()) return nullptr;
      if (spec->arity != Arity::flag) return i + 1 == argument.size() ? &*spec : nullptr;
    }
    return nullptr;
  }

  OptionSpec const* named(std::string_view name) const {
    auto const spec = std::ranges::find(specs_, name, &OptionSpec::name);
    return spec == specs_.end() ? nullptr : &*spec;
  }

  std::span<OptionSpec const> specs_;
  std::vector<std::string> out_;
};

}  // namespace

Result<Scanned> scan_options(std::span<OptionSpec const> specs, std::vector<std::string> const& arguments) {
  Scanned scanned;
  scanned.values.resize(specs.size());
  if (std::ranges::none_of(arguments, is_option_like)) {
    scanned.words = arguments;
    return scanned;
  }
  DECAPOD_TRY(auto const separated, Separation(specs).of(arguments));
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<CLI::Option*> options;  // nullptr: nobody names it
  for (auto const& spec : specs) options.push_back(may_be_named(spec, separated) ? declare(app, spec) : nullptr);
  try {
    app.parse(std::vector<std::string>(separated.rbegin(), separated.rend()));
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
