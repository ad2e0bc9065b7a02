#pragma once
// Who led when, by the stamps that each leader writes into broker.log while it holds the lock.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <thread>

namespace decapod::test {

struct TenureReport {
  std::size_t leads = 0;    // "lead" lines: processes that took the lock or were handed it
  std::size_t brokers = 0;  // of them, spawned brokers
  std::size_t leaves = 0;
  std::size_t overlaps = 0;  // a process that wrote although another one had begun to lead after it
  std::string first_overlap;
};

// Collects the log while it is written, because the log forgets its older half when it is full.
class TenureWatch {
 public:
  explicit TenureWatch(std::filesystem::path broker_log);
  ~TenureWatch();
  // Stops watching. Lines in the order of their stamps.
  TenureReport finish();

 private:
  void collect();

  std::filesystem::path log_;
  std::map<std::int64_t, std::string> lines_;  // by steady stamp
  std::jthread watcher_;
};

}  // namespace decapod::test
