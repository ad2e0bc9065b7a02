#pragma once
// Keeps the exported trail up to date with the stored one.

#include <decapod/audit/jsonl_export.h>
#include <decapod/base/descriptor.h>
#include <decapod/base/state_paths.h>
#include <decapod/storage/database.h>
#include <string>
#include <vector>

namespace decapod::broker {

enum class Progress : std::uint8_t { done, more };

// Only the leader holds one. A file that does not agree with the store is left as it is and reported: it is evidence.
// One that could not be written, was taken away or was changed meanwhile is reported, and opened anew the next time.
// The state directory is held from the beginning, because another may stand at its path when there is something to
// append: in that one nothing is made.
class TrailExport {
 public:
  explicit TrailExport(StatePaths const& paths);

  // What a call takes when nobody waits: some three milliseconds, on the machine of README "Performance".
  static constexpr std::size_t kWhenQuiet = 2000;

  // Appends what the files lack, at most `records` of each chain. Throws storage::Failure.
  Progress catch_up(storage::Database& database, std::size_t records = kWhenQuiet);

  // What was wrong with the files, in words; each once, until something could be appended again.
  std::vector<std::string> take_complaints() { return std::exchange(complaints_, {}); }

 private:
  struct File {
    std::unique_ptr<audit::JsonlExport> file;
    std::uint64_t sequence = 0;
    bool given_up = false;
    std::string told;  // what was complained about last
  };
  Progress catch_up(storage::Database& database, audit::Chain chain, File& file, std::size_t most);
  bool open(storage::Database& database, audit::Chain chain, File& file);
  void complain(File& file, std::string about);
  void begin_anew(File& file, std::string const& because);

  Descriptor directory_;
  File mutations_;
  File reads_;
  std::vector<std::string> complaints_;
};

}  // namespace decapod::broker
