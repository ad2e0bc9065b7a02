#include <decapod/base/descriptor.h>
#include <decapod/base/os_error.h>
#include <decapod/election/filesystem.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/vfs.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace decapod::election {
namespace {

enum class Trust : std::uint8_t { local, remote };

struct Known {
  std::uint32_t magic;
  char const* name;
  Trust trust;
};

constexpr std::array kKnown = {
    Known{0xEF53, "ext4", Trust::local},          Known{0x58465342, "xfs", Trust::local},
    Known{0x9123683E, "btrfs", Trust::local},     Known{0x01021994, "tmpfs", Trust::local},
    Known{0x794C7630, "overlayfs", Trust::local}, Known{0x2FC12FC1, "zfs", Trust::local},
    Known{0xF2F52010, "f2fs", Trust::local},      Known{0xCA451A4E, "bcachefs", Trust::local},
    Known{0x6969, "nfs", Trust::remote},          Known{0xFF534D42, "cifs", Trust::remote},
    Known{0xFE534D42, "smb2", Trust::remote},     Known{0x517B, "smb", Trust::remote},
    Known{0x01021997, "9p", Trust::remote},       Known{0x65735546, "fuse", Trust::remote},
    Known{0x6A656A63, "virtiofs", Trust::remote}, Known{0x00C36400, "ceph", Trust::remote},
};

Result<std::uint32_t> magic_of(std::string const& directory) {
  struct statfs facts {};
  if (statfs(directory.c_str(), &facts) != 0) {
    return os_error("look at", directory, errno, ErrorCode::unreachable);
  }
  return static_cast<std::uint32_t>(facts.f_type);
}

Known const* known(std::uint32_t magic) {
  for (auto const& entry : kKnown) {
    if (entry.magic == magic) return &entry;
  }
  return nullptr;
}

std::string name_of_magic(std::uint32_t magic) {
  if (auto const* entry = known(magic)) return entry->name;
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "0x%x", magic);
  return text.data();
}

}  // namespace

Result<std::string> filesystem_name(std::string const& directory) {
  DECAPOD_TRY(auto const magic, magic_of(directory));
  return name_of_magic(magic);
}

Result<void> check_filesystem(std::string const& directory, Unreliable unreliable) {
  DECAPOD_TRY(auto const magic, magic_of(directory));
  auto const* entry = known(magic);
  if (entry == nullptr || entry->trust == Trust::local || unreliable == Unreliable::allowed) return {};
  return fail(ErrorCode::lock_unreliable,
              directory + " is on " + entry->name + ", where a lock may not exclude other machines",
              {{"filesystem", entry->name}});
}

Result<void> check_held(std::string const& path) {
  Descriptor const rival(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!rival) return os_error("open", path, errno, ErrorCode::unreachable);
  if (flock(rival.get(), LOCK_EX | LOCK_NB) == 0) {
    return fail(ErrorCode::lock_unreliable, "a lock on " + path + " excludes nobody on this file system");
  }
  if (errno == EWOULDBLOCK) return {};
  return fail(ErrorCode::lock_unreliable, "this file system cannot lock " + path + ": " + std::strerror(errno));
}

Result<void> self_test(std::string const& path) {
  Descriptor const holder(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!holder) return os_error("open", path, errno, ErrorCode::unreachable);
  if (flock(holder.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorCode::lock_unreliable, "this file system cannot lock " + path + ": " + std::strerror(errno));
  }
  return check_held(path);
}

}  // namespace decapod::election
