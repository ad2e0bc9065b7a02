#pragma once
// The exported trail: JSON Lines that people tail and grep. A derived copy: the store is the truth, and only the holder
// of the leader lock writes it.

#include <decapod/audit/chain.h>
#include <memory>
#include <vector>

namespace decapod::audit {

// One line: {"seq":N,"hash":"<hex>","record":{...}}\n, the record's bytes exactly as they are stored.
std::string to_line(StoredRecord const& record);
Result<StoredRecord> parse_line(std::string_view line);

enum class TailState : std::uint8_t {
  absent,    // no file, or an empty one
  clean,     // ends with a whole line
  repaired,  // ended in the middle of a line, which was cut off
  foreign,   // the last line is not one of ours
};

// What the file holds, found when it is opened.
struct ExportTail {
  TailState state = TailState::absent;
  std::uint64_t sequence = 0;  // of the last line; 0 = none
  Sha256 hash;                 // of the last line
  std::uint64_t cut_bytes = 0; // repaired: how many were cut off
};

class JsonlExport {
 public:
  virtual ~JsonlExport() = default;
  virtual ExportTail const& tail() const = 0;
  // Appends whole lines in one write and syncs nothing. Records follow the tail's sequence without a gap.
  virtual Result<void> append(std::vector<StoredRecord> const& records) = 0;
};

// Opens (creates, mode 0600) `path`, looks at its last line and cuts off a torn one. A file whose last line is not one of
// ours is left as it is (foreign): append then refuses, because evidence is never overwritten.
Result<std::unique_ptr<JsonlExport>> open_export(std::string const& path);

}  // namespace decapod::audit
