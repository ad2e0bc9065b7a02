#pragma once
// Moving an item from one status to another in the store, with all that follows: counts, completion, records.

#include "store.h"
#include "store_links.h"

namespace decapod::todo {

// The errors of rules::prove() in words: stale_token, not_holder; for an item that nobody holds, bad_transition for
// `move`.
Result<void> check_holder(contract::Context& context, store::Item const& item, std::optional<std::int64_t> token,
                          rules::Move move);
// For verbs that anybody may use: a token, if there is one, must be the current one.
Result<void> check_token(contract::Context& context, store::Item const& item, std::optional<std::int64_t> token);

// held: who holds it, until when.
Error held_by(store::Item const& item, rules::Holding const& holding, Caller const& caller);

// Applies the transition table and stores the outcome; `item` is brought up to date. The caller has changed holding and
// token before. Returns the items that waited for this one, if it began or ceased to be live.
Result<std::vector<store::Waiting>> move_item(contract::Context& context, store::Item& item, rules::Move move,
                                              std::optional<std::string> reason = std::nullopt);

void say(contract::Context& context, store::Item const& item, std::string text);  // adds a comment by the caller

}  // namespace decapod::todo
