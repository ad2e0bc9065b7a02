#pragma once
// What every refusal of an input must be: a code that says whose mistake it is, and words that can travel as JSON.

#include <decapod/base/error.h>
#include <decapod/base/json.h>
#include <decapod/base/utf8.h>

#include <algorithm>
#include <initializer_list>

#include "property.h"

namespace decapod::fuzz {

inline void expect_refusal(Error const& error, std::initializer_list<ErrorCode> codes) {
  expect(std::find(codes.begin(), codes.end(), error.code) != codes.end(), "a refusal has one of the declared codes");
  expect(!error.message.empty(), "a refusal says something");
  expect(is_utf8(error.message), "the words of a refusal are UTF-8");
  expect(is_utf8(to_text(error.details)), "the details of a refusal are UTF-8");
}

}  // namespace decapod::fuzz
