#include "verbs_files.h"

#include <decapod/base/counted.h>
#include <decapod/base/utf8.h>
#include <decapod/cli_kit/text.h>
#include <decapod/knowledge_source/excerpt.h>

#include <filesystem>
#include <map>

namespace decapod::knowledge {
namespace {

namespace fs = std::filesystem;

Result<std::string> worktree_of(cli::Surroundings& around) {
  auto const& place = around.place();
  if (!place) return place.error();
  if (!place->worktree.empty()) return place->worktree;
  auto error = fail(ErrorCode::refused, "there is no repository here, so no file of one");
  error.hint = "run it inside the repository, or give another kind of provenance";
  return error;
}

// Where a file lies, without links: relative to the root of the repository. refused: outside of it.
Result<std::string> inside(std::string const& worktree, std::string const& cwd, std::string const& path) {
  std::error_code problem;
  auto const root = fs::weakly_canonical(worktree, problem);
  auto const file = fs::weakly_canonical(fs::path(cwd) / path, problem);
  auto const relative = problem ? std::string() : file.lexically_relative(root).string();
  if (!problem && is_utf8(relative) && check_path(relative)) return relative;
  auto error = fail(ErrorCode::refused, path + " lies outside the repository", {{"path", path}, {"root", worktree}});
  error.hint = "knowledge rests on files of this repository; for others give their url: or the command: that shows it";
  return error;
}

Error too_short(Source const& source, std::int64_t lines) {
  return fail(ErrorCode::bad_request,
              source.value + " has " + counted(lines, "line") + ", and not " + std::to_string(source.lines->last),
              {{"field", "provenance"}, {"path", source.value}, {"lines", lines}});
}

// Relative to the repository from here on; its digest.
Result<Sha256> read_file(cli::Surroundings& around, Source& source) {
  DECAPOD_TRY(auto const worktree, worktree_of(around));
  DECAPOD_TRY(source.value, inside(worktree, around.cwd(), source.value));
  DECAPOD_TRY(auto const content, around.read(worktree + '/' + source.value, kFileBytesMax));
  auto const bytes = excerpt(content, source.lines);
  if (!bytes) return too_short(source, count_lines(content));
  return sha256(*bytes);
}

Result<void> complete_commit(cli::Surroundings& around, Source& source) {
  DECAPOD_TRY(auto const worktree, worktree_of(around));
  DECAPOD_TRY(auto const git, around.git(worktree, {"rev-parse", "--verify", "--quiet", "--end-of-options",
                                                    source.value + "^{commit}"}));
  auto hash = git.output.substr(0, git.output.find('\n'));
  if (git.status == 0 && hash.starts_with(source.value)) {
    source.value = std::move(hash);
    return {};
  }
  auto error = fail(ErrorCode::bad_request, "this repository has no commit " + source.value,
                    {{"field", "provenance"}, {"commit", source.value}});
  error.hint = "`git rev-parse HEAD` prints a commit; a shorter beginning of its hash must name one only";
  return error;
}

Drift drift_of(cli::Surroundings& around, std::string const& worktree, CheckedFile const& file) {
  // A link may have taken the place of a folder since.
  std::error_code problem;
  if (!fs::exists(worktree + '/' + file.path, problem)) return problem ? Drift::unreadable : Drift::missing;
  if (!inside(worktree, worktree, file.path)) return Drift::unreadable;
  auto const content = around.read(worktree + '/' + file.path, kFileBytesMax);
  if (!content) return Drift::unreadable;
  std::optional<Lines> lines;
  if (file.first_line && file.last_line) lines = Lines{*file.first_line, *file.last_line};
  auto const bytes = excerpt(*content, lines);
  if (!bytes) return Drift::shorter;
  return hex(sha256(*bytes)) == file.sha256 ? Drift::none : Drift::changed;
}

}  // namespace

Result<void> gather_sources(cli::Surroundings& around, json::object& arguments) {
  auto* const given = arguments.if_contains("provenance");
  // What is wrong with it, the decoder says.
  if (given == nullptr || !given->is_array()) return {};
  json::array digests;
  for (auto& one : given->get_array()) {
    if (!one.is_string()) return {};
    DECAPOD_TRY(auto source, parse_source(std::string_view(one.get_string())));
    if (source.kind == SourceKind::file) {
      DECAPOD_TRY(auto const digest, read_file(around, source));
      digests.emplace_back(hex(digest));
    } else if (source.kind == SourceKind::commit) {
      DECAPOD_CHECK(complete_commit(around, source));
    }
    one = as_text(source);
  }
  arguments["digests"] = std::move(digests);
  return {};
}

Result<void> gather_path(cli::Surroundings& around, json::object& arguments) {
  auto* const path = arguments.if_contains("path");
  if (path == nullptr || !path->is_string()) return {};
  DECAPOD_TRY(auto const worktree, worktree_of(around));
  DECAPOD_TRY(auto const relative, inside(worktree, around.cwd(), std::string(std::string_view(path->get_string()))));
  *path = relative;
  return {};
}

Result<void> check_files(cli::Surroundings& around, json::object const& /*arguments*/, json::object& reply) {
  DECAPOD_TRY(auto checked, codec::decode<VerifyReply>(json::value(reply), codec::Unknown::ignore));
  auto const worktree = worktree_of(around);
  if (!worktree) return {};
  for (auto& file : checked.files) {
    file.drift = drift_of(around, *worktree, file);
    if (file.drift != Drift::none) ++checked.drifted;
  }
  reply = std::move(codec::encode(checked).as_object());
  return {};
}

}  // namespace decapod::knowledge
