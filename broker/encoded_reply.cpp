#include "encoded_reply.h"

#include <decapod/ipc/frame.h>

#include "refusals.h"

namespace decapod::broker {
namespace {

// What is said of a request if all of its answer is too much for the memory that is left.
ipc::Reply cut_short(ipc::Reply const& reply, std::exception const& fault) {
  auto error = fault_of("sending the answer", fault);
  switch (reply.status) {
    case ipc::Status::COMMITTED:
      // Not "busy", which says that nothing was done: the ledger has the answer.
      error = fail(ErrorCode::outcome_unknown, "it was committed, but its answer cannot be told: " + error.message);
      return ipc::refusal(error, ipc::Status::UNKNOWN);
    case ipc::Status::OK:
      return ipc::refusal(error, ipc::Status::NOT_COMMITTED);
    case ipc::Status::NOT_COMMITTED:
    case ipc::Status::UNKNOWN:
      break;
  }
  auto shorter = ipc::refusal(error, reply.status);
  shorter.epoch = reply.epoch;
  shorter.commit_seq = reply.commit_seq;
  shorter.vouched = reply.vouched;
  return shorter;
}

Encoded encoded(ipc::Reply const& reply) {
  auto error = reply.error ? reply.error->code : "";
  return {ipc::make_frames(ipc::FrameKind::reply, to_text(codec::encode(reply))), std::move(error)};
}

}  // namespace

Encoded encode(ipc::Reply const& reply) {
  try {
    return encoded(reply);
  } catch (std::exception const& fault) {
    return encoded(cut_short(reply, fault));
  }
}

}  // namespace decapod::broker
