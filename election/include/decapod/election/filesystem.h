#pragma once
// Whether the locks of a file system mean anything.

#include <decapod/base/result.h>
#include <string>

namespace decapod::election {

enum class Unreliable : std::uint8_t { refused, allowed };

// Its name ("ext4", "nfs", or the magic number in hex), for people.
Result<std::string> filesystem_name(std::string const& directory);

// lock_unreliable on NFS, CIFS, 9p, FUSE and virtiofs, where a lock may be seen by one host only or by nobody.
Result<void> check_filesystem(std::string const& directory, Unreliable unreliable);

// Locks `path`, which this process holds no lock on, through two descriptors: the second must be turned away.
// lock_unreliable otherwise. Catches locks that do nothing; takes a few microseconds.
Result<void> self_test(std::string const& path);

// The same proof for a lock that is already held: another descriptor on `path` must be turned away.
Result<void> check_held(std::string const& path);

}  // namespace decapod::election
