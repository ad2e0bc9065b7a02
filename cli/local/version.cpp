#include "version.h"

#include "build_info.h"
#include "output.h"

#include <decapod/ipc/limits.h>
#include <decapod/storage/library.h>

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
  text.field("protocol", std::to_string(reply.protocol_major) + '.' + std::to_string(reply.protocol_minor));
  text.field("envelope", std::to_string(reply.envelope));
  text.field("sqlite", reply.sqlite);
}

}  // namespace decapod::cli
