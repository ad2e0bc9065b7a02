#pragma once
// A broker's Connection on a wire of ours, fed in pieces; no broker behind it.

#include <string>
#include <string_view>

#include "stream_model.h"

namespace decapod::fuzz {

struct Course {
  Events events;
  std::string answered;  // the bytes that came back
};

// Feeds `stream`, `piece` bytes at a time, then ends it. Aborts unless the connection kept the rules of Wire, closed
// once, and gave back all the room that it reserved.
Course feed(std::string_view stream, std::size_t piece);

}  // namespace decapod::fuzz
