#include "options.h"

#include "synonyms.h"
#include "typed_time.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace decapod::cli {
namespace {

constexpr std::int64_t kProseBytes = 1024;

// "bash, zsh or fish".
template <class Words>
std::string listed(Words const& words, std::string_view last) {
  std::string text;
  std::size_t at = 0;
  for (auto const& word : words) {
    if (at > 0) text += at + 1 == words.size() ? last : ", ";
    text += word;
    ++at;
  }
  return text;
}

// What a time from now is counted from, and whether it may stand there.
enum class Relative : std::uint8_t { allowed, refused };
struct Moment {
  Timestamp now;
  Relative relative = Relative::allowed;
};

Error wrong_value(FieldShape const& shape, std::string const& why) {
  return fail(ErrorCode::usage, fmt::format("{}: {}", spelled(shape), why), {{"option", spelled(shape)}});
}

// Whether the value is called by a letter and a number ("P0..P4"), as lists print it, and typed so.
bool has_letter(FieldShape const& shape, std::string_view text) {
  auto const name = shape.field->value_name;
  auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (name.size() < 2 || text.size() < 2 || !is_digit(name[1]) || !is_digit(text[1])) return false;
  return std::toupper(static_cast<unsigned char>(text.front())) == name.front();
}

Result<json::value> integer_value(FieldShape const& shape, std::string const& text) {
  std::int64_t number = 0;
  std::string_view const digits = std::string_view(text).substr(has_letter(shape, text) ? 1 : 0);
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc() && end == digits.data() + digits.size()) return json::value(number);
  auto const bounds = bounds_words(shape);
  return wrong_value(shape, fmt::format("'{}' is not a whole number{}{}", text, bounds.empty() ? "" : ": ", bounds));
}

Result<json::value> choice_value(FieldShape const& shape, std::string const& text) {
  if (std::ranges::find(shape.choices, text) != shape.choices.end()) return json::value(text);
  auto error = fail(ErrorCode::usage,
                    fmt::format("{} cannot be '{}': it is {}", spelled(shape), text, listed(shape.choices, " or ")),
                    {{"option", spelled(shape)}});
  error.suggestions = meant_by(text, shape.choices);
  return error;
}

Result<json::value> duration_value(FieldShape const& shape, std::string const& text) {
  auto const parsed = typed_duration(text);
  if (!parsed) return wrong_value(shape, parsed.error().message);
  return json::value(parsed->count());
}

// A relative time would be another one when the command is repeated, and so another request.
Result<json::value> time_value(FieldShape const& shape, std::string const& text, Moment const& moment) {
  if (is_relative(text)) {
    if (moment.relative == Relative::refused) {
      return wrong_value(shape, "with --request-id give an absolute time, so that a repetition means the same");
    }
    auto const parsed = time_from_now(text, moment.now);
    if (!parsed) return wrong_value(shape, parsed.error().message);
    return json::value(to_string(*parsed));
  }
  auto const parsed = parse_timestamp(text);
  if (!parsed) return wrong_value(shape, parsed.error().message + ", nor one from now such as +2d or -1h");
  return json::value(to_string(*parsed));
}

Result<json::value> flag_value(FieldShape const& shape, std::string const& text) {
  if (text == "true" || text == "false") return json::value(text == "true");
  return wrong_value(shape, "takes no value");
}

Result<json::value> value_of(FieldShape const& shape, std::string const& text, Moment const& moment) {
  switch (shape.kind) {
    case Kind::text:
      return json::value(text);
    case Kind::integer:
      return integer_value(shape, text);
    case Kind::flag:
      return flag_value(shape, text);
    case Kind::choice:
      return choice_value(shape, text);
    case Kind::duration:
      return duration_value(shape, text);
    case Kind::timestamp:
      return time_value(shape, text, moment);
    case Kind::structured:
      return parse_json(text, spelled(shape));
  }
  return wrong_value(shape, "cannot be given on the command line");
}

Result<void> put(VerbInput& input, FieldShape const& shape, std::vector<std::string> const& texts,
                 Moment const& moment) {
  json::array values;
  for (auto const& text : texts) {
    if (takes_prose(shape) && text == "-") input.prose.emplace_back(shape.field->name);
    DECAPOD_TRY(auto value, value_of(shape, text, moment));
    values.push_back(std::move(value));
  }
  if (input.prose.size() > 1) return fail(ErrorCode::usage, "only one text can be read from standard input");
  if (values.empty()) return {};
  auto& place = input.arguments[shape.field->name];
  if (shape.repeated)
    place = std::move(values);
  else
    place = std::move(values.back());
  return {};
}

