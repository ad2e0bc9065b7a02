#include "verbs_page.h"

#include <decapod/inspect/requests.h>

#include <iterator>

namespace decapod::inspect {
namespace {

constexpr std::string_view kCursor = "next_cursor";

void append(json::object& reply, json::object more) {
  auto& records = reply.at("records").as_array();
  auto& others = more.at("records").as_array();
  records.insert(records.end(), std::move_iterator(others.begin()), std::move_iterator(others.end()));
  reply["examined"] = reply.at("examined").to_number<std::uint64_t>() + more.at("examined").to_number<std::uint64_t>();
  if (auto const* cursor = more.if_contains(kCursor))
    reply[kCursor] = *cursor;
  else
    reply.erase(kCursor);
}

}  // namespace

void fill_page(cli::Surroundings& around, json::object const& arguments, json::object& reply) {
  auto const limit = arguments.at("limit").to_number<std::uint64_t>();
  auto next = arguments;
  while (reply.contains(kCursor) && reply.at("records").as_array().size() < limit) {
    if (around.clock().steady() >= around.deadline()) return;
    next["cursor"] = reply.at(kCursor);
    next["limit"] = limit - reply.at("records").as_array().size();
    auto more = around.call(request_type<BrokerAudit>, next);
    if (!more) return;
    append(reply, *std::move(more));
  }
}

}  // namespace decapod::inspect
