#include <decapod/broker/shared_reads.h>

#include <algorithm>
#include <exception>

namespace decapod::broker {
namespace {

// Whether a result is still true at `now` by both clocks. A wall clock that was set back makes it false: a deferral
// that had ended may be in force again.
bool true_at(ReadResult const& result, Instant const& now) {
  if (now.wall < result.executed.wall) return false;
  if (!result.valid_until) return true;
  auto const lasts = *result.valid_until - result.executed.wall;
  return now.wall < *result.valid_until && now.boot.ms < result.executed.boot.ms + lasts.count();
}

std::size_t size_of(ReadKey const& key, ReadResult const& result) {
  constexpr std::size_t kOverhead = 256;  // of the containers
  return key.text.size() + result.frames.size() + kOverhead;
}

}  // namespace

ReadKey read_key(std::string_view operation, json::object const& canonical_arguments) {
  auto const arguments = to_text(canonical_arguments);
  return {.db_id = std::string(operation.substr(0, operation.find('.'))),
          .query = hash128(operation),
          .params = hash128(arguments),
          .text = std::string(operation) + ' ' + arguments};
}

std::string to_string(ReadKey const& key) {
  return key.text.substr(0, key.text.find(' ')) + ':' + hex(key.params);
}

SharedReads::Admitted SharedReads::admit(ReadKey key, Waiter waiter, Instant const& now, Ticket next) {
  if (auto const* entry = fresh(key, now)) return {audit::Served::cached, Ticket::none, entry->result.frames};
  if (auto const found = under_way_.find(key); found != under_way_.end()) {
    waiter.served = audit::Served::joined;
    flights_.at(found->second).waiters.push_back(std::move(waiter));
    return {audit::Served::joined, found->second, ""};
  }
  waiter.served = audit::Served::executed;
  Flight flight{.key = key, .waiters = {}};
  flight.waiters.push_back(std::move(waiter));
  auto const made = flights_.insert_or_assign(next, std::move(flight)).first;
  try {
    under_way_.emplace(std::move(key), next);
  } catch (std::exception const&) {
    flights_.erase(made);
    throw;
  }
  return {audit::Served::executed, next, ""};
}

SharedReads::Settled SharedReads::finish(Ticket ticket, ReadResult const& result) {
  auto const found = flights_.find(ticket);
  if (found == flights_.end()) return {};
  auto flight = std::move(found->second);
  under_way_.erase(flight.key);
  flights_.erase(found);
  Settled settled{.answered = {}, .again = {}, .key = flight.key};
  for (auto& waiter : flight.waiters) {
    // Whoever came before it was executed has what was true in between, even if that has ended by now.
    bool const came_later = waiter.arrived.boot > result.executed.boot;
    auto& side = came_later && !true_at(result, waiter.arrived) ? settled.again : settled.answered;
    side.push_back(std::move(waiter));
  }
  if (result.error.empty()) keep(settled.key, result);
  return settled;
}

void SharedReads::changed(std::string_view db_id) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    auto const next = std::next(entry);
    if (entry->key.db_id == db_id) drop(entry);
    entry = next;
  }
}

SharedReads::Wanted SharedReads::left(Ticket ticket, std::uint64_t connection) {
  auto const found = flights_.find(ticket);
  if (found == flights_.end()) return Wanted::no_longer;
  std::erase_if(found->second.waiters, [&](Waiter const& waiter) { return waiter.connection == connection; });
  if (!found->second.waiters.empty()) return Wanted::still;
  withdraw(ticket);
  return Wanted::no_longer;
}

void SharedReads::withdraw(Ticket ticket) {
  auto const found = flights_.find(ticket);
  if (found == flights_.end()) return;
  under_way_.erase(found->second.key);
  flights_.erase(found);
}

SharedReads::Entry const* SharedReads::fresh(ReadKey const& key, Instant const& now) {
  auto const found = cached_.find(key);
  if (found == cached_.end()) return nullptr;
  auto const entry = found->second;
  bool const young = now.boot.ms - entry->result.executed.boot.ms < limits_.time_to_live.count();
  if (!young || !true_at(entry->result, now)) {
    drop(entry);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return &*entry;
}

void SharedReads::keep(ReadKey const& key, ReadResult const& result) {
  auto const size = size_of(key, result);
  if (size > limits_.entry_bytes) return;
  if (auto const old = cached_.find(key); old != cached_.end()) drop(old->second);
  while (bytes_ + size > limits_.bytes && !entries_.empty()) drop(std::prev(entries_.end()));
  entries_.push_front({key, result});
  try {
    cached_.emplace(key, entries_.begin());
  } catch (std::exception const&) {
    entries_.pop_front();
    throw;
  }
  bytes_ += size;
}

void SharedReads::drop(Entries::iterator entry) {
  bytes_ -= size_of(entry->key, entry->result);
  cached_.erase(entry->key);
  entries_.erase(entry);
}

}  // namespace decapod::broker
