#pragma once
// What one subsystem may ask about what is known, whose tables it does not know, and how its own request makes an entry
// binding.

#include <decapod/base/clock.h>
#include <decapod/base/id.h>
#include <decapod/base/json.h>
#include <decapod/base/result.h>

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace decapod::contract {

class Context;

enum class KnowledgeState : std::uint8_t { live, superseded, expired };
BOOST_DESCRIBE_ENUM(KnowledgeState, live, superseded, expired)

// How an entry became procedural: something to be followed.
struct KnowledgePromotion {
  Marker marker;       // of the commit that made it so; the store confirms it
  std::string record;  // the id of the promotion, in the words of the subsystem that keeps it
  std::string actor;
  Timestamp at;
  std::string reason;
};

struct KnowledgeFacts {
  std::string id;  // the whole of it, as it is stored
  KnowledgeState state = KnowledgeState::live;
  std::optional<Timestamp> until;               // exactly while it is live and expires by itself
  std::string digest;                           // hex: SHA-256 of what it says and rests on, which never changes
  json::object document;                        // that, as it is exported
  std::optional<KnowledgePromotion> promotion;  // exactly while it is procedural
};

// What a request that is being handled makes procedural.
struct PromotedEntry {
  std::string id;
  std::string digest;  // of what was judged
  std::string record;  // the id of the promotion
  std::string reason;
};

// Of the one subsystem that keeps knowledge. Each may throw storage::Failure.
struct KnowledgeKeeper {
  Result<KnowledgeFacts> (*facts)(Context& context, std::string_view id);
  Result<void> (*promote)(Context& context, PromotedEntry const& entry);
};

// The entry with this id, or with the only id that begins so. What it says of the state is true at Context::now: a read
// that tells of it is bounded by KnowledgeFacts::until. not_found, ambiguous_id: with suggestions, or no subsystem
// keeps knowledge. marker_unconfirmed: the trail tells of no commit that added exactly this, or that promoted it.
Result<KnowledgeFacts> knowledge_facts(Context& context, std::string_view id);

// Makes an entry procedural, in the transaction of the write that is being handled and undone with it: there is no
// other way to become so. Names what it changes in Context::affects, so that the trail of this very commit proves it.
// not_found; bad_transition: it is not live; already_exists: it is procedural; proof_mismatch: it does not say what was
// judged; marker_unconfirmed: as above.
Result<void> promote_knowledge(Context& context, PromotedEntry const& entry);

}  // namespace decapod::contract
