#include <decapod/promote_sources/sources.h>

#include <decapod/base/digest.h>
#include <decapod/cli_kit/revision.h>
#include <decapod/knowledge_document/document.h>
#include <decapod/knowledge_source/excerpt.h>

namespace decapod::promote {

Result<std::vector<Seen>> sources_at(cli::Surroundings& around, std::string const& worktree, std::string const& commit,
                                     std::vector<knowledge::SourceView> const& provenance) {
  std::vector<Seen> seen;
  for (auto const& view : provenance) {
    if (view.kind != knowledge::SourceKind::file) continue;
    auto const source = knowledge::source_in(view);
    DECAPOD_TRY(auto const text, cli::committed_file(around, worktree, commit, source.value));
    auto const lines = text ? knowledge::excerpt(*text, source.lines) : std::nullopt;
    seen.push_back({.source = as_text(source), .sha256 = lines ? hex(sha256(*lines)) : std::string()});
  }
  return seen;
}

}  // namespace decapod::promote
