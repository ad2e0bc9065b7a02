#include "answers.h"

#include <boost/json.hpp>

#include <array>
#include <stdexcept>

namespace decapod::history {
namespace {

namespace json = boost::json;

std::string_view text(json::object const& object, std::string_view name) {
  return object.at(name).as_string();
}

template <std::size_t Size>
std::size_t place_in(std::array<std::string_view, Size> const& names, std::string_view name) {
  for (std::size_t i = 0; i < Size; ++i) {
    if (names[i] == name) return i;
  }
  throw std::runtime_error("an answer that nobody expected: " + std::string(name));
}

constexpr std::array<std::string_view, 5> kStandings = {"absent", "open", "claimed", "done", "archived"};
constexpr std::array<std::string_view, 6> kRefusals = {"",     "NOT_FOUND",  "BAD_TRANSITION",
                                                       "HELD", "NOT_HOLDER", "STALE_TOKEN"};

// "v17", "agent-3", "s-7"
std::int64_t number_in(std::string_view name) {
  auto const digits = name.find_first_of("0123456789");
  if (digits == std::string_view::npos) throw std::runtime_error("no number in " + std::string(name));
  return std::stoll(std::string(name.substr(digits)));
}

void read_brief(json::object const& item, Seen& seen) {
  seen.title = number_in(text(item, "title"));
  seen.standing = static_cast<Standing>(place_in(kStandings, text(item, "status")));
  if (auto const* holder = item.if_contains("holder")) seen.holder = static_cast<int>(number_in(holder->as_string()));
}

void read_view(json::object const& item, Seen& seen) {
  read_brief(item, seen);
  seen.comments = item.at("comments_total").as_int64();
  auto const* held = item.if_contains("claim");
  if (held == nullptr || !held->is_object()) return;
  auto const& claim = held->get_object();
  seen.session = static_cast<Session>(number_in(text(claim, "session")));
  if (auto const* token = claim.if_contains("token")) seen.token = token->as_int64();
  auto const* expired = claim.if_contains("expired");
  seen.ended = expired != nullptr && expired->as_bool() ? Ended::yes : Ended::no;
  auto const holder = static_cast<int>(number_in(text(claim, "holder")));
  if (actor_of(seen.session) != holder) throw std::runtime_error("the holder's session is another actor's");
  if (seen.ended == Ended::no) seen.holder = holder;
}

void read_data(json::object const& data, ItemRecord& record) {
  auto& seen = record.call.seen;
  if (auto const* item = data.if_contains("item")) {
    if (record.call.act == Act::add) record.item = text(item->as_object(), "id");
    record.call.act == Act::show ? read_view(item->as_object(), seen) : read_brief(item->as_object(), seen);
  }
  if (auto const* total = data.if_contains("comments_total")) seen.comments = total->as_int64();
  if (auto const* token = data.if_contains("token")) seen.token = token->as_int64();
  if (auto const* already = data.if_contains("already")) seen.already = already->as_bool() ? Already::yes : Already::no;
  if (auto const* changed = data.if_contains("changed")) {
    seen.changed = changed->as_array().empty() ? Changed::no : Changed::yes;
  }
}

void read_marker(std::string_view marker, ItemRecord& record) {
  auto const dot = marker.find('.');
  record.epoch = std::stoll(std::string(marker.substr(0, dot)));
  record.commit = std::stoll(std::string(marker.substr(dot + 1)));
}

}  // namespace

Told told(json::object const& envelope) {
  if (envelope.at("ok").as_bool()) return Told::answered;
  auto const code = text(envelope.at("error").as_object(), "code");
  if (code == "OUTCOME_UNKNOWN") return Told::unknown;
  if (code == "TIMEOUT" || code == "BUSY") return Told::nothing_done;
  for (auto const known : kRefusals) {
    if (known == code) return Told::answered;
  }
  return Told::unexpected;
}

void read_item_answer(json::object const& envelope, ItemRecord& record) {
  if (!envelope.at("ok").as_bool()) {
    record.call.outcome = Outcome::refused;
    record.call.refusal = static_cast<Refusal>(place_in(kRefusals, text(envelope.at("error").as_object(), "code")));
    return;
  }
  record.call.outcome = Outcome::ok;
  if (auto const* marker = envelope.if_contains("marker")) read_marker(marker->as_string(), record);
  read_data(envelope.at("data").as_object(), record);
}

void read_store_answer(json::object const& envelope, StoreRead& read) {
  auto const& data = envelope.at("data").as_object();
  if (read.query == StoreQuery::stats) {
    read.total = data.at("total").as_int64();
    for (auto const& [name, count] : data.at("by_status").as_object()) {
      read.counts[static_cast<Standing>(place_in(kStandings, name))] = count.as_int64();
    }
    return;
  }
  if (auto const* cut = data.if_contains("truncated"); cut != nullptr && cut->as_bool()) {
    throw std::runtime_error("a list that was cut proves nothing");
  }
  if (read.query == StoreQuery::list) read.total = data.at("total").as_int64();
  for (auto const& item : data.at("items").as_array()) {
    auto& listed = read.items.emplace_back();
    listed.item = text(item.as_object(), "id");
    read_brief(item.as_object(), listed.seen);
  }
}

std::optional<ItemRecord> read_settled(json::object const& envelope, ItemRecord const& asked) {
  if (!envelope.at("ok").as_bool()) {
    auto const code = text(envelope.at("error").as_object(), "code");
    if (code != "REQUEST_NOT_FOUND")
      throw std::runtime_error("no word of what became of it: " + json::serialize(envelope));
    return std::nullopt;
  }
  auto const& data = envelope.at("data").as_object();
  if (text(data, "status") != "COMMITTED") return std::nullopt;
  auto settled = asked;
  settled.call.outcome = Outcome::ok;
  read_marker(data.at("marker").as_string(), settled);
  read_data(data.at("reply").as_object().at("data").as_object(), settled);
  return settled;
}

}  // namespace decapod::history
