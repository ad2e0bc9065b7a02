#pragma once
// What storage throws. Handlers do not catch it: the engine does, once, around each request.

#include <decapod/base/error.h>

#include <exception>
#include <string>

namespace decapod::storage {

// SQLite refused or failed. `sqlite_code` is the extended result code.
class Failure : public std::exception {
 public:
  Failure(int sqlite_code, std::string message);
  // For what storage itself refuses, and for codes that say too little.
  // `hint`: what to do, where the code's own hint says too little.
  Failure(ErrorCode code, int sqlite_code, std::string message, std::string hint = {});

  char const* what() const noexcept override { return message_.c_str(); }
  int sqlite_code() const { return sqlite_code_; }
  // busy; timeout (interrupted by the budget); disk_full; not_writable; corrupt; too_large; unreachable (the device
  // failed, no descriptor is left, or the connection ended with a failed commit); internal (a broken constraint, a
  // misuse: our bug).
  Error error() const;

 private:
  ErrorCode code_;
  int sqlite_code_;
  std::string message_;
  std::string hint_;
};

}  // namespace decapod::storage
