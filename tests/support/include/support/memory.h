#pragma once
// How much memory a process of this machine takes.

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace decapod::test {

// `field`: a line of /proc/PID/status in KiB, such as "VmRSS" or "VmHWM". Throws std::runtime_error where there is
// none.
std::int64_t memory_kib(pid_t process, std::string const& field);

}  // namespace decapod::test
