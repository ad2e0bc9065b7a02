#include <decapod/base/error.h>
#include <decapod/base/utf8.h>

#include <algorithm>
#include <cstddef>

namespace decapod {
namespace {

// The spelling of a code that is published, made by the compiler: every command puts an error's words together before
// it sends anything, and would make all the names.
template <std::size_t Size>
struct Published {
  consteval explicit(false) Published(char const (&identifier)[Size]) {
    for (std::size_t i = 0; i < Size; ++i) {
      char const c = identifier[i];
      text[i] = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  char text[Size] = {};
};

template <Published kIdentifier>
constexpr std::string_view kPublished = kIdentifier.text;

constexpr ErrorRow kRows[] = {
#define DECAPOD_ERROR(code, exit, retry, hint) \
  {ErrorCode::code, kPublished<#code>, ExitStatus::exit, Retry::retry, hint},
#include <decapod/base/error_codes.def>
#undef DECAPOD_ERROR
};

// Names from outside, such as paths, and what libraries say of them may be any bytes; JSON may not.
void mend(boost::json::value& value) {
  if (auto* text = value.if_string(); text != nullptr && !is_utf8(*text)) *text = well_formed(*text);
  if (auto* array = value.if_array()) {
    for (auto& element : *array) mend(element);
  }
  if (auto* object = value.if_object()) {
    for (auto& member : *object) mend(member.value());
  }
}

ErrorRow const& row(ErrorCode code) {
  return kRows[static_cast<std::size_t>(code)];
}

}  // namespace

std::span<ErrorRow const> error_rows() {
  return kRows;
}

std::string name_of(ErrorCode code) {
  return std::string(row(code).name);
}
ExitStatus exit_status(ErrorCode code) {
  return row(code).exit;
}
Retry retry_of(ErrorCode code) {
  return row(code).retry;
}

std::optional<ErrorCode> error_code(std::string_view name) {
  auto const* const found = std::ranges::find(kRows, name, &ErrorRow::name);
  if (found == std::end(kRows)) return std::nullopt;
  return found->code;
}

std::string_view Error::hint_or_default() const {
  return hint.empty() ? row(code).hint : hint;
}

Error fail(ErrorCode code, std::string message) {
  return fail(code, std::move(message), {});
}

Error fail(ErrorCode code, std::string message, boost::json::object details) {
  Error error;
  error.code = code;
  error.message = well_formed(message);  // a text of its own, where details are any JSON
  error.details = std::move(details);
  for (auto& detail : error.details) mend(detail.value());
  return error;
}

}  // namespace decapod
