#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <fstream>
#include <iomanip>
#include <sstream>

#include "launch.h"
#include "report.h"

namespace decapod::bench {
namespace {

std::string field_of(std::string const& path, std::string const& name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name)) continue;
    auto const value = line.find_first_not_of(" \t", line.find(':') + 1);
    return value == std::string::npos ? "" : line.substr(value);
  }
  return "";
}

// The mount whose point is the longest beginning of the path.
std::string file_system_of(std::string const& path) {
  std::ifstream mounts("/proc/self/mounts");
  std::string found;
  std::size_t longest = 0;
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::string device, point, kind, options;
    fields >> device >> point >> kind >> options;
    bool const above = point == "/" || path == point || path.starts_with(point + '/');
    if (!above || point.size() < longest) continue;
    longest = point.size();
    found = kind + " on " + device + " (" + options + ')';
  }
  return found;
}

std::string first_line(std::string text) {
  return text.substr(0, text.find('\n'));
}

std::string version_of(std::string const& program, std::vector<std::string> words) {
  if (program.empty()) return "absent";
  words.insert(words.begin(), program);
  return first_line(must({.arguments = words, .environment = {"PATH=/usr/bin:/bin"}, .directory = "/"}));
}

// What one durable append of a page costs here.
std::string sync_time(std::string const& folder) {
  auto const path = folder + "/decapod-bench-sync";
  std::string const page(4096, 'x');
  std::vector<double> times;
  auto* const stream = fopen(path.c_str(), "wb");
  for (int i = 0; stream != nullptr && i < 200; ++i) {
    fwrite(page.data(), 1, page.size(), stream);
    fflush(stream);
    auto const from = now();
    fdatasync(fileno(stream));
    times.push_back(ms_between(from, now()));
  }
  if (stream != nullptr) fclose(stream);
  unlink(path.c_str());
  std::ostringstream text;
  text << std::setprecision(2) << "p50 " << median(times) << " ms, p99 " << percentile(times, 99) << " ms";
  return text.str();
}

}  // namespace

Facts describe_machine(Bench const& bench) {
  utsname system{};
  uname(&system);
  return {{"processor", field_of("/proc/cpuinfo", "model name")},
          {"cores", std::to_string(sysconf(_SC_NPROCESSORS_ONLN))},
          {"memory", field_of("/proc/meminfo", "MemTotal")},
          {"kernel", std::string(system.sysname) + ' ' + system.release},
          {"file system", file_system_of(bench.scratch)},
          {"fdatasync of an appended page", sync_time(bench.scratch)},
          {"decapod", version_of(bench.decapod, {"--version"})},
          {"sqlite3", version_of(find_program("sqlite3"), {"--version"})},
          {"bd", version_of(find_program("bd"), {"--version"})}};
}

}  // namespace decapod::bench
