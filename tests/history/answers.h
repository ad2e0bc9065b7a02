#pragma once
// What an envelope says, in the words of the models.

#include <boost/json/object.hpp>

#include "record.h"

namespace decapod::history {

// What became of a request, as its asker was told.
enum class Told : std::uint8_t {
  answered,      // done, or refused by a rule
  nothing_done,  // out of time or busy: it never took effect, and never will
  unknown,       // it may take effect, or have had it
  unexpected,    // anything else: a fault
};

Told told(boost::json::object const& envelope);

// Fills in outcome, marker, item and what is seen. Throws std::exception if the envelope is not what it should be.
void read_item_answer(boost::json::object const& envelope, ItemRecord& record);
void read_store_answer(boost::json::object const& envelope, StoreRead& read);
// The answer of `broker result`: nullopt if the request had no effect.
std::optional<ItemRecord> read_settled(boost::json::object const& envelope, ItemRecord const& asked);

}  // namespace decapod::history
