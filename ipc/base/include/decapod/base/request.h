#pragma once
// How a request type is declared: once, as a struct. Everything else is derived from the declaration: wire codec,
// command line, help, JSON Schema, capabilities, audit operation name, permission, round-trip test.
//
//   struct Claim {
//     using Reply = ClaimReply;
//     static constexpr Verb verb{.subsystem = "todo", .name = "claim", .access = Access::write, .summary = "..."};
//     static constexpr auto fields = std::to_array<Field>({
//         {.name = "id", .meaning = "The item", .place = Place::positional, .presence = Presence::required},
//         {.name = "force", .meaning = "Claim it although it is blocked"},
//     });
//     std::string id;
//     Force force = Force::no;
//   };
//   BOOST_DESCRIBE_STRUCT(Claim, (), (id, force))
//
// `fields` and the described members agree in number, name and order; the compiler checks that.

#include <array>
#include <boost/describe.hpp>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace decapod {

// Who may run it, and where.
enum class Access : std::uint8_t {
  local,  // in the caller's process; never takes the leader lock
  read,   // in the broker; changes nothing but the trail of reads
  write,  // in the broker; in one transaction with its ledger row and its audit record
};
BOOST_DESCRIBE_ENUM(Access, local, read, write)

// How much of the broker one request may take.
enum class Weight : std::uint8_t {
  light,  // bounded by Verb::budget: may run in the process that won the lock
  heavy,  // may take longer: the winner spawns a broker first, and the broker runs it alone
};
BOOST_DESCRIBE_ENUM(Weight, light, heavy)

// What a light read may take of the worker, in its own processor time, unless its verb declares another budget.
inline constexpr std::chrono::milliseconds kReadBudget{25};

// Whether equal reads may share one execution, and a recent result answer again. Only where the reply depends on the
// arguments, the subsystem's own tables and the clock, and on nothing of the caller.
enum class Sharing : std::uint8_t { none, shared };

// Whether the verb can do anything where there is no store.
enum class StoreNeed : std::uint8_t { required, optional, none };
BOOST_DESCRIBE_ENUM(StoreNeed, required, optional, none)

// Whether people see the verb in help and capabilities, or only other verbs use it.
enum class Visibility : std::uint8_t { shown, hidden };

struct Example {
  std::string_view command;  // without the leading "decapod "
  std::string_view meaning;
};

struct Verb {
  std::string_view subsystem;  // "" for a verb of its own, such as `decapod init`
  std::string_view name;
  Access access = Access::read;
  std::string_view summary;  // one line, imperative, no full stop
  Weight weight = Weight::light;
  // Of a light read: beyond it the worker goes on with the others' requests, and the reader is told OVER_BUDGET. What
  // needs more is paged by a cursor, or heavy.
  std::chrono::milliseconds budget = kReadBudget;
  Sharing sharing = Sharing::none;
  StoreNeed store = StoreNeed::required;
  Visibility visibility = Visibility::shown;
  std::array<Example, 2> examples{};
};

// Where the value of a field comes from on the command line.
enum class Place : std::uint8_t {
  option,      // --name VALUE, or --name alone for a yes/no
  positional,  // in the order of declaration; a list takes all that is left
  content,     // read by the verb's gather step (a file, standard input); part of what the request means
  fact,        // observed by the gather step; not part of what the request means, so not of its digest
};

enum class Presence : std::uint8_t {
  optional,  // absent = the member's own initial value
  required,
};

inline constexpr std::int64_t kUnbounded = std::numeric_limits<std::int64_t>::max();

// What a text must hold.
enum class Content : std::uint8_t {
  any,
  visible,  // at least one character that is not white space
};

// One field of a request, or of a structure inside one. Bounds are checked wherever the field is decoded, on either
// side of the socket.
struct Field {
  std::string_view name;     // the member's name; the option is the same with dashes, less a trailing _ms
  std::string_view meaning;  // one line, no full stop
  Place place = Place::option;
  Presence presence = Presence::optional;
  std::int64_t min = 0;              // integers and durations (ms): least value. Texts: least bytes
  std::int64_t max = kUnbounded;     // integers and durations (ms): greatest value. Texts: most bytes; default 64 KiB
  Content content = Content::any;    // texts
  std::int64_t max_items = 1000;     // lists and maps: most elements; the bounds above are those of each element
  std::string_view value_name = "";  // what help calls the value; empty = derived from the kind
  char short_name = '\0';            // -p for --priority
};

// A yes/no in a declaration is an enum with exactly these two enumerators, described: it is a flag on the command
// line and true or false on the wire, and a call site still says what it means.
//   enum class Force { no, yes };
//   BOOST_DESCRIBE_ENUM(Force, no, yes)

// A structure that declares its members' bounds: a request, or a part of one. In a part only lists, maps and optionals
// may be absent, and Field::presence says nothing.
template <class T>
concept Declared = requires {
  {std::span<Field const>(T::fields)};
};

template <class T>
concept Request = Declared<T> && requires {
  typename T::Reply;
  { T::verb } -> std::convertible_to<Verb>;
};

}  // namespace decapod
