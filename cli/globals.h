#pragma once
// The options that every verb has, and what they were set to.

#include "invocation.h"
#include "option_scan.h"

#include <decapod/base/clock.h>
#include <decapod/base/request_type.h>
#include <decapod/cli_kit/surroundings.h>
#include <decapod/ipc/message.h>
#include <boost/describe.hpp>

#include <optional>
#include <span>
#include <string>

namespace decapod::cli {

enum class Format : std::uint8_t { text, json };
BOOST_DESCRIBE_ENUM(Format, text, json)
enum class Layout : std::uint8_t { full, columns };  // columns: --porcelain
enum class Show : std::uint8_t { answer, help, version };

// What the answer looks like.
struct Style {
  Format format = Format::text;
  Colour colour = Colour::never;
  Volume volume = Volume::normal;
  Layout layout = Layout::full;
  std::size_t columns = 0;  // of the terminal; 0: lines are as long as they are
};

// Who chose the format, or the root.
enum class ChosenBy : std::uint8_t { nobody, environment, option };

struct Globals {
  Style style;
  ChosenBy format_chosen_by = ChosenBy::nobody;
  Show show = Show::answer;
  std::optional<std::string> actor;
  std::optional<std::string> session;
  std::optional<StoreKind> store;
  std::string root;
  ChosenBy root_chosen_by = ChosenBy::nobody;
  std::optional<Millis> timeout;
  ipc::DryRun dry_run = ipc::DryRun::no;
  std::string request_id;  // "" = not given
  std::uint64_t min_seq = 0;
};

// For which verbs an option is there.
enum class Scope : std::uint8_t { every, writes, reads };
BOOST_DESCRIBE_ENUM(Scope, every, writes, reads)

struct GlobalOption {
  std::string_view name;
  char short_name;
  Arity arity;
  std::string_view value_name;
  Scope scope;
  std::string_view meaning;
  // From its text; usage: a value that it cannot have. A flag's text is "true". Called by set_global.
  Result<void> (*set)(Globals& globals, GlobalOption const& option, std::string const& value);
};
std::span<GlobalOption const> global_options();
bool applies(GlobalOption const& option, Access access);

// "--color auto|always|never: colours; `decapod help options` says more": the hint of what is wrong with its value.
std::string hint_about(GlobalOption const& option);
// The same of the one that the error is about; "" if it is about none.
std::string hint_about(Error const& error);

// Sets one from its text. usage, with that hint: a value that it cannot have, an empty one, or one for a flag.
Result<void> set_global(Globals& globals, GlobalOption const& option, std::string const& value);

// What the environment sets: DECAPOD_FORMAT, DECAPOD_TIMEOUT_MS, DECAPOD_REQUEST_ID, DECAPOD_ROOT, colours.
Result<Globals> globals_from_environment(Invocation const& invocation);

// Once all is read: columns are a text of their own, so DECAPOD_FORMAT gives way to --porcelain. usage: --json beside
// it.
Result<void> settle_layout(Globals& globals);

// How an error is shown if the command line cannot be understood: --json or --format json anywhere before "--".
Style guessed_style(Invocation const& invocation);

// How long the verb may take if nobody said: 5 s to read, 30 s to write, 120 s for heavy work.
Millis patience(Globals const& globals, Verb const& verb);

// 1 to 128 characters of A-Z a-z 0-9 . _ : -, the first of them no - (usage otherwise).
Result<void> check_request_id(std::string_view id);

}  // namespace decapod::cli
