#include "connection_driver.h"

#include <decapod/broker/connection.h>

#include <utility>

#include "property.h"

namespace decapod::fuzz {
namespace {

using broker::Connection;

// Queues every other request, so that both ways of answering are taken.
class Host final : public broker::ConnectionHost {
 public:
  explicit Host(Events& events) : events_(events) {}

  std::optional<std::string> accept_request(Connection&, ipc::Request request, std::size_t) override {
    expect(!waiting_, "one request at a time is executed");
    auto const sent = to_text(codec::encode(request));
    auto const again = codec::decode<ipc::Request>(codec::encode(request), codec::Unknown::refuse);
    expect(again.has_value(), "what was accepted can be sent again");
    expect_same(to_text(codec::encode(*again)), sent, "a request is the same after another journey");
    events_.push_back("request " + sent);
    waiting_ = ++requests_ % 2 == 0;
    return waiting_ ? std::nullopt : std::optional(reply());
  }
  void step_down_asked(std::string_view body) override { events_.push_back("step_down " + std::string(body)); }
  ServiceStatus status() override {
    events_.emplace_back("status");
    return {};
  }
  bool reserve(std::size_t bytes) override {
    reserved_ += bytes;
    return true;
  }
  void give_back(std::size_t bytes) override {
    expect(bytes <= reserved_, "no more room is given back than was reserved");
    reserved_ -= bytes;
  }
  void refused_frame(std::string_view) override { events_.emplace_back("refused"); }
  void connection_failed(std::string_view) override { expect(false, "nothing is thrown"); }
  void closed(Connection&) override { ++closed_; }

  // False: nothing waited.
  bool answer_waiting(Connection& connection) {
    if (!std::exchange(waiting_, false)) return false;
    connection.answer(reply());
    return true;
  }
  void expect_over() const {
    expect(closed_ == 1, "a connection closes once");
    expect(reserved_ == 0, "a closed connection has given back the room it reserved");
  }

 private:
  static std::string reply() { return ipc::make_frames(ipc::FrameKind::reply, to_text(codec::encode(ipc::Reply{}))); }

  Events& events_;
  std::size_t reserved_ = 0;
  int requests_ = 0;
  int closed_ = 0;
  bool waiting_ = false;
};

// Keeps what the connection asks for, until the driver does it.
class Line final : public broker::Wire {
 public:
  void attach(std::weak_ptr<broker::WireEvents>) override {}
  void read() override {
    expect(!closed && !reads, "one read at a time, and none after the end");
    reads = true;
  }
  void write(std::string bytes) override {
    expect(!closed && !writing, "one write at a time, and none after the end");
    writing = std::move(bytes);
  }
  void arm(broker::WireTimer, Millis) override { expect(!closed, "no timer runs after the end"); }
  void disarm(broker::WireTimer) override {}
  void close() override { closed = true; }

  bool reads = false;
  bool closed = false;
  std::optional<std::string> writing;
};

// Until nothing is left that can be done without more of the stream.
void settle(Connection& connection, Line& line, Host& host, std::string& answered) {
  do {
    while (!line.closed && line.writing) {
      answered += *std::exchange(line.writing, std::nullopt);
      connection.sent();
    }
  } while (host.answer_waiting(connection));
}

}  // namespace

Course feed(std::string_view stream, std::size_t piece) {
  Course course;
  Host host(course.events);
  auto const line = std::make_shared<Line>();
  auto const connection = std::make_shared<Connection>(1, line, host, SteadyTime());
  connection->start("", broker::Leaving::no);
  settle(*connection, *line, host, course.answered);
  while (!stream.empty() && !line->closed) {
    expect(std::exchange(line->reads, false), "a connection that has nothing to do reads on");
    auto const bytes = stream.substr(0, piece);
    stream.remove_prefix(bytes.size());
    connection->received(bytes);
    settle(*connection, *line, host, course.answered);
  }
  if (!line->closed) connection->ended();
  host.expect_over();
  return course;
}

}  // namespace decapod::fuzz
