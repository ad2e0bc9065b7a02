#pragma once
// A value or an Error. Functions return Result; only an outermost edge turns one into an exit status.

#include <decapod/base/error.h>
#include <boost/system/result.hpp>
#include <utility>

namespace boost {
class source_location;
}

namespace decapod {

template <class T>
using Result = boost::system::result<T, Error>;

// Called by Result::value() on an error: a bug of ours, so it ends the process loudly.
[[noreturn]] void throw_exception_from_error(Error const& error, boost::source_location const& where);

}  // namespace decapod

#define DECAPOD_CONCAT_INNER(a, b) a##b
#define DECAPOD_CONCAT(a, b) DECAPOD_CONCAT_INNER(a, b)

// DECAPOD_TRY(auto x, expression): x = the value, or return the error from the enclosing function.
#define DECAPOD_TRY(declaration, ...) \
  DECAPOD_TRY_IMPL(DECAPOD_CONCAT(decapod_result_, __LINE__), declaration, __VA_ARGS__)
#define DECAPOD_TRY_IMPL(temporary, declaration, ...)  \
  auto&& temporary = (__VA_ARGS__);                    \
  if (!temporary) return std::move(temporary).error(); \
  declaration = *std::move(temporary)

// DECAPOD_CHECK(expression): return the error of a Result<void>, if it is one.
#define DECAPOD_CHECK(...) DECAPOD_CHECK_IMPL(DECAPOD_CONCAT(decapod_result_, __LINE__), __VA_ARGS__)
#define DECAPOD_CHECK_IMPL(temporary, ...) \
  if (auto&& temporary = (__VA_ARGS__); !temporary) return std::move(temporary).error()
