#include "rules.h"

#include <decapod/base/reflect.h>

namespace decapod::knowledge::rules {

State state_of(Standing const& standing, Timestamp now) {
  if (standing.successor) return State::superseded;
  return standing.expires_at && *standing.expires_at <= now ? State::expired : State::live;
}

Chain follow(std::int64_t from, std::optional<std::int64_t> sought, SuccessorOf const& successor_of) {
  auto at = from;
  for (int steps = 0; steps < kChainMost; ++steps) {
    if (at == sought) return {Chain::Way::meets, at};
    auto const next = successor_of(at);
    if (!next) return {Chain::Way::ends, at};
    at = *next;
  }
  return {Chain::Way::too_long, at};
}

Sha256 digest_of(std::string_view title, EntryKind kind, std::string_view body, std::vector<Source> const& sources,
                 std::vector<Sha256> const& digests) {
  Sha256Hasher hasher;
  auto const put = [&](std::string_view text) { hasher.add_u64(text.size()).add(text); };
  put("decapod knowledge 1");
  put(title);
  put(to_text(kind));
  put(body);
  hasher.add_u64(sources.size());
  for (auto const& source : sources) put(as_text(source));
  hasher.add_u64(digests.size());
  for (auto const& digest : digests) hasher.add(Bytes(digest.bytes));
  return hasher.finish();
}

}  // namespace decapod::knowledge::rules
