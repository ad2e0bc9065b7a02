#pragma once
// A request with a field of every kind, for the properties of the codec.

#include <decapod/base/request_type.h>

namespace decapod::test {

enum class Shade : std::uint8_t { dark, very_dark, light };
BOOST_DESCRIBE_ENUM(Shade, dark, very_dark, light)

enum class Force : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Force, no, yes)

inline constexpr auto kAnyNumber = std::numeric_limits<std::int64_t>::min();

struct Part {
  static constexpr auto fields = std::to_array<Field>({
      {.name = "name", .meaning = "", .max = 30},
      {.name = "weight", .meaning = "What it weighs", .min = kAnyNumber},
      {.name = "tags", .meaning = "", .max = 8, .max_items = 200},
  });
  std::string name;
  std::optional<std::int64_t> weight;
  std::vector<std::string> tags;
  friend bool operator==(Part const&, Part const&) = default;
};
BOOST_DESCRIBE_STRUCT(Part, (), (name, weight, tags))

struct Everything {
  using Reply = Part;
  static constexpr Verb verb{.subsystem = "test", .name = "everything", .summary = "Carry every kind of value"};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "title",
       .meaning = "A text",
       .presence = Presence::required,
       .min = 1,
       .max = 40,
       .content = Content::visible},
      {.name = "priority", .meaning = "A number", .min = 0, .max = 4},
      {.name = "lease_ms", .meaning = "A duration", .min = 1000, .max = 86'400'000},
      {.name = "due", .meaning = "A time"},
      {.name = "shade", .meaning = "A choice"},
      {.name = "force", .meaning = "A yes/no"},
      {.name = "labels", .meaning = "A list", .max = 10, .max_items = 5},
      {.name = "parts", .meaning = "Structures"},
      {.name = "counts", .meaning = "A map", .min = kAnyNumber, .max_items = 100},
  });
  std::string title;
  std::int64_t priority = 2;
  Millis lease_ms = Millis(1'800'000);
  std::optional<Timestamp> due;
  Shade shade = Shade::light;
  Force force = Force::no;
  std::vector<std::string> labels;
  std::vector<Part> parts;
  std::map<std::string, std::int64_t> counts;
  friend bool operator==(Everything const&, Everything const&) = default;
};
BOOST_DESCRIBE_STRUCT(Everything, (), (title, priority, lease_ms, due, shade, force, labels, parts, counts))

}  // namespace decapod::test
