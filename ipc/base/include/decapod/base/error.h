#pragma once
// What can go wrong, as a closed list to branch on and words for people. Nothing ever looks inside `message`.

#include <decapod/base/exit_status.h>
#include <boost/describe.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace decapod {

// Whether sending the request again can help, and how.
enum class Retry : std::uint8_t {
  no,       // the same request gets the same answer
  yes,      // nothing was done: repeat freely
  same_id,  // it may have been done: repeat only under the same request id
};
BOOST_DESCRIBE_ENUM(Retry, no, yes, same_id)

enum class ErrorCode : std::uint8_t {
#define DECAPOD_ERROR(code, exit, retry, hint) code,
#include <decapod/base/error_codes.def>
#undef DECAPOD_ERROR
};

// One row of error_codes.def. `name` is the published spelling, such as "STORE_NOT_FOUND".
struct ErrorRow {
  ErrorCode code;
  std::string_view name;
  ExitStatus exit;
  Retry retry;
  std::string_view hint;
};

// Every row, in the order of the file: code N is row N.
std::span<ErrorRow const> error_rows();

std::string name_of(ErrorCode code);
ExitStatus exit_status(ErrorCode code);
Retry retry_of(ErrorCode code);
// The code with this published name, if there is one.
std::optional<ErrorCode> error_code(std::string_view name);

// A failure on its way to the person who must act on it. A plain value: copy it, compare it, send it.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;                   // one sentence, no full stop, names the thing that is wrong
  std::string hint;                      // what to do; empty = the row's hint
  boost::json::object details;           // facts to branch on, such as {"holder": "alice"}
  std::vector<std::string> suggestions;  // what the user may have meant

  std::string_view hint_or_default() const;
  friend bool operator==(Error const&, Error const&) = default;
};

// How every error is made. Bytes in `message` or `details` that are no UTF-8 become U+FFFD: both travel as JSON.
Error fail(ErrorCode code, std::string message);
Error fail(ErrorCode code, std::string message, boost::json::object details);

}  // namespace decapod
