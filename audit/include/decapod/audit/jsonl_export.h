#pragma once
// The exported trail: JSON Lines that people tail and grep. A derived copy: the store is the truth, and only the holder
// of the leader lock writes it.

#include <decapod/audit/chain.h>
#include <fcntl.h>

#include <functional>
#include <limits>
#include <memory>
#include <vector>

namespace decapod::audit {

// One line: {"seq":N,"hash":"<hex>","record":{...}}\n, the record's bytes exactly as they are stored.
std::string to_line(StoredRecord const& record);
// With or without the newline. bad_request: not a line of this form; the record inside is not looked into.
Result<StoredRecord> parse_line(std::string_view line);

enum class TailState : std::uint8_t {
  absent,    // no file, or an empty one
  clean,     // ends with a whole line
  repaired,  // ended in the middle of a line, which was cut off
  foreign,   // ends with something that is not ours
};
BOOST_DESCRIBE_ENUM(TailState, absent, clean, repaired, foreign)

// What the file holds, found when it is opened.
struct ExportTail {
  TailState state = TailState::absent;
  std::uint64_t sequence = 0;   // of the last line; 0 = none
  Sha256 hash;                  // of the last line
  std::uint64_t cut_bytes = 0;  // repaired: how many were cut off
};

// Whether the file may be continued: its last line is the record that the store has under that number (nullopt: the
// store has none). audit_broken: it is not, or the file is foreign. That is evidence: leave the file as it is.
Result<void> check_tail(ExportTail const& tail, std::optional<Sha256> const& stored_at_tail);

class JsonlExport {
 public:
  virtual ~JsonlExport() = default;
  virtual ExportTail const& tail() const = 0;
  // Whether the path that it was opened by, below `directory`, still leads to it.
  virtual bool is_at_its_path(int directory) const = 0;
  // Appends whole lines and syncs nothing. Records follow the tail's sequence without a gap (internal); the first ones
  // of an empty file may start anywhere. After an error the file ends where it did. audit_broken: the file is foreign,
  // or another program has written to it since.
  virtual Result<void> append(std::vector<StoredRecord> const& records) = 0;
};

// Opens (creates, mode 0600) `path`, reads its end and cuts off a torn line. A file that does not end with a line of
// ours is left as it is (foreign). A relative path is below `directory`, which is only needed here and later on by
// is_at_its_path(). not_writable; audit_broken: it became shorter while it was read; unsafe_directory: the path is no
// plain file with one name only (opening another name of the database would drop its locks).
Result<std::unique_ptr<JsonlExport>> open_export(std::string const& path, int directory = AT_FDCWD);

// The stored record with this sequence number, if there is one.
using StoredLookup = std::function<std::optional<StoredRecord>(std::uint64_t sequence)>;

struct ExportReport {
  std::uint64_t first = 0;           // sequence of the first line; 0 = no line
  std::uint64_t last = 0;            // of the last line that was compared
  std::uint64_t torn_bytes = 0;      // an unfinished line at the end: a crash, no tampering
  std::optional<Break> first_break;  // where the file and the store part
};

// Compares each line of the file with the record that `stored` gives for its number: `missing` (the numbers do not
// follow, or those of the mutations do not begin with 1), `altered` (not the stored bytes or hash, or no line of ours),
// `diverged` (the store has no such record: the store lost it, or the file is another's). Stops at the first. A file
// that is shorter than the chain is no break. Reads the file once, a line at a time. input_unreadable. Whether the
// stored chain is sound is for Verifier to say. Only lines that begin before `before` bytes are looked at: what was
// exported after a copy of the store was asked for is not in that copy.
Result<ExportReport> verify_export(std::string const& path, Chain chain, StoredLookup const& stored,
                                   std::uint64_t before = std::numeric_limits<std::uint64_t>::max());

}  // namespace decapod::audit
