#pragma once
// How records are chained, and what a break in the chain looks like.

#include <decapod/audit/record.h>
#include <decapod/base/digest.h>

#include <optional>
#include <string>

namespace decapod::audit {

// Where a chain stands: `size` records, the last of which has the hash `head`. An empty chain has size 0 and the
// genesis head, which binds the store and the chain's name.
struct Head {
  std::uint64_t size = 0;
  Sha256 head;
  friend bool operator==(Head const&, Head const&) = default;
};

Head genesis(Chain chain, std::string_view store_uuid);

// SHA-256 over a domain separator, the sequence number (from 1), the previous hash, the length of the body, the body.
Sha256 link(Chain chain, std::uint64_t sequence, Sha256 const& previous, std::string_view body);
Head extend(Chain chain, Head const& head, std::string_view body);

// A stored record, as the store or an exported line gives it.
struct StoredRecord {
  std::uint64_t sequence = 0;
  std::string body;
  Sha256 hash;
};

enum class BreakKind : std::uint8_t {
  missing,    // the sequence number is not the next one
  altered,    // the hash does not follow from the previous one and the body
  truncated,  // the chain is shorter than a checkpoint says
  diverged,   // the chain has another hash than a checkpoint says
};
BOOST_DESCRIBE_ENUM(BreakKind, missing, altered, truncated, diverged)

// The first bad record of a chain.
struct Break {
  Chain chain = Chain::mutations;
  BreakKind kind = BreakKind::altered;
  std::uint64_t sequence = 0;
  std::string message;
};

// Walks a chain from its beginning (or from a known head), one record at a time.
class Verifier {
 public:
  Verifier(Chain chain, Head from) : chain_(chain), head_(from) {}
  // The first break, if this record is one; then stop feeding.
  std::optional<Break> feed(std::uint64_t sequence, std::string_view body, Sha256 const& hash);
  Head const& head() const { return head_; }

 private:
  Chain chain_;
  Head head_;
};

}  // namespace decapod::audit
