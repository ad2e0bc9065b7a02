#pragma once
// One kind of record: how its table, its ids and its keys are called.

#include <string_view>

namespace decapod::lookup {

struct Kind {
  std::string_view table;     // has `number`, its primary key, and `id`, which is unique in any case of its letters
  std::string_view counters;  // a table (name, value) with a row 'id'
  std::string_view prefix;    // of every id that is made here: a letter and a dash, "t-"
  std::string_view key;       // how its affected keys begin: "todo/item/"
  std::string_view one;       // "item"
  std::string_view many;      // "items"
};

}  // namespace decapod::lookup
