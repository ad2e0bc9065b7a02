// A file for `todo import`: decapod's own lines and those of a beads backlog.
// Promises: what was read keeps its bounds and is the same after an export and another import; a refusal names a line,
// or says that there are too many.

#include <decapod/base/codec.h>
#include <decapod/todo_record/record_bounds.h>

#include "refusal.h"
#include "verbs_import.h"

using namespace decapod;
using namespace decapod::fuzz;

namespace {

constexpr std::int64_t kItemsMax = 100;

std::string exported(std::vector<todo::ItemRecord> const& items) {
  std::string text;
  for (auto const& item : items) text += to_text(codec::encode(item)) + '\n';
  return text;
}

void expect_refused_line(Error const& error) {
  expect_refusal(error, {ErrorCode::bad_request, ErrorCode::too_large});
  if (error.code == ErrorCode::bad_request) expect(error.details.contains("line"), "a refusal names its line");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const parsed = todo::parse_backlog(text_of(data, size), kItemsMax);
  if (!parsed) {
    expect_refused_line(parsed.error());
    return 0;
  }
  expect(parsed->items.size() <= kItemsMax, "no more items are read than were asked for");
  for (auto const& item : parsed->items) expect(todo::check_bounds(item).has_value(), "an item keeps its bounds");
  auto const text = exported(parsed->items);
  auto const again = todo::parse_backlog(text, kItemsMax);
  expect(again.has_value(), "what was imported can be exported and imported");
  expect(again->not_mapped.empty(), "an export maps without a rest");
  expect(again->items == parsed->items, "an item is the same after an export and another import");
  return 0;
}
