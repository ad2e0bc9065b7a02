#include <decapod/audit/chain.h>

namespace decapod::audit {
namespace {

// Neither begins with the other, so that what was hashed as one can never be read as the other.
constexpr std::string_view kGenesisDomain = "decapod audit genesis v2\n";
constexpr std::string_view kLinkDomain = "decapod audit v2\n";

}  // namespace

Head genesis(Chain chain, std::string_view store_uuid) {
  auto const name = to_text(chain);
  return {.size = 0, .head = Sha256Hasher().add(kGenesisDomain).add(name).add("\n").add(store_uuid).finish()};
}

Sha256 link(Chain chain, std::uint64_t sequence, Sha256 const& previous, std::string_view body) {
  return Sha256Hasher()
      .add(kLinkDomain)
      .add(to_text(chain))
      .add("\n")
      .add_u64(sequence)
      .add(Bytes(previous.bytes))
      .add_u64(body.size())
      .add(body)
      .finish();
}

Head extend(Chain chain, Head const& head, std::string_view body) {
  auto const sequence = head.size + 1;
  return {.size = sequence, .head = link(chain, sequence, head.head, body)};
}

std::optional<Break> Verifier::feed(std::uint64_t sequence, std::string_view body, Sha256 const& hash) {
  auto const expected = extend(chain_, head_, body);
  if (sequence != expected.size) {
    return Break{.chain = chain_,
                 .kind = BreakKind::missing,
                 .sequence = expected.size,
                 .message = "record " + std::to_string(expected.size) + " of the " + std::string(to_text(chain_)) +
                            " chain is missing: record " + std::to_string(sequence) + " stands in its place"};
  }
  if (hash != expected.head) {
    return Break{.chain = chain_,
                 .kind = BreakKind::altered,
                 .sequence = sequence,
                 .message = "record " + std::to_string(sequence) + " of the " + std::string(to_text(chain_)) +
                            " chain was altered: its hash does not follow from its bytes and the record before it"};
  }
  head_ = expected;
  return std::nullopt;
}

}  // namespace decapod::audit
