#include "service_fixture.h"

#include <decapod/ipc/endpoint.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>

namespace decapod::test {

LiveBroker::LiveBroker(Store& store, election::TenureLimits limits) : store_(store), options_{.paths = store.paths()} {
  std::signal(SIGPIPE, SIG_IGN);
  options_.limits = limits;
  options_.rank = rank();
  options_.build = "0.1.0";
  auto acquired = election::LeaderLock::try_acquire(store.paths().leader_lock);
  REQUIRE((acquired.has_value() && acquired->has_value()));
  lock_ = **std::move(acquired);
  auto const listening = ipc::listen_at(store.paths());
  REQUIRE(listening.has_value());
  listener_ = Descriptor(listening->descriptor);
  auto opened = broker::Engine::open(Bench::options_of(store), directory_, store.clock());
  REQUIRE(opened.has_value());
  engine_ = *std::move(opened);
}

void LiveBroker::start(Mode mode) {
  ended_ = std::async(std::launch::async, [this, mode] {
    auto const serve = mode == Mode::tenure ? &broker::serve : &broker::serve_queued;
    auto ended = serve(options_, std::move(engine_), *lock_, std::move(listener_), directory_, store_.clock());
    lock_->release();
    return ended;
  });
}

LiveBroker::~LiveBroker() {
  if (ended_.valid()) stop();
}

std::optional<broker::Ended> LiveBroker::ended() {
  if (ended_.wait_for(kPatience) != std::future_status::ready) return std::nullopt;
  return ended_.get();
}

broker::Ended LiveBroker::stop() {
  auto const want = election::WantLock::acquire(store_.paths().want_lock, late_enough());
  if (!want) throw std::runtime_error("the sign of waiting cannot be made");
  return ended_.get();
}

std::optional<Client> Client::connect(Store const& store) {
  auto const connected = ipc::connect_to(store.paths());
  if (!connected) return std::nullopt;
  Client client;
  client.channel_ = std::make_unique<ipc::Channel>(*connected);
  client.descriptor_ = *connected;
  auto hello = client.channel_->read_hello(late_enough());
  if (!hello.has_value() || !hello->has_value()) return std::nullopt;
  client.hello_ = **std::move(hello);
  return client;
}

bool Client::send(ipc::Request const& request) {
  return say(encode(request));
}

bool Client::has_been_told() const {
  pollfd ready{.fd = descriptor_, .events = POLLIN, .revents = 0};
  return poll(&ready, 1, 0) > 0;
}

std::optional<ipc::Frame> Client::hear() {
  auto message = channel_->read_message(late_enough());
  if (!message) throw std::runtime_error(message.error().message);
  if (message->has_value()) return **std::move(message);
  if (message->error() == ipc::Refusal::timed_out) throw std::runtime_error("the broker says nothing");
  return std::nullopt;
}

ipc::Reply Client::reply() {
  auto const message = hear();
  if (!message) throw std::runtime_error("the broker closed the connection");
  return reply_in(*message);
}

ipc::Reply Client::ask(ipc::Request const& request) {
  if (!send(request)) throw std::runtime_error("the broker takes no request");
  return reply();
}

ipc::Reply reply_in(ipc::Frame const& message) {
  if (message.kind != ipc::FrameKind::reply) throw std::runtime_error("the broker sent something else than a reply");
  auto const document = parse_json(message.body, "the reply");
  return codec::decode<ipc::Reply>(document.value(), codec::Unknown::ignore).value();
}

Client must_connect(Store const& store) {
  auto client = Client::connect(store);
  if (!client) throw std::runtime_error("nobody greets");
  return *std::move(client);
}

std::string encode(ipc::Request const& request) {
  return ipc::make_frames(ipc::FrameKind::request, to_text(codec::encode(request)));
}

Occupied::Occupied(Store const& store) : writer_(must_connect(store)), witness_(must_connect(store)) {
  REQUIRE(writer_.send(held_.add("occupied", "occupied")));
  REQUIRE(held_.is_executed());
}

void Occupied::await_waiting(int count) {
  await_status("in_flight", count + 1);
}

void Occupied::release() {
  held_.let_go();
  CHECK(writer_.reply().status == ipc::Status::COMMITTED);
}

void Occupied::await_status(std::string_view field, std::int64_t value) {
  INFO("the broker's " << field << " should become " << value);
  REQUIRE(eventually([&] {
    REQUIRE(witness_.say(ipc::make_frame(ipc::FrameKind::status, "")));
    auto const message = witness_.hear();
    REQUIRE(message.has_value());
    auto const status = parse_json(message->body, "status").value().as_object();
    return status.at(field).to_number<std::int64_t>() == value;
  }));
}

}  // namespace decapod::test
