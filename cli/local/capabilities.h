#pragma once
// `decapod capabilities`: everything the program can do, as data.

#include "work.h"

namespace decapod::cli {

enum class YesNo : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(YesNo, no, yes)

struct FieldInfo {
  std::string name;
  std::string given_as;   // "--lease", "ID"; "" if nobody types it
  std::string filled_by;  // caller; decapod: found out by the command itself, whatever a caller puts there
  std::string kind;
  YesNo required = YesNo::no;
  YesNo repeated = YesNo::no;
  std::string meaning;
  std::vector<std::string> choices;
};
BOOST_DESCRIBE_STRUCT(FieldInfo, (), (name, given_as, filled_by, kind, required, repeated, meaning, choices))

struct VerbInfo {
  std::string op;
  std::string usage;
  std::string access;                     // local, read, write
  std::string weight;                     // light, heavy
  std::optional<std::int64_t> budget_ms;  // of a light read: the work that it may take of the broker
  std::string store;                      // required, optional, none
  std::string summary;
  std::vector<FieldInfo> fields;
  std::vector<std::string> porcelain;  // the columns of a line of --porcelain; none: the verb refuses it
};
BOOST_DESCRIBE_STRUCT(VerbInfo, (), (op, usage, access, weight, budget_ms, store, summary, fields, porcelain))

struct ErrorInfo {
  std::string code;
  std::int64_t exit = 0;
  std::string retry;
  std::string hint;
};
BOOST_DESCRIBE_STRUCT(ErrorInfo, (), (code, exit, retry, hint))

struct ExitInfo {
  std::int64_t exit = 0;
  std::string meaning;
};
BOOST_DESCRIBE_STRUCT(ExitInfo, (), (exit, meaning))

struct OptionInfo {
  std::string name;
  std::string value;  // "" for a flag
  std::string scope;  // every, writes, reads
  std::string meaning;
};
BOOST_DESCRIBE_STRUCT(OptionInfo, (), (name, value, scope, meaning))

struct CapabilitiesReply {
  std::string version;
  std::int64_t envelope = 0;
  std::int64_t protocol_major = 0;
  std::vector<VerbInfo> verbs;
  std::vector<OptionInfo> options;
  std::vector<ExitInfo> exits;
  std::vector<ErrorInfo> errors;
};
BOOST_DESCRIBE_STRUCT(CapabilitiesReply, (), (version, envelope, protocol_major, verbs, options, exits, errors))

struct Capabilities {
  using Reply = CapabilitiesReply;
  static constexpr Verb verb{.subsystem = "",
                             .name = "capabilities",
                             .access = Access::local,
                             .summary = "List every verb, option, error and exit code",
                             .store = StoreNeed::none,
                             .examples = {{{"capabilities --json", "the whole of it, for a program"}}}};
  static constexpr std::array<Field, 0> fields{};
};
BOOST_DESCRIBE_STRUCT(Capabilities, (), ())

Result<CapabilitiesReply> capabilities(Desk& desk, Capabilities const& request);
void render_capabilities(CapabilitiesReply const& reply, Text& text);

}  // namespace decapod::cli
