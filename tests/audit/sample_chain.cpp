#include "sample_chain.h"

namespace decapod::audit {

Record sample_record(std::uint64_t number) {
  auto const text = std::to_string(number);
  return {.ts = {1795470021123 + static_cast<std::int64_t>(number)},
          .request_id = "request-" + text,
          .actor = "agent-" + std::to_string(number % 7),
          .session = "session-" + std::to_string(number % 3),
          .store_root = "/home/dev/repository/.decapod/data",
          .db_id = "todo",
          .request_type = "todo.claim",
          .key = "",
          .idempotency_key = "request-" + text,
          .status = Status::COMMITTED,
          .latency_ms = {1250 + static_cast<std::int64_t>(number)},
          .affected_keys = {"todo/item/t-" + text, "todo/lease/t-" + text},
          .epoch = 1 + number / 10,
          .commit_seq = number,
          .error = "",
          .request_digest = sha256("request " + text),
          .reply_hash = sha256("reply " + text)};
}

std::vector<StoredRecord> sample_chain(std::uint64_t count, Chain chain) {
  std::vector<StoredRecord> records;
  auto head = genesis(chain, kStore);
  for (std::uint64_t i = 1; i <= count; ++i) {
    auto body = canonical(sample_record(i));
    head = extend(chain, head, body);
    records.push_back({.sequence = head.size, .body = std::move(body), .hash = head.head});
  }
  return records;
}

std::optional<Break> verify(std::vector<StoredRecord> const& records, Chain chain) {
  Verifier verifier(chain, genesis(chain, kStore));
  for (auto const& record : records) {
    if (auto found = verifier.feed(record.sequence, record.body, record.hash)) return found;
  }
  return std::nullopt;
}

}  // namespace decapod::audit
