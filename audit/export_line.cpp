#include "export_line.h"

#include <decapod/audit/jsonl_export.h>

#include <algorithm>
#include <charconv>

namespace decapod::audit {
namespace {

constexpr std::string_view kBeforeSequence = R"({"seq":)";
constexpr std::string_view kBeforeHash = R"(,"hash":")";
constexpr std::string_view kBeforeRecord = R"(","record":)";
constexpr std::size_t kHexSize = 64;

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

// The form has one spelling: a leading zero or a sign is not ours.
bool take_sequence(std::string_view& text, std::uint64_t& out) {
  auto const [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || text.front() == '0') return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return true;
}

bool take_hash(std::string_view& text, Sha256& out) {
  auto const hash = sha256_from_hex(text.substr(0, kHexSize));
  if (!hash) return false;
  out = *hash;
  text.remove_prefix(kHexSize);
  return true;
}

}  // namespace

std::string to_line(StoredRecord const& record) {
  std::string line;
  line.reserve(record.body.size() + 128);
  line += kBeforeSequence;
  line += std::to_string(record.sequence);
  line += kBeforeHash;
  line += hex(record.hash);
  line += kBeforeRecord;
  line += record.body;
  line += "}\n";
  return line;
}

Result<StoredRecord> parse_line(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  StoredRecord record;
  bool const ours = take(line, kBeforeSequence) && take_sequence(line, record.sequence) && take(line, kBeforeHash) &&
                    take_hash(line, record.hash) && take(line, kBeforeRecord) && line.starts_with('{') &&
                    line.ends_with("}}") && line.find('\n') == std::string_view::npos;
  if (!ours) return fail(ErrorCode::bad_request, "not a line of an exported audit trail");
  line.remove_suffix(1);
  record.body = line;
  return record;
}

bool may_be_torn_line(std::string_view fragment) {
  auto const written = fragment.substr(0, fragment.find_last_not_of('\0') + 1);
  auto const compared = std::min(written.size(), kBeforeSequence.size());
  return written.substr(0, compared) == kBeforeSequence.substr(0, compared);
}

}  // namespace decapod::audit
