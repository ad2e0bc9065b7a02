#include <support/tenures.h>

#include <cstdint>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <stdexcept>

namespace decapod::test {
namespace {

struct Line {
  std::string pid;
  std::string event;
  std::string text;
};

// "2026-11-23T21:40:21.123Z steady=812345678901 pid=4711 lead", by the steady stamp.
std::multimap<std::int64_t, Line> read_lines(std::filesystem::path const& path) {
  static std::regex const shape(R"(^\S+ steady=(\d+) pid=(\d+) (\w+).*$)");
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::multimap<std::int64_t, Line> lines;
  std::smatch parts;
  for (std::string text; std::getline(file, text);) {
    if (!std::regex_match(text, parts, shape)) throw std::runtime_error("not a line of broker.log: " + text);
    lines.emplace(std::stoll(parts[1]), Line{parts[2], parts[3], text});
  }
  return lines;
}

}  // namespace

TenureReport read_tenures(std::filesystem::path const& broker_log) {
  TenureReport report;
  std::string leader;
  std::multiset<std::string> serving;
  for (auto const& [stamp, line] : read_lines(broker_log)) {
    bool const begins = line.event == "lead" || line.event == "adopt";
    if (line.event == "lead") ++report.led;
    if (line.event == "adopt") {
      ++report.brokers;
      serving.insert(line.pid);
    }
    // Of a pid that was used twice, the last tenure: the one before was cut short.
    if (auto const broker = serving.find(line.pid); line.event == "leave" && broker != serving.end()) {
      serving.erase(broker);
    }
    if (begins) {
      leader = line.pid;
    } else if (line.pid != leader && ++report.overlaps == 1) {
      report.first_overlap = line.text + " while pid " + leader + " led";
    }
  }
  for (auto const& pid : serving) report.cut_short.push_back(std::stoi(pid));
  return report;
}

}  // namespace decapod::test
