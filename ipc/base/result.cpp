#include <decapod/base/result.h>

#include <cstdio>
#include <cstdlib>

namespace decapod {

void throw_exception_from_error(Error const& error, boost::source_location const& where) {
  std::fprintf(stderr, "decapod: unchecked error %s: %s (%s:%u)\n", name_of(error.code).c_str(), error.message.c_str(),
               where.file_name(), static_cast<unsigned>(where.line()));
  std::abort();
}

}  // namespace decapod
