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

Error os_error(std::string const& doing, std::string const& path, int number, ErrorCode otherwise) {
  auto error =
      fail(code_of(number, otherwise), "cannot " + doing + ' ' + path + ": " + std::strerror(number), {{"path", path}});
  if (is_out_of_descriptors(number)) error.hint = kOutOfDescriptors;
  return error;
}

}  // namespace decapod
