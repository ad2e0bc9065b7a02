#include "globals.h"

#include "environment.h"
#include "synonyms.h"
#include "typed_time.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace decapod::cli {
namespace {

constexpr std::size_t kRequestIdBytes = 128;
constexpr Millis kReadPatience{5'000};
constexpr Millis kWritePatience{30'000};
constexpr Millis kHeavyPatience{120'000};

Error not_a_choice(GlobalOption const& option, std::string const& value, std::span<std::string_view const> choices) {
  auto error = fail(ErrorCode::usage, fmt::format("--{} takes {}, not '{}'", option.name, option.value_name, value),
                    {{"option", fmt::format("--{}", option.name)}});
  error.suggestions = meant_by(value, choices);
  return error;
}

void choose_format(Globals& globals, Format format, ChosenBy by) {
  globals.style.format = format;
  globals.format_chosen_by = by;
}

// Which of two forms counts must not depend on which is looked at last.
Result<void> take_format(Globals& globals, Format format) {
  if (globals.format_chosen_by == ChosenBy::option && globals.style.format != format) {
    auto error =
        fail(ErrorCode::usage, "--json and --format text are two forms of one answer", {{"option", "--format"}});
    error.hint = "give one of them: --json for one document, --format text for lines to read";
    return error;
  }
  choose_format(globals, format, ChosenBy::option);
  return {};
}

Result<void> set_format(Globals& globals, GlobalOption const& option, std::string const& value) {
  auto const format = from_text<Format>(value);
  if (!format) return not_a_choice(option, value, reflect::enum_views<Format>);
  return take_format(globals, *format);
}

Result<void> set_json(Globals& globals, GlobalOption const&, std::string const&) {
  return take_format(globals, Format::json);
}

Result<void> set_colour(Globals& globals, GlobalOption const& option, std::string const& value) {
  constexpr std::array<std::string_view, 3> kChoices = {"auto", "always", "never"};
  if (std::ranges::find(kChoices, value) == kChoices.end()) return not_a_choice(option, value, kChoices);
  if (value != "auto") globals.style.colour = value == "always" ? Colour::ansi : Colour::never;
  return {};
}

// Two places for one store: neither may win unseen. A root of the environment gives way.
Result<void> check_one_store(Globals const& globals) {
  if (!globals.store || globals.root_chosen_by != ChosenBy::option) return {};
  auto error = fail(ErrorCode::usage, "--store and --root both say which store is meant");
  error.hint = "give one of them: --store for the repository's or your own, --root PATH for one elsewhere";
  return error;
}

Result<void> set_root(Globals& globals, GlobalOption const&, std::string const& value) {
  globals.root = value;
  globals.root_chosen_by = ChosenBy::option;
  return check_one_store(globals);
}

Result<void> set_store(Globals& globals, GlobalOption const& option, std::string const& value) {
  constexpr std::array<std::string_view, 2> kChoices = {"repo", "user"};
  if (std::ranges::find(kChoices, value) == kChoices.end()) return not_a_choice(option, value, kChoices);
  globals.store = from_text<StoreKind>(value);
  return check_one_store(globals);
}

Result<void> set_timeout(Globals& globals, GlobalOption const&, std::string const& value) {
  auto const parsed = typed_duration(value);
  if (!parsed) return fail(ErrorCode::usage, fmt::format("--timeout: {}", parsed.error().message));
  if (*parsed < Millis(1)) return fail(ErrorCode::usage, "--timeout must be at least 1ms");
  globals.timeout = *parsed;
  return {};
}

Result<void> set_min_seq(Globals& globals, GlobalOption const&, std::string const& value) {
  auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), globals.min_seq);
  if (error == std::errc() && end == value.data() + value.size()) return {};
  return fail(ErrorCode::usage, fmt::format("--min-seq takes a whole number, not '{}'", value));
}

Result<void> set_request_id(Globals& globals, GlobalOption const&, std::string const& value) {
  DECAPOD_CHECK(check_request_id(value));
  globals.request_id = value;
  return {};
}

// Keeps the text: `take<&Globals::actor>`.
template <auto Member>
Result<void> take(Globals& globals, GlobalOption const&, std::string const& value) {
  globals.*Member = value;
  return {};
}

// What a flag stands for: `turn<&Globals::show, Show::help>`.
template <auto Member, auto Value>
Result<void> turn(Globals& globals, GlobalOption const&, std::string const&) {
  globals.*Member = Value;
  return {};
}
template <auto Member, auto Value>
Result<void> turn_style(Globals& globals, GlobalOption const&, std::string const&) {
  globals.style.*Member = Value;
  return {};
}

constexpr std::array kOptions = {
    GlobalOption{"json", '\0', Arity::flag, "", Scope::every, "answer with one JSON document, failures too", &set_json},
    GlobalOption{"format", '\0', Arity::one, "text|json", Scope::every, "the form of the answer (DECAPOD_FORMAT)",
                 &set_format},
    GlobalOption{"porcelain", '\0', Arity::flag, "", Scope::every,
                 "print for scripts: ids, one a line, or columns with tabs between; nothing of a dry run",
                 &turn_style<&Style::layout, Layout::columns>},
    GlobalOption{"quiet", 'q', Arity::flag, "", Scope::every, "print nothing on success",
                 &turn_style<&Style::volume, Volume::quiet>},
    GlobalOption{"color", '\0', Arity::one, "auto|always|never", Scope::every, "colours (NO_COLOR turns them off)",
                 &set_colour},
    GlobalOption{"actor", '\0', Arity::one, "NAME", Scope::every, "who asks (DECAPOD_AGENT_ID)",
                 &take<&Globals::actor>},
    GlobalOption{"session", '\0', Arity::one, "ID", Scope::every, "the agent session that asks (DECAPOD_SESSION_ID)",
                 &take<&Globals::session>},
    GlobalOption{"store", '\0', Arity::one, "repo|user", Scope::every, "the repository's store, or your own",
                 &set_store},
    GlobalOption{"root", '\0', Arity::one, "PATH", Scope::every, "the store in PATH/.decapod/data (DECAPOD_ROOT)",
                 &set_root},
    GlobalOption{"timeout", '\0', Arity::one, "DURATION", Scope::every, "patience, such as 10s (DECAPOD_TIMEOUT_MS)",
                 &set_timeout},
    GlobalOption{"dry-run", '\0', Arity::flag, "", Scope::writes, "check everything, change nothing",
                 &turn<&Globals::dry_run, ipc::DryRun::yes>},
    GlobalOption{"request-id", '\0', Arity::one, "ID", Scope::writes, "repeat safely (DECAPOD_REQUEST_ID)",
                 &set_request_id},
    GlobalOption{"min-seq", '\0', Arity::one, "N", Scope::reads, "refuse a store that has committed less than N",
                 &set_min_seq},
    GlobalOption{"help", 'h', Arity::flag, "", Scope::every, "print help and do nothing",
                 &turn<&Globals::show, Show::help>},
    GlobalOption{"version", '\0', Arity::flag, "", Scope::every, "print the version and do nothing",
                 &turn<&Globals::show, Show::version>},
};

}  // namespace

std::span<GlobalOption const> global_options() {
  return kOptions;
}

bool applies(GlobalOption const& option, Access access) {
  switch (option.scope) {
    case Scope::every:
      return true;
    case Scope::writes:
      return access == Access::write;
    case Scope::reads:
      return access == Access::read;
  }
  return false;
}

Result<void> check_request_id(std::string_view id) {
  auto const fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == ':' || c == '-';
  };
  if (!id.empty() && id[0] != '-' && id.size() <= kRequestIdBytes && std::ranges::all_of(id, fits)) return {};
  return fail(ErrorCode::usage, "a request id has 1 to 128 characters of A-Z a-z 0-9 . _ : -, and no - in front");
}

