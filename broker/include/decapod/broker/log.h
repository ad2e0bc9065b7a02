#pragma once
// broker.log: when somebody led, why it ended, what went wrong. For `doctor` and for people.

#include <decapod/base/clock.h>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::broker {

inline constexpr std::size_t kLogBytes = 64 * 1024;

// Written only under the leader lock, one append a line, so lines never mix. A file past `bytes_max` keeps its last
// half. Failing to log fails nothing.
class Log {
 public:
  Log(std::string path, Clock& clock, std::size_t bytes_max = kLogBytes);
  // "2026-11-23T21:40:21.123Z steady=812345678901 pid=4711 lead ..."; `steady` in nanoseconds, for ordering tenures.
  void line(std::string_view event) const;

 private:
  void trim() const;

  std::string path_;
  Clock& clock_;
  std::size_t bytes_max_;
};

// The last `count` lines of the log at `path`; none if there is no log.
std::vector<std::string> last_lines(std::string const& path, std::size_t count);

}  // namespace decapod::broker
