#include "client.h"

#include <boost/json.hpp>

#include <array>
#include <chrono>
#include <thread>
#include <utility>

namespace decapod::history {
namespace {

namespace json = boost::json;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr int kUsesOfATarget = 900;
constexpr std::size_t kFaultsTold = 5;
constexpr std::int64_t kShortLeaseMs = 1000;
constexpr std::int64_t kLongLeaseMs = 1'800'000;
// What is left alone is looked at again when a short lease has ended.
constexpr Time kLeftFor = (kShortLeaseMs + 200) * 1'000'000;

Time now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::string operation_of(Act act) {
  constexpr std::array kNames = {"add",   "show",    "edit", "comment", "claim",
                                 "renew", "release", "done", "reopen",  "archive"};
  return std::string("todo.") + kNames.at(static_cast<std::size_t>(act));
}

// Out of a hundred requests about the whole store or an item.
struct Weight {
  Act act;
  int percent;
};
constexpr std::array kWrites = {Weight{Act::rename, 22}, Weight{Act::comment, 22}, Weight{Act::claim, 24},
                                Weight{Act::renew, 8},   Weight{Act::release, 10}, Weight{Act::finish, 6},
                                Weight{Act::reopen, 6},  Weight{Act::archive, 2}};

}  // namespace

void Client::work() {
  while (scene_.operations < scene_.wanted) {
    while (scene_.paused) std::this_thread::sleep_for(milliseconds(1));
    act();
    std::this_thread::sleep_for(habit_.rest);
  }
}

void Client::act() {
  if (!left_.empty() && left_.front().due <= now()) return come_back();
  auto const kind = below(100);
  if (kind < 16) return look(StoreQuery::list);
  if (kind < 28) return look(StoreQuery::ready);
  if (kind < 40) return look(StoreQuery::stats);
  std::size_t place = 0;
  auto const target = pick(place);
  if (target->uses.fetch_add(1) == kUsesOfATarget) return retire(place);
  if (kind < 62) return show(*target);
  auto part = below(100);
  for (auto const& [act, percent] : kWrites) {
    if (part < percent) return change(*target, act);
    part -= percent;
  }
}

std::shared_ptr<Target> Client::pick(std::size_t& place) {
  std::scoped_lock const guard(scene_.mutex);
  place = static_cast<std::size_t>(below(static_cast<int>(scene_.targets.size())));
  return scene_.targets[place];
}

void Client::look(StoreQuery query) {
  constexpr std::array kNames = {"todo.list", "todo.ready", "todo.stats"};
  Request request{.operation = kNames.at(static_cast<std::size_t>(query))};
  if (query != StoreQuery::stats) request.arguments.emplace("limit", 200);
  StoreRead read{.query = query, .invoked = now()};
  auto const envelope = transport_->ask(request);
  read.returned = now();
  ++scene_.operations;
  ++run_.counts.operations;
  try {
    auto const heard = envelope ? told(*envelope) : Told::unexpected;
    if (heard != Told::answered) return fault(envelope ? json::serialize(*envelope) : "a reader died");
    read_store_answer(*envelope, read);
    run_.history.reads.push_back(std::move(read));
  } catch (std::exception const& bad) {
    fault(std::string(bad.what()) + ": " + json::serialize(*envelope));
  }
}

void Client::show(Target& target) {
  ItemRecord record{.item = target.id};
  record.call.act = Act::show;
  record.call.caller = session_;
  Request request{.operation = "todo.show", .arguments = {{"id", target.id}, {"comments", 0}}};
  if (one_in(50)) request.patience = milliseconds(1 + below(20));
  record.invoked = now();
  auto const envelope = transport_->ask(request);
  record.returned = now();
  ++scene_.operations;
  ++run_.counts.operations;
  hear(record, envelope);
}

void Client::change(Target& target, Act act) {
  ItemRecord record{.item = target.id};
  record.call.act = act;
  Request request{.operation = operation_of(act), .arguments = {{"id", target.id}}};
  if (act == Act::rename) {
    record.call.title = ++scene_.titles;
    request.arguments.emplace("title", "v" + std::to_string(record.call.title));
  }
  if (act == Act::comment) request.arguments.emplace("text", "said");
  if (act == Act::claim || act == Act::renew) {
    record.lease_ms = one_in(3) ? kLongLeaseMs : kShortLeaseMs;
    record.call.lease = ++scene_.leases;
    request.arguments.emplace("lease_ms", record.lease_ms);
  }
  // Sometimes with a token: the latest that anybody was told, or one of long ago.
  bool const takes_token = act != Act::reopen && act != Act::archive;
  auto const latest = target.latest_token.load();
  if (takes_token && latest > 0 && one_in(3)) {
    record.call.token = one_in(4) ? std::max<std::int64_t>(1, latest - below(3)) : latest;
    request.arguments.emplace("token", record.call.token);
  }
  write(std::move(record), std::move(request));
  if (!run_.history.items.empty()) {
    auto const& seen = run_.history.items.back();
    if (seen.call.act == Act::claim && seen.item == target.id && seen.call.seen.token > 0) {
      target.latest_token = seen.call.seen.token;
    }
  }
}

// The write is noted in any case, unless nothing was done.
void Client::write(ItemRecord record, Request request) {
  request.request_id = "c" + std::to_string(session_) + '-' + std::to_string(++requests_);
  record.request_id = request.request_id;
  record.call.caller = session_;
  ++scene_.operations;
  ++run_.counts.operations;
  if (one_in(60)) request.patience = milliseconds(1 + below(20));
  record.invoked = now();
  bool const dies = one_in(habit_.dies_one_in);
  if (dies) {
    transport_->ask_and_die(request, microseconds(below(static_cast<int>(habit_.soon.count()))));
  } else {
    auto const envelope = transport_->ask(request);
    record.returned = now();
    if (hear(record, envelope)) {
      if (one_in(100)) ask_again(record, request);
      return;
    }
    if (envelope && told(*envelope) != Told::unknown) return;
  }
  // Nobody knows. One in three leaves it at that; the others ask until they are told.
  if (one_in(3)) {
    ++run_.counts.unknown;
    record.returned = kNever;
    run_.history.items.push_back(std::move(record));
    return;
  }
  ++run_.counts.asked_again;
  request.patience.reset();
  for (int attempts = 0; attempts < 5; ++attempts) {
    auto const envelope = transport_->ask(request);
    record.returned = now();
    if (hear(record, envelope)) return;
    if (envelope && told(*envelope) == Told::unexpected) return;
  }
  fault("no answer to " + request.request_id + " in five attempts");
}

// Whether it is known now what became of it.
bool Client::hear(ItemRecord& record, std::optional<json::object> const& envelope) {
  if (!envelope) return false;
  try {
    switch (told(*envelope)) {
      case Told::answered:
        read_item_answer(*envelope, record);
        run_.history.items.push_back(record);
        return true;
      case Told::nothing_done:
        ++run_.counts.nothing_done;
        return false;
      case Told::unknown:
        return false;
      case Told::unexpected:
        fault(json::serialize(*envelope));
        return false;
    }
  } catch (std::exception const& bad) {
    fault(std::string(bad.what()) + ": " + json::serialize(*envelope));
  }
  return false;
}

// A request that was answered gives the same answer again, and has no effect.
void Client::ask_again(ItemRecord const& record, Request const& request) {
  auto again = request;
  again.patience.reset();
  auto const envelope = transport_->ask(again);
  if (!envelope) return;
  auto const heard = told(*envelope);
  if (heard == Told::unknown) return;
  if (heard != Told::answered) return fault("another end of the same request: " + json::serialize(*envelope));
  auto repeated = record;
  repeated.call.seen = {};
  read_item_answer(*envelope, repeated);
  bool const same = repeated.call.outcome == record.call.outcome && repeated.call.refusal == record.call.refusal &&
                    repeated.call.seen == record.call.seen && repeated.commit == record.commit;
  if (!same) return fault("another answer to the same request: " + json::serialize(*envelope));
  ++run_.counts.replayed;
}

void Client::fill(std::size_t place) {
  ItemRecord record;
  record.call.act = Act::add;
  record.call.title = ++scene_.titles;
  Request request{.operation = "todo.add", .arguments = {{"title", "v" + std::to_string(record.call.title)}}};
  auto const before = run_.history.items.size();
  write(std::move(record), std::move(request));
  if (run_.history.items.size() == before || run_.history.items.back().item.empty()) return;
  auto target = std::make_shared<Target>();
  target->id = run_.history.items.back().item;
  std::scoped_lock const guard(scene_.mutex);
  if (place >= scene_.targets.size()) scene_.targets.resize(place + 1);
  scene_.targets[place] = std::move(target);
}

// A new item in its place; the old one is left as it is for longer than a short lease lasts.
void Client::retire(std::size_t place) {
  std::shared_ptr<Target> old;
  {
    std::scoped_lock const guard(scene_.mutex);
    old = scene_.targets[place];
  }
  fill(place);
  change(*old, Act::claim);
  left_.push_back({std::move(old), now() + kLeftFor});
}

// However fast the machine is, somebody sees leases that have ended. Then the item is put away, as far as its holder
// allows.
void Client::come_back() {
  auto const target = std::move(left_.front().target);
  left_.pop_front();
  show(*target);
  for (auto const act : {Act::claim, Act::finish, Act::archive}) change(*target, act);
  target->uses = 0;
}

void Client::settle() {
  for (auto const& record : run_.history.items) {
    if (record.returned != kNever) continue;
    Request request{.operation = "broker.result", .arguments = {{"request_id", record.request_id}}};
    auto const envelope = transport_->ask(request);
    try {
      if (!envelope) throw std::runtime_error("the process died");
      if (auto settled = read_settled(*envelope, record)) {
        run_.history.settled.emplace(record.request_id, *std::move(settled));
      }
    } catch (std::exception const& bad) {
      fault(record.request_id + ": " + bad.what());
    }
  }
}

void Client::fault(std::string text) {
  if (run_.faults.size() < kFaultsTold) run_.faults.push_back(std::move(text));
}

}  // namespace decapod::history
