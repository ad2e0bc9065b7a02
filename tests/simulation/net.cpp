#include "net.h"

#include <algorithm>

namespace decapod::sim {

SteadyTime Pipe::next_arrival() {
  last_arrival_ = std::max(last_arrival_, world_.now() + std::chrono::microseconds(world_.delay(dice_)));
  return last_arrival_;
}

void Pipe::arrive(std::shared_ptr<std::string> const& bytes) {
  if (ended_) return;
  arrived_ += *bytes;
  if (on_readable) on_readable();
}

std::size_t Pipe::push(std::string_view bytes) {
  auto const taken = std::min(bytes.size(), world_.plan().pipe - std::min(held_, world_.plan().pipe));
  if (taken == 0) return 0;
  held_ += taken;
  // A receiver may look while the second half is still on its way.
  auto const half = taken > 1 && dice_.chance(20) ? 1 + dice_.below(taken - 1) : taken;
  for (auto const piece : {bytes.substr(0, half), bytes.substr(half, taken - half)}) {
    if (piece.empty()) continue;
    auto const copy = std::make_shared<std::string>(piece);
    world_.at(next_arrival(), [weak = weak_from_this(), copy] {
      if (auto const self = weak.lock()) self->arrive(copy);
    });
  }
  return taken;
}

std::string Pipe::pull(std::size_t size) {
  auto bytes = arrived_.substr(0, size);
  arrived_.erase(0, bytes.size());
  held_ -= bytes.size();
  if (!bytes.empty() && on_room) on_room();
  return bytes;
}

void Pipe::end() {
  world_.at(next_arrival(), [weak = weak_from_this()] {
    auto const self = weak.lock();
    if (!self) return;
    self->ended_ = true;
    if (self->on_readable) self->on_readable();
  });
}

void Pipe::shut() {
  shut_ = true;
  on_readable = nullptr;
  if (on_room) on_room();
}

void Pipe::break_off() {
  ended_ = true;
  shut_ = true;
  arrived_.clear();
  if (on_readable) on_readable();
  if (on_room) on_room();
}

void Link::close_client() {
  to_server->on_room = nullptr;
  to_server->end();
  to_client->shut();
}

void Link::close_server() {
  to_client->on_room = nullptr;
  to_client->end();
  to_server->shut();
}

Listener::~Listener() {
  for (auto const& link : queue_) link->close_server();
}

Listener::Joined Listener::join(std::shared_ptr<Link> link) {
  if (stopped_) return Joined::refused;
  if (queue_.size() >= world_.plan().backlog) return Joined::full;
  queue_.push_back(std::move(link));
  if (on_arrival) on_arrival();
  return Joined::yes;
}

std::shared_ptr<Link> Listener::accept() {
  if (queue_.empty()) return nullptr;
  auto link = std::move(queue_.front());
  queue_.pop_front();
  return link;
}

int Net::listen() {
  name_ = ++last_inode_;
  listeners_.emplace(++last_number_, std::make_shared<Listener>(world_, name_));
  copies_[last_number_] = 1;
  return last_number_;
}

std::shared_ptr<Listener> Net::listener(int number) const {
  auto const found = listeners_.find(number);
  return found == listeners_.end() ? nullptr : found->second;
}

void Net::close(int number) {
  auto const found = copies_.find(number);
  if (found == copies_.end() || --found->second > 0) return;
  copies_.erase(found);
  listeners_.erase(number);
}

void Net::close_in_order(int number) {
  auto const closing = listener(number);
  if (closing && closing->waiting() > 0) world_.blame("a leader left somebody in its queue");
  close(number);
}

boost::system::result<std::shared_ptr<Link>, ipc::Refusal> Net::connect() {
  if (name_ == 0) return ipc::Refusal::nobody_listens;
  for (auto const& [number, listener] : listeners_) {
    if (listener->inode() != name_) continue;
    auto link = std::make_shared<Link>(world_);
    switch (listener->join(link)) {
      case Listener::Joined::yes:
        std::erase_if(links_, [](auto const& one) { return one.expired(); });
        links_.push_back(link);
        return link;
      case Listener::Joined::full:
        return ipc::Refusal::backlog_full;
      case Listener::Joined::refused:
        break;
    }
  }
  return ipc::Refusal::nobody_listens;
}

void Net::break_streams() {
  for (auto const& weak : links_) {
    auto const link = weak.lock();
    if (!link) continue;
    link->to_server->break_off();
    link->to_client->break_off();
  }
}

}  // namespace decapod::sim