struct Specs {
  std::vector<OptionSpec> specs;             // the verb's own, then the globals
  std::vector<FieldShape const*> own;        // for the first specs
  std::vector<GlobalOption const*> globals;  // for those that follow
};

Arity arity_of(FieldShape const& shape) {
  if (shape.repeated) return Arity::many;
  return shape.kind == Kind::flag ? Arity::flag : Arity::one;
}

// A verb's own option goes before a global one of the same name.
Specs specs_of(RequestType const& type) {
  Specs out;
  for (auto const& shape : type.fields) {
    if (shape.field->place != Place::option) continue;
    out.specs.push_back({option_name(*shape.field), shape.field->short_name, arity_of(shape)});
    out.own.push_back(&shape);
  }
  for (auto const& option : global_options()) {
    auto const own = out.specs.begin() + static_cast<std::ptrdiff_t>(out.own.size());
    bool const taken = std::any_of(out.specs.begin(), own, [&](auto const& spec) { return spec.name == option.name; });
    if (taken || !applies(option, type.verb->access)) continue;
    bool const letter_taken = std::any_of(out.specs.begin(), own, [&](auto const& spec) {
      return option.short_name != '\0' && spec.short_name == option.short_name;
    });
    out.specs.push_back({std::string(option.name), letter_taken ? '\0' : option.short_name, option.arity});
    out.globals.push_back(&option);
  }
  return out;
}

Error unknown_option(RequestType const& type, Specs const& specs, std::string const& typed) {
  auto const name = typed.substr(0, typed.find('='));
  for (auto const& option : global_options()) {
    if (name != "--" + std::string(option.name)) continue;
    auto const which = option.scope == Scope::writes ? "a verb that changes the store" : "a verb that reads";
    return fail(ErrorCode::usage, fmt::format("{} is for {}; {} is not one", name, which, command_name(*type.verb)),
                {{"option", name}});
  }
  std::vector<std::string> known;
  for (auto const& spec : specs.specs) known.push_back("--" + spec.name);
  auto error =
      fail(ErrorCode::usage, fmt::format("{} has no option {}", command_name(*type.verb), name), {{"option", name}});
  error.hint = fmt::format("`{} --help` lists its options; after -- nothing is an option", command_name(*type.verb));
  error.suggestions = meant_by(name, std::vector<std::string_view>(known.begin(), known.end()));
  for (auto const& shape : type.fields) {
    if (shape.field->place != Place::positional) continue;
    bool const is_choice = std::ranges::any_of(shape.choices, [&](auto choice) { return name.substr(2) == choice; });
    if (!is_choice && name != "--" + option_name(*shape.field)) continue;
    error.hint = fmt::format("it is a word, not an option: {}", usage_line(type));
  }
  return error;
}

Result<void> put_words(RequestType const& type, std::vector<std::string> const& words, Moment const& moment,
                       VerbInput& input) {
  auto next = words.begin();
  for (auto const& shape : type.fields) {
    if (shape.field->place != Place::positional || next == words.end()) continue;
    auto const end = shape.repeated ? words.end() : next + 1;
    DECAPOD_CHECK(put(input, shape, std::vector<std::string>(next, end), moment));
    next = end;
  }
  if (next == words.end()) return {};
  auto error = fail(ErrorCode::usage, fmt::format("'{}' is one word too many", *next), {{"word", *next}});
  auto const option = "--" + *next;
  auto const options = option_words(type);
  if (std::ranges::find(options, option) != options.end()) error.suggestions.push_back(option);
  error.hint = fmt::format("usage: {}; quote a value that has blanks", usage_line(type));
  return error;
}

// All that is missing, so that nobody is told of one after the other.
Result<void> check_present(RequestType const& type, VerbInput const& input) {
  std::vector<FieldShape const*> missing;
  std::vector<std::string> names;
  for (auto const& shape : type.fields) {
    if (!on_command_line(shape) || shape.field->presence == Presence::optional) continue;
    if (input.arguments.contains(shape.field->name)) continue;
    missing.push_back(&shape);
    names.push_back(spelled(shape));
  }
  if (missing.empty()) return {};
  auto words = fmt::format("{} needs {}", command_name(*type.verb), listed(names, " and "));
  auto const& first = *missing.front();
  if (missing.size() == 1) {
    words += ": ";
    words += first.kind == Kind::choice ? listed(first.choices, " or ") : std::string(first.field->meaning);
  }
  auto error = fail(ErrorCode::usage, std::move(words), {{"option", names.front()}});
  error.hint = "usage: " + usage_line(type);
  return error;
}

