#pragma once
// What was seen of a run: who asked for what, when, and what was answered.

#include "item_model.h"

#include <map>
#include <string>
#include <vector>

namespace decapod::history {

// One request about one item.
struct ItemRecord {
  std::string item = "";  // "": an item whose name nobody was told
  ItemCall call = {};
  Time invoked = 0;
  Time returned = kNever;
  std::int64_t lease_ms = 0;    // claim, renew
  std::string request_id = "";  // writes
  std::int64_t epoch = 0;       // committed writes
  std::int64_t commit = 0;      // committed writes: the place in the order of commits
};

enum class StoreQuery : std::uint8_t { list, ready, stats };

struct Listed {
  std::string item;
  Seen seen;
};

// One read of the whole store.
struct StoreRead {
  StoreQuery query = StoreQuery::list;
  Time invoked = 0;
  Time returned = 0;
  std::vector<Listed> items = {};                // list: what is not done; ready: what can be claimed
  std::int64_t total = 0;                        // list, stats
  std::map<Standing, std::int64_t> counts = {};  // stats
};

struct History {
  std::vector<ItemRecord> items;
  std::vector<StoreRead> reads;
  // Of what was never answered, what the ledger says of it in the end; by request id.
  std::map<std::string, ItemRecord> settled;
};

// When a lease ends, seen from outside: at some moment from `earliest` to `latest`. Leases count in whole milliseconds.
struct LeaseEnd {
  Time earliest = 0;
  Time latest = kNever;
};
std::map<LeaseNumber, LeaseEnd> lease_ends(std::vector<ItemRecord> const& records);

// The history of each item, with the ends of leases as operations of nobody: a lease ends at one moment, too. Requests
// about an item that nobody was told the name of are left out.
std::map<std::string, std::vector<Operation<ItemCall>>> by_item(std::vector<ItemRecord> const& records);

}  // namespace decapod::history