std::string hint_about(GlobalOption const& option) {
  auto const typed = option.value_name.empty() ? std::string() : fmt::format(" {}", option.value_name);
  auto const syntax = option.value_name == "DURATION" ? fmt::format(" ({})", kDurationSyntax) : std::string();
  return fmt::format("--{}{}: {}{}; `decapod help options` says more", option.name, typed, option.meaning, syntax);
}

std::string hint_about(Error const& error) {
  auto const* named = error.details.if_contains("option");
  if (named == nullptr || !named->is_string()) return "";
  for (auto const& option : global_options()) {
    if (std::string_view(named->get_string()) == fmt::format("--{}", option.name)) return hint_about(option);
  }
  return "";
}

Result<void> set_global(Globals& globals, GlobalOption const& option, std::string const& value) {
  if (option.arity == Arity::flag && value != "true") {
    return fail(ErrorCode::usage, fmt::format("--{} takes no value", option.name),
                {{"option", fmt::format("--{}", option.name)}});
  }
  // An unset variable of a script, which must not pass for an option that was left out.
  if (value.find_first_not_of(" \t\r\n") == std::string::npos) {
    auto const name = fmt::format("--{}", option.name);
    auto error = fail(ErrorCode::usage, name + " needs a value, not an empty one", {{"option", name}});
    error.hint = hint_about(option);
    return error;
  }
  auto set = option.set(globals, option, value);
  if (set) return set;
  auto error = std::move(set).error();
  error.details.emplace("option", fmt::format("--{}", option.name));
  if (error.hint.empty()) error.hint = hint_about(option);
  return error;
}

