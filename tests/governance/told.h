#pragma once
// How Catch2 tells of a Result: by its error.

#include <decapod/base/result.h>

#include <catch2/catch.hpp>

#include <string>

template <class T>
struct Catch::StringMaker<decapod::Result<T>> {
  static std::string convert(decapod::Result<T> const& result) {
    return result ? "a value" : decapod::name_of(result.error().code) + ": " + result.error().message;
  }
};
