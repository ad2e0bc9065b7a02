// What options.h says of errors: which option each is about, and what to do.
#include "options.h"

#include <fmt/core.h>

namespace decapod::cli {
namespace {

// A duration is typed as 30m: its bounds in milliseconds would help nobody.
std::string rule_words(FieldShape const& shape, json::value const& rule) {
  bool const bounded = shape.field->max != kUnbounded;
  if (shape.kind == Kind::duration && bounded) {
    return fmt::format("{} to {}", to_string(Millis(shape.field->min)), to_string(Millis(shape.field->max)));
  }
  return std::string(std::string_view(rule.as_string()));
}

// "" where the details have no such text.
std::string_view detail_of(Error const& error, std::string_view name) {
  auto const* value = error.details.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

// The field of the command line that the error is about, or a part of it; nullptr: none.
FieldShape const* shape_named_by(RequestType const& type, Error const& error) {
  auto const path = detail_of(error, "field");
  for (auto const& shape : type.fields) {
    if (!on_command_line(shape)) continue;
    if (detail_of(error, "option") == spelled(shape)) return &shape;
    if (path.substr(0, path.find_first_of(".[")) == shape.field->name) return &shape;
  }
  return nullptr;
}

// "--lease DURATION: How long the claim lasts (1s to 7d)".
std::string shape_words(FieldShape const& shape) {
  auto words = spelled(shape);
  if (shape.field->place == Place::option && shape.kind != Kind::flag) words += ' ' + value_name(shape);
  words.append(": ").append(shape.field->meaning);
  auto const bounds = bounds_words(shape);
  return bounds.empty() ? words : words + " (" + bounds + ')';
}

constexpr std::string_view kProgram = "decapod ";

}  // namespace

Error in_option_words(RequestType const& type, Error error) {
  auto const* shape = shape_named_by(type, error);
  if (shape == nullptr) return error;
  auto const part = detail_of(error, "field").substr(std::string_view(shape->field->name).size());
  // One of several is given as the only one is. Of a part of another kind the path says which.
  bool const one_of_several = shape->repeated && part.ends_with(']') && part.find('.') == part.npos;
  if (!part.empty() && !one_of_several) return error;
  auto const* rule = error.details.if_contains("must_be");
  error.message = rule == nullptr ? fmt::format("{}: {}", spelled(*shape), error.message)
                                  : fmt::format("{} must be {}", spelled(*shape), rule_words(*shape, *rule));
  error.details.emplace("option", spelled(*shape));
  return error;
}

Error with_own_hint(RequestType const& type, Error error) {
  bool const general = error.code == ErrorCode::usage || error.code == ErrorCode::bad_request;
  // A reply brings its code's hint along.
  auto const plain = fail(error.code, "");
  if (!general || error.hint_or_default() != plain.hint_or_default()) return error;
  auto const command = command_name(*type.verb);
  auto const* shape = shape_named_by(type, error);
  if (shape != nullptr)
    error.hint = fmt::format("{}; `{} --help` says more", shape_words(*shape), command);
  else if (auto hint = hint_about(error); !hint.empty())
    error.hint = std::move(hint);
  else if (error.details.contains("field"))
    error.hint = fmt::format("`decapod schema {}` has the fields that it takes", command.substr(kProgram.size()));
  else
    error.hint = fmt::format("`{} --help` says what it takes", command);
  return error;
}

}  // namespace decapod::cli