Result<Globals> globals_from_environment(Invocation const& invocation) {
  Globals globals;
  globals.style = {.format = Format::text, .colour = wanted_colour(invocation), .columns = invocation.columns};
  if (auto const format = invocation.variable("DECAPOD_FORMAT")) {
    auto const parsed = from_text<Format>(*format);
    if (!parsed) return bad_variable("DECAPOD_FORMAT", fmt::format("is text or json, not '{}'", *format));
    choose_format(globals, *parsed, ChosenBy::environment);
  }
  if (auto const timeout = invocation.variable("DECAPOD_TIMEOUT_MS")) {
    auto const parsed = parse_duration(*timeout);
    if (!parsed || *parsed < Millis(1)) {
      return bad_variable("DECAPOD_TIMEOUT_MS", fmt::format("takes milliseconds such as 5000, not '{}'", *timeout));
    }
    globals.timeout = *parsed;
  }
  if (auto const id = invocation.variable("DECAPOD_REQUEST_ID")) {
    if (auto const checked = check_request_id(*id); !checked) {
      return bad_variable("DECAPOD_REQUEST_ID", "is none: " + checked.error().message);
    }
    globals.request_id = *id;
  }
  globals.root = invocation.variable("DECAPOD_ROOT").value_or("");
  if (!globals.root.empty()) globals.root_chosen_by = ChosenBy::environment;
  return globals;
}

// A command line is read by parse_verb, or by scan_globals where it names no verb. Each of them ends with this, so that
// it is called once.
Result<void> settle_layout(Globals& globals) {
  auto& style = globals.style;
  if (style.layout != Layout::columns || style.format != Format::json) return {};
  if (globals.format_chosen_by == ChosenBy::option) {
    auto error =
        fail(ErrorCode::usage, "--json and --porcelain are two forms of one answer", {{"option", "--porcelain"}});
    error.hint = "give one of them: --json for one document, --porcelain for lines of columns";
    return error;
  }
  style.format = Format::text;
  return {};
}

Style guessed_style(Invocation const& invocation) {
  Style style{.format = Format::text, .colour = wanted_colour(invocation)};
  if (invocation.variable("DECAPOD_FORMAT") == "json") style.format = Format::json;
  std::string_view previous;
  for (std::string_view const argument : invocation.arguments) {
    if (argument == "--") break;
    if (argument == "--json" || argument == "--format=json") style.format = Format::json;
    if (previous == "--format" && argument == "json") style.format = Format::json;
    previous = argument;
  }
  return style;
}

Millis patience(Globals const& globals, Verb const& verb) {
  if (globals.timeout) return *globals.timeout;
  if (verb.weight == Weight::heavy) return kHeavyPatience;
  return verb.access == Access::write ? kWritePatience : kReadPatience;
}

}  // namespace decapod::cli
