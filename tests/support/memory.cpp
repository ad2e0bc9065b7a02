#include <support/memory.h>

#include <fstream>
#include <stdexcept>

namespace decapod::test {

std::int64_t memory_kib(pid_t process, std::string const& field) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ':')) return std::stoll(line.substr(field.size() + 1));
  }
  throw std::runtime_error("process " + std::to_string(process) + " has no " + field);
}

}  // namespace decapod::test
