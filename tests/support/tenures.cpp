#include <support/tenures.h>

#include <chrono>
#include <fstream>
#include <regex>

namespace decapod::test {
namespace {

// "2026-11-23T21:40:21.123Z steady=812345678901 pid=4711 lead broker epoch=3"
std::regex const& line_shape() {
  static std::regex const shape(R"(^\S+ steady=(\d+) pid=(\d+) (\S+)(.*)$)");
  return shape;
}

}  // namespace

TenureWatch::TenureWatch(std::filesystem::path broker_log)
    : log_(std::move(broker_log)), watcher_([this](std::stop_token const& stop) {
        while (!stop.stop_requested()) {
          collect();
          std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
      }) {}

TenureWatch::~TenureWatch() = default;

// A line that is read while the log is being trimmed may be torn; the next round reads it whole.
void TenureWatch::collect() {
  std::ifstream file(log_);
  std::smatch parts;
  for (std::string line; std::getline(file, line) && !file.eof();) {
    if (std::regex_match(line, parts, line_shape())) lines_.emplace(std::stoll(parts[1]), line);
  }
}

TenureReport TenureWatch::finish() {
  watcher_.request_stop();
  if (watcher_.joinable()) watcher_.join();
  collect();
  TenureReport report;
  std::string leader;
  std::smatch parts;
  for (auto const& [stamp, line] : lines_) {
    if (!std::regex_match(line, parts, line_shape())) continue;
    std::string const pid = parts[2];
    std::string const event = parts[3];
    if (event == "lead") {
      leader = pid;
      ++report.leads;
      if (parts[4].str().find("broker") != std::string::npos) ++report.brokers;
    } else if (!leader.empty() && pid != leader) {
      if (++report.overlaps == 1) report.first_overlap = line + " while pid " + leader + " led";
    }
    if (event.starts_with("leave")) ++report.leaves;
  }
  return report;
}

}  // namespace decapod::test
