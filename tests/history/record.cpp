#include "record.h"

namespace decapod::history {
namespace {

constexpr Time kMillisecond = 1'000'000;
constexpr Time kRounding = 2 * kMillisecond;

bool begins_lease(ItemRecord const& record) {
  auto const& call = record.call;
  if (call.outcome == Outcome::refused) return false;
  return call.act == Act::renew || (call.act == Act::claim && call.seen.already == Already::no);
}

}  // namespace

std::map<LeaseNumber, LeaseEnd> lease_ends(std::vector<ItemRecord> const& records) {
  std::map<LeaseNumber, LeaseEnd> ends;
  for (auto const& record : records) {
    if (!begins_lease(record)) continue;
    auto const length = record.lease_ms * kMillisecond;
    ends[record.call.lease] = {record.invoked + length - kRounding,
                               record.returned == kNever ? kNever : record.returned + length + kRounding};
  }
  return ends;
}

std::map<std::string, std::vector<Operation<ItemCall>>> by_item(std::vector<ItemRecord> const& records) {
  std::map<std::string, std::vector<Operation<ItemCall>>> histories;
  Time last = 0;
  for (auto const& record : records) {
    if (record.item.empty()) continue;
    histories[record.item].push_back({record.call, record.invoked, record.returned});
    if (record.returned != kNever) last = std::max(last, record.returned);
  }
  auto const ends = lease_ends(records);
  for (auto const& record : records) {
    auto const end = ends.find(record.call.lease);
    if (record.item.empty() || !begins_lease(record) || end == ends.end()) continue;
    if (end->second.earliest > last) continue;
    ItemCall lapse;
    lapse.act = Act::lapse;
    lapse.lease = record.call.lease;
    histories[record.item].push_back({lapse, end->second.earliest, end->second.latest});
  }
  return histories;
}

}  // namespace decapod::history
