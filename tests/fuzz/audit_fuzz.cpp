// The readers of the trail. The first line says which one the rest is for: record, line, checkpoint, anything else pin.
// Promises: what is read and written again is read the same; a line and a checkpoint have one spelling; everything else
// is a bad_request.

#include <decapod/audit/checkpoint.h>
#include <decapod/audit/jsonl_export.h>
#include <decapod/validate_pins/pins.h>

#include "refusal.h"

using namespace decapod;
using namespace decapod::fuzz;

namespace {

std::string with_newline(std::string_view text) {
  std::string whole(text);
  if (!text.ends_with('\n')) whole += '\n';
  return whole;
}

void read_record(std::string_view text) {
  auto const record = audit::parse_record(text);
  if (!record) return expect_refusal(record.error(), {ErrorCode::bad_request});
  auto const written = audit::canonical(*record);
  expect(is_utf8(written), "a record is written as UTF-8");
  expect(written.find('\n') == std::string::npos, "a record is one line");
  auto const again = audit::parse_record(written);
  expect(again.has_value(), "a record that was written can be read");
  expect_same(audit::canonical(*again), written, "a record that was read is written the same");
  // Whatever a line holds, the export hands out the stored bytes.
  audit::StoredRecord const stored{.sequence = 1 + text.size(), .body = written, .hash = sha256(written)};
  auto const line = audit::parse_line(audit::to_line(stored));
  expect(line.has_value() && line->sequence == stored.sequence, "every record can be exported");
  expect_same(line->body, written, "an exported record has the stored bytes");
}

void read_line(std::string_view text) {
  auto const line = audit::parse_line(text);
  if (!line) return expect_refusal(line.error(), {ErrorCode::bad_request});
  expect_same(audit::to_line(*line), with_newline(text), "an exported line has one spelling");
}

void read_checkpoint(std::string_view text) {
  auto const checkpoint = audit::parse_checkpoint(text);
  if (!checkpoint) return expect_refusal(checkpoint.error(), {ErrorCode::bad_request});
  expect_same(audit::to_text(*checkpoint), with_newline(text), "a checkpoint has one spelling");
  auto const same = audit::compare(*checkpoint, checkpoint->mutations.head, checkpoint->mutations.size);
  expect(!same, "a checkpoint agrees with the chain it was made of");
}

// An empty chain has one head only.
bool is_of_a_store(Result<audit::Checkpoint> const& checkpoint) {
  if (!checkpoint) return false;
  auto const genesis = audit::genesis(audit::Chain::mutations, checkpoint->store_uuid);
  return checkpoint->mutations.size > 0 || checkpoint->mutations == genesis;
}

// A pin is as good as its checkpoint: unreadable, or judged.
void judge_pin(std::string_view text) {
  std::vector<validate::PinFile> pins(1);
  pins.front().path = "pin";
  pins.front().text = text;
  auto const checkpoint = audit::parse_checkpoint(text);
  std::vector<std::string> made_here;
  validate::PinnedStore store;
  if (checkpoint) {
    made_here = {checkpoint->store_uuid};
    store.uuid = checkpoint->store_uuid;
    store.chain_size = checkpoint->mutations.size;
    store.hash_at_size = [&](std::uint64_t records) {
      auto const empty = audit::genesis(audit::Chain::mutations, checkpoint->store_uuid);
      return std::optional(records == 0 ? empty.head : checkpoint->mutations.head);
    };
  }
  auto const report = validate::judge_pins({.pins = pins, .made_here = made_here}, &store);
  bool const kept = report.findings.empty();
  expect(kept == is_of_a_store(checkpoint), "a pin passes if and only if it is a checkpoint of this store");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto text = text_of(data, size);
  auto const reader = take_line(text);
  if (reader == "record")
    read_record(text);
  else if (reader == "line")
    read_line(text);
  else if (reader == "checkpoint")
    read_checkpoint(text);
  else
    judge_pin(text);
  return 0;
}
