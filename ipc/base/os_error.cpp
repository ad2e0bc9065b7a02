#include <decapod/base/os_error.h>

#include <cerrno>
#include <cstring>

namespace decapod {

ErrorCode code_of(int number, ErrorCode otherwise) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return ErrorCode::disk_full;
    case EIO:
    case EMFILE:
    case ENFILE:
      return ErrorCode::unreachable;
    default:
      return otherwise;
  }
}

bool is_out_of_descriptors(int number) {
  return number == EMFILE || number == ENFILE;
}

char const* hint_for(int number) {
  if (is_out_of_descriptors(number)) return "close files, or allow more of them (`ulimit -n`), then repeat the request";
  if (number == EFBIG) return "allow larger files (`ulimit -f`), then repeat the request";
  return "";
}

Error os_error(std::string const& doing, std::string const& path, int number, ErrorCode otherwise) {
  auto error =
      fail(code_of(number, otherwise), "cannot " + doing + ' ' + path + ": " + std::strerror(number), {{"path", path}});
  error.hint = hint_for(number);
  return error;
}

}  // namespace decapod
