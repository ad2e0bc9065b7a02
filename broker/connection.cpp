#include <decapod/broker/connection.h>
#include <decapod/crash/point.h>

#include <cstring>
#include <exception>

#include "refusals.h"

namespace decapod::broker {
namespace {

std::array<std::byte, ipc::kHeaderBytes> header_bytes(std::string const& inbox) {
  std::array<std::byte, ipc::kHeaderBytes> bytes{};
  std::memcpy(bytes.data(), inbox.data(), bytes.size());
  return bytes;
}

Error too_large() {
  return fail(ErrorCode::too_large, "a request may have " + std::to_string(ipc::kMessageBytesMax) + " bytes");
}

}  // namespace

template <class Step>
void Connection::guarded(Step const& step) {
  try {
    step();
  } catch (std::exception const& fault) {
    close();
    host_.connection_failed(fault.what());
  }
}

void Connection::start(std::string const& greeting, Leaving leaving) {
  leaving_ = leaving;
  wire_->attach(weak_from_this());
  guarded([&] {
    crash::reach(crash::Point::mid_greeting, [&] { wire_->write(greeting.substr(0, greeting.size() / 2)); });
    send(greeting);
    read_some();
  });
}

// Whoever is idle leaves between requests, never in the middle of one: a large request takes longer to write and to
// send than a short idle time lasts, and would be turned away by one broker after the other.
bool Connection::is_about_to_ask(SteadyTime now) const {
  if (phase_ != Phase::reading || close_when_sent_) return false;
  return timing_ || (is_new_ && now - arrived_ < ipc::kFirstFrameTimeout);
}

// One request at a time, and none from a peer that does not read what it was answered.
bool Connection::takes_frames() const {
  return phase_ == Phase::reading && !close_when_sent_ && outbox_.size() <= ipc::kFrameBytesMax;
}

// While a request is executed the stream is read on, so that a client's going away is seen; what it sends is kept.
bool Connection::takes_bytes() const {
  return phase_ != Phase::closed && !close_when_sent_ && outbox_.size() <= ipc::kFrameBytesMax &&
         (phase_ == Phase::reading || inbox_.size() < kReadAtOnce);
}

// The end of the stream is the client's end: half a request was never executed, and never will be; nor will one that
// waits in the queue.
void Connection::read_some() {
  if (reading_ || !takes_bytes()) return;
  reading_ = true;
  wire_->read();
}

void Connection::received(std::string_view bytes) {
  reading_ = false;
  if (phase_ == Phase::closed) return;
  guarded([&] {
    inbox_ += bytes;
    consume();
  });
}

// Takes whole frames off the inbox while no request is being executed; reads on when one is incomplete.
void Connection::consume() {
  bool taken = false;
  while (takes_frames() && inbox_.size() >= ipc::kHeaderBytes) {
    auto const header = ipc::parse_header(header_bytes(inbox_));
    if (!header) return refuse_and_close(header.error());
    if (inbox_.size() < ipc::kHeaderBytes + header->size) break;
    auto body = inbox_.substr(ipc::kHeaderBytes, header->size);
    inbox_.erase(0, ipc::kHeaderBytes + header->size);
    // Frames that bring nothing must not keep a request unfinished for ever.
    taken = taken || header->kind != ipc::FrameKind::part || header->size > 0;
    on_frame(*header, std::move(body));
  }
  if (takes_frames()) {
    bool const incomplete = !inbox_.empty() || !staged_.empty();
    // The time of a frame runs from its first byte: more bytes of the same frame do not prolong it.
    if (incomplete && (taken || !timing_)) wire_->arm(WireTimer::frame, ipc::kFrameTimeout);
    if (!incomplete) wire_->disarm(WireTimer::frame);
    timing_ = incomplete;
  }
  read_some();
}

void Connection::on_frame(ipc::FrameHeader const& header, std::string body) {
  is_new_ = false;
  switch (header.kind) {
    case ipc::FrameKind::part:
      if (staged_.size() + body.size() > ipc::kMessageBytesMax) {
        return refuse_and_close(too_large());
      }
      if (!host_.reserve(body.size())) {
        return refuse_and_close(
            fail(ErrorCode::busy, "too many large requests are under way", {{"retry_after_ms", kMemoryReturnsMs}}));
      }
      reserved_ += body.size();
      staged_ += body;
      return;
    case ipc::FrameKind::request: {
      auto message = std::exchange(staged_, {});
      host_.give_back(std::exchange(reserved_, 0));
      if (message.size() + body.size() > ipc::kMessageBytesMax) return refuse_and_close(too_large());
      return on_request(message.empty() ? std::move(body) : message += body);
    }
    case ipc::FrameKind::step_down:
      return host_.step_down_asked(body);
    case ipc::FrameKind::status:
      return send(ipc::make_frames(ipc::FrameKind::status, to_text(codec::encode(host_.status()))));
    case ipc::FrameKind::reply:
    case ipc::FrameKind::go_away:
      break;
  }
  refuse_and_close(fail(ErrorCode::bad_request, "a client does not send frames of this kind"));
}

void Connection::on_request(std::string message) {
  crash::reach(crash::Point::request_accepted);
  auto const decode = [&]() -> Result<ipc::Request> {
    DECAPOD_TRY(auto const document, parse_json(message, "the request"));
    return codec::decode<ipc::Request>(document, codec::Unknown::refuse);
  };
  auto const understand = [&]() -> Result<ipc::Request> {
    try {
      return decode();
    } catch (std::exception const& fault) {
      return fault_of("reading the request", fault);
    }
  };
  auto request = understand();
  wire_->disarm(WireTimer::frame);
  timing_ = false;
  phase_ = Phase::executing;
  crash::reach(crash::Point::request_decoded);
  auto at_once = request ? host_.accept_request(*this, *std::move(request), message.size())
                         : std::optional(refusal_frames(request.error()));
  // consume() goes on by itself: calling it here would stack up one frame for each request in the inbox.
  if (at_once) reply(*std::move(at_once));
}

void Connection::answer(std::string frames) {
  if (phase_ == Phase::closed) return;
  guarded([&] {
    reply(std::move(frames));
    consume();
  });
}

void Connection::reply(std::string frames) {
  phase_ = Phase::reading;
  crash::reach(crash::Point::mid_reply, [&] { wire_->write(frames.substr(0, frames.size() / 2)); });
  send(std::move(frames));
  if (leaving_ == Leaving::yes) send_away(Force::yes);
}

void Connection::send_away(Force force) {
  if (phase_ == Phase::closed || close_when_sent_) return;
  if (phase_ == Phase::executing) {
    leaving_ = Leaving::yes;
    return;
  }
  if (leaving_ == Leaving::yes && force == Force::no) return;
  send(ipc::make_frame(ipc::FrameKind::go_away, ""));
  close_when_sent_ = true;
  flush();
}

void Connection::refuse_and_close(Error const& error) {
  host_.refused_frame(error.message);
  send(refusal_frames(error));
  close_when_sent_ = true;
  flush();
}

void Connection::send(std::string bytes) {
  if (phase_ == Phase::closed) return;
  outbox_ += bytes;
  flush();
}

void Connection::flush() {
  if (writing_ || phase_ == Phase::closed) return;
  if (outbox_.empty()) {
    if (close_when_sent_) close();
    return;
  }
  writing_ = true;
  wire_->arm(WireTimer::write, ipc::kWriteTimeout);
  wire_->write(std::exchange(outbox_, {}));
}

void Connection::sent() {
  writing_ = false;
  if (phase_ == Phase::closed) return;
  wire_->disarm(WireTimer::write);
  crash::reach(crash::Point::reply_sent);
  guarded([&] {
    flush();
    consume();
  });
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  auto const self = shared_from_this();
  phase_ = Phase::closed;
  host_.give_back(std::exchange(reserved_, 0));
  staged_.clear();
  wire_->close();
  host_.closed(*this);
}

}  // namespace decapod::broker
