#pragma once
// `decapod version`.

#include "work.h"

namespace decapod::cli {

struct VersionReply {
  std::string version;
  std::int64_t protocol_major = 0;
  std::int64_t protocol_minor = 0;
  std::int64_t envelope = 0;
  std::string sqlite;
};
BOOST_DESCRIBE_STRUCT(VersionReply, (), (version, protocol_major, protocol_minor, envelope, sqlite))

struct Version {
  using Reply = VersionReply;
  static constexpr Verb verb{.subsystem = "",
                             .name = "version",
                             .access = Access::local,
                             .summary = "Print the versions of program, protocol and SQLite",
                             .store = StoreNeed::none,
                             .examples = {{{"version --json", "the same for a script"}}}};
  static constexpr std::array<Field, 0> fields{};
};
BOOST_DESCRIBE_STRUCT(Version, (), ())

Result<VersionReply> version(Desk& desk, Version const& request);
void render_version(VersionReply const& reply, Text& text);
inline constexpr auto kProgramVersion = columns("VERSION");
void version_columns(VersionReply const& reply, Lines<kProgramVersion>& lines);

}  // namespace decapod::cli
