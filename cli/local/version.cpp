#include "version.h"

#include "build_info.h"
#include "output.h"

#include <decapod/ipc/limits.h>
#include <decapod/storage/library.h>

#include <fmt/core.h>

namespace decapod::cli {

Result<VersionReply> version(Desk&, Version const&) {
  return VersionReply{.version = std::string(kVersion),
                      .protocol_major = ipc::kProtocolMajor,
                      .protocol_minor = ipc::kProtocolMinor,
                      .envelope = kEnvelopeVersion,
                      .sqlite = storage::library().version};
}

void render_version(VersionReply const& reply, Text& text) {
  text.line("decapod " + reply.version);
  text.field("protocol", fmt::format("{}.{}", reply.protocol_major, reply.protocol_minor));
  text.field("envelope", std::to_string(reply.envelope));
  text.field("sqlite", reply.sqlite);
}

void version_columns(VersionReply const& reply, Lines<kProgramVersion>& lines) {
  lines.add(reply.version);
}

}  // namespace decapod::cli
