#include <decapod/audit/jsonl_export.h>
#include <decapod/base/os_error.h>

#include <cerrno>
#include <fstream>

#include "export_line.h"
#include "plain_file.h"

namespace decapod::audit {
namespace {

// Walks the lines of one file beside the store.
class Comparison {
 public:
  Comparison(Chain chain, StoredLookup const& stored) : chain_(chain), stored_(stored) {}

  // False: a break was found, stop.
  bool feed(std::string_view line) {
    auto const expected = report_.last + 1;
    auto const record = parse_line(line);
    if (!record) return broken(BreakKind::altered, expected, "is not a line of ours");
    // Of the reads the oldest may have been pruned; of the mutations never.
    bool const begins = report_.first == 0;
    if (begins) report_.first = record->sequence;
    if (record->sequence != expected && (!begins || chain_ == Chain::mutations))
      return broken(BreakKind::missing, expected, "is missing");
    auto const stored = stored_(record->sequence);
    if (!stored) return broken(BreakKind::diverged, record->sequence, "is not in the store");
    if (stored->hash != record->hash || stored->body != record->body) {
      return broken(BreakKind::altered, record->sequence, "is not what the store has");
    }
    report_.last = record->sequence;
    return true;
  }

  void end_with(std::string_view fragment) {
    if (fragment.empty()) return;
    if (may_be_torn_line(fragment))
      report_.torn_bytes = fragment.size();
    else
      broken(BreakKind::altered, report_.last + 1, "is not a line of ours");
  }

  ExportReport const& report() const { return report_; }

 private:
  bool broken(BreakKind kind, std::uint64_t sequence, std::string_view what) {
    report_.first_break =
        Break{.chain = chain_,
              .kind = kind,
              .sequence = sequence,
              .message = "record " + std::to_string(sequence) + " of the exported trail " + std::string(what)};
    return false;
  }

  Chain chain_;
  StoredLookup const& stored_;
  ExportReport report_;
};

}  // namespace

Result<ExportReport> verify_export(std::string const& path, Chain chain, StoredLookup const& stored,
                                   std::uint64_t before) {
  DECAPOD_CHECK(check_plain_file(path));
  std::ifstream file(path, std::ios::binary);
  if (!file) return os_error("read", path, errno, ErrorCode::input_unreadable);
  Comparison comparison(chain, stored);
  std::string line;
  for (std::uint64_t at = 0; at < before && std::getline(file, line); at += line.size() + 1) {
    if (file.eof()) {
      comparison.end_with(line);
      break;
    }
    if (!comparison.feed(line)) break;
  }
  if (file.bad()) return fail(ErrorCode::input_unreadable, "cannot read " + path);
  return comparison.report();
}

}  // namespace decapod::audit
