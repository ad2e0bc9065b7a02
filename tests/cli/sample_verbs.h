#pragma once
// Verbs of an imaginary subsystem with a field of each kind.

#include "catalogue.h"

namespace decapod::test {

enum class Shade { pale_blue, dark_red };
BOOST_DESCRIBE_ENUM(Shade, pale_blue, dark_red)
enum class Force { no, yes };
BOOST_DESCRIBE_ENUM(Force, no, yes)

struct PaintReply {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(PaintReply, (), (id))

struct Paint {
  using Reply = PaintReply;
  static constexpr Verb verb{.subsystem = "wall",
                             .name = "paint",
                             .access = Access::write,
                             .summary = "Paint a wall",
                             .examples = {{{"wall paint w-1", "once"}}}};
  std::string id;
  std::vector<std::string> also;
  std::optional<Shade> shade;
  std::int64_t coats = 2;
  Force force = Force::no;
  Millis drying_ms{1'800'000};
  std::optional<Timestamp> due;
  std::vector<std::string> label;
  std::string note;
  static constexpr std::array fields{
      Field{.name = "id", .meaning = "the wall", .place = Place::positional, .presence = Presence::required},
      Field{.name = "also", .meaning = "more walls", .place = Place::positional},
      Field{.name = "shade", .meaning = "the colour"},
      Field{.name = "coats", .meaning = "how many", .min = 1, .max = 9, .short_name = 'c'},
      Field{.name = "force", .meaning = "over what is there"},
      Field{.name = "drying_ms", .meaning = "how long it dries", .min = 1000, .max = 86'400'000},
      Field{.name = "due", .meaning = "until when"},
      Field{.name = "label", .meaning = "a label"},
      Field{.name = "note", .meaning = "what to remember"},
  };
};
BOOST_DESCRIBE_STRUCT(Paint, (), (id, also, shade, coats, force, drying_ms, due, label, note))

struct Look {
  using Reply = PaintReply;
  static constexpr Verb verb{.subsystem = "wall", .name = "look", .access = Access::read, .summary = "Look at a wall"};
  static constexpr std::array<Field, 0> fields{};
};
BOOST_DESCRIBE_STRUCT(Look, (), ())

// The subsystem "wall" and the verbs of the program's own.
cli::Catalogue const& sample_catalogue();

}  // namespace decapod::test