std::string bound_text(FieldShape const& shape, std::int64_t bound) {
  return shape.kind == Kind::duration ? to_string(Millis(bound)) : std::to_string(bound);
}

std::string upper_case_name(FieldShape const& shape) {
  auto name = option_name(*shape.field);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name;
}

}  // namespace

std::string bounds_words(FieldShape const& shape) {
  if (shape.kind != Kind::integer && shape.kind != Kind::duration) return "";
  auto const& field = *shape.field;
  auto const low = bound_text(shape, field.min);
  if (field.max == kUnbounded) return field.min == 0 ? "" : "at least " + low;
  return low + " to " + bound_text(shape, field.max);
}

bool on_command_line(FieldShape const& shape) {
  return shape.field->place == Place::option || shape.field->place == Place::positional;
}

bool takes_prose(FieldShape const& shape) {
  return shape.kind == Kind::text && !shape.repeated && on_command_line(shape) && shape.field->max >= kProseBytes &&
         value_name(shape) == "TEXT";
}

std::string value_name(FieldShape const& shape) {
  if (!shape.field->value_name.empty()) return std::string(shape.field->value_name);
  switch (shape.kind) {
    case Kind::integer:
      return "N";
    case Kind::flag:
      return "";
    case Kind::duration:
      return "DURATION";
    case Kind::timestamp:
      return "TIME";
    case Kind::structured:
      return "JSON";
    case Kind::text:
      break;
    case Kind::choice: {
      std::string names;
      for (auto const choice : shape.choices) names.append(names.empty() ? "" : "|").append(choice);
      return names;
    }
  }
  if (shape.field->place != Place::positional) return "TEXT";
  return upper_case_name(shape);
}

std::string spelled(FieldShape const& shape) {
  if (shape.field->place != Place::positional) return "--" + option_name(*shape.field);
  return shape.kind == Kind::choice ? upper_case_name(shape) : value_name(shape);
}

std::string usage_line(RequestType const& type) {
  auto line = command_name(*type.verb);
  for (auto const& shape : type.fields) {
    if (shape.field->place != Place::positional) continue;
    auto const word = value_name(shape) + (shape.repeated ? "..." : "");
    line += shape.field->presence == Presence::required ? ' ' + word : " [" + word + ']';
  }
  for (auto const& shape : type.fields) {
    if (shape.field->place != Place::option || shape.field->presence == Presence::optional) continue;
    line += " --" + option_name(*shape.field) + ' ' + value_name(shape);
  }
  return line + " [options]";
}

std::vector<std::string> option_words(RequestType const& type) {
  std::vector<std::string> words;
  for (auto const& spec : specs_of(type).specs) words.push_back("--" + spec.name);
  return words;
}

Result<VerbInput> parse_verb(RequestType const& type, std::vector<std::string> const& arguments, Timestamp now,
                             Globals& globals) {
  auto const specs = specs_of(type);
  DECAPOD_TRY(auto const scanned, scan_options(specs.specs, arguments));
  if (!scanned.unknown.empty()) return unknown_option(type, specs, scanned.unknown.front());
  for (std::size_t i = 0; i < specs.globals.size(); ++i) {
    auto const& given = scanned.values[specs.own.size() + i];
    if (!given.empty()) DECAPOD_CHECK(set_global(globals, *specs.globals[i], given.back()));
  }
  DECAPOD_CHECK(settle_layout(globals));
  VerbInput input;
  if (globals.show != Show::answer) return input;
  bool const repeatable = type.verb->access == Access::write && !globals.request_id.empty();
  Moment const moment{now, repeatable ? Relative::refused : Relative::allowed};
  for (std::size_t i = 0; i < specs.own.size(); ++i) {
    DECAPOD_CHECK(put(input, *specs.own[i], scanned.values[i], moment));
  }
  DECAPOD_CHECK(put_words(type, scanned.words, moment, input));
  DECAPOD_CHECK(check_present(type, input));
  return input;
}

}  // namespace decapod::cli
