#pragma once
// Who led when, by the stamps that each leader writes into broker.log while it holds the lock.

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace decapod::test {

struct TenureReport {
  std::size_t led = 0;           // commands that won the lock
  std::size_t brokers = 0;       // spawned brokers that took over from one
  std::vector<pid_t> cut_short;  // of these: those whose last word, "leave", is not there, once for each
  std::size_t overlaps = 0;      // stamps of a process after another one had begun to lead
  std::string first_overlap;
};

// Needs the whole log: set DECAPOD_BROKER_LOG_BYTES (kWholeLog) for everybody who may lead.
TenureReport read_tenures(std::filesystem::path const& broker_log);

inline constexpr char const* kWholeLog = "100000000";

}  // namespace decapod::test
