#pragma once
// A reply as the bytes that its client is sent.

#include <decapod/ipc/message.h>

#include <string>

namespace decapod::broker {

struct Encoded {
  std::string frames;
  std::string error;  // the code in them, if they say one
};

// Where there is not the memory for all of it, what is left of it to be said: that it was committed and the answer
// cannot be told, or that it failed. Throws std::bad_alloc where there is none for that either.
Encoded encode(ipc::Reply const& reply);

}  // namespace decapod::broker
