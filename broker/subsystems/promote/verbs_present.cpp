// What is there now, of what was promoted.

#include <decapod/base/digest.h>
#include <decapod/cli_kit/arguments.h>
#include <decapod/cli_kit/revision.h>
#include <decapod/promote_lineage/entry.h>
#include <decapod/promote_sources/sources.h>
#include <decapod/workunit/record.h>

#include <algorithm>
#include <tuple>

#include "verbs_faces.h"
#include "verbs_repository.h"

namespace decapod::promote {
namespace {

using cli::Surroundings;

constexpr std::int64_t kOutputMost = 256LL << 20;

std::string words_of(cli::ProgramEnd const& end) {
  switch (end.ended) {
    case cli::Ended::exited:
      return "ended with exit status " + std::to_string(end.status);
    case cli::Ended::signalled:
      return "was ended by signal " + std::to_string(end.status);
    case cli::Ended::timed_out:
      return "was killed after " + to_string(end.took);
    case cli::Ended::flooded:
      return "was killed after it had printed " + std::to_string(end.output_bytes) + " bytes";
    case cli::Ended::not_started:
      break;
  }
  return "could not be started";
}

Result<Replay> replay(Surroundings& around, std::string const& worktree, std::string const& unit,
                      workunit::PlannedGate const& gate, Millis limit) {
  DECAPOD_TRY(auto const end,
              around.run({.command = gate.command, .directory = worktree, .limit = limit, .output_max = kOutputMost}));
  bool const passed = end.ended == cli::Ended::exited && end.status == 0;
  return Replay{
      .unit = unit, .gate = gate.name, .outcome = passed ? Replayed::passed : Replayed::failed, .words = words_of(end)};
}

Result<void> add_files(Surroundings& around, std::string const& worktree, std::string const& head,
                       workunit::Unit const& unit, std::vector<FileNow>& files) {
  for (auto const& reference : unit.references) {
    bool const known = std::ranges::find(files, reference.name, &FileNow::path) != files.end();
    if (known || reference.kind == workunit::ReferenceKind::capsule) continue;
    DECAPOD_TRY(auto const text, cli::committed_file(around, worktree, head, reference.name));
    files.push_back({.path = reference.name, .sha256 = text ? hex(sha256(*text)) : ""});
  }
  return {};
}

Result<void> add_sources(Surroundings& around, std::string const& worktree, std::string const& head,
                         EntryPart const& part, std::vector<FileNow>& files) {
  DECAPOD_TRY(auto const document, document_in(part));
  DECAPOD_TRY(auto const seen, sources_at(around, worktree, head, document.provenance));
  for (auto const& one : seen) files.push_back({.path = one.source, .sha256 = one.sha256});
  return {};
}

std::string side(std::string const& text) {
  bool const hash = text.size() >= 40 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
  return hash ? text.substr(0, 12) : text;
}

std::string drift_words(Point const& point) {
  auto const was = side(point.recorded);
  auto const now = side(point.found);
  if (point.matter == Matter::files) {
    return "the file " + point.what + " was " + was + " when it was promoted, and is " + now + " at HEAD";
  }
  return "the " + std::string(to_text(point.matter)) + " of " + point.what + " was " + was +
         " when it was promoted, and now it is " + now;
}

}  // namespace

Result<void> gather_present(Surroundings& around, json::object& arguments) {
  DECAPOD_TRY(auto const canonical, request_type<Verify>.canonical(arguments));
  DECAPOD_TRY(auto const wish, cli::decoded<Verify>(canonical));
  DECAPOD_TRY(auto const answer, around.call(request_type<Show>, {{"id", wish.id}}));
  DECAPOD_TRY(auto const shown, cli::decoded<ShowReply>(answer));
  DECAPOD_TRY(auto const lineage, cli::decoded<Lineage>(shown.lineage));
  DECAPOD_TRY(auto trees, cli::SubjectTrees::open(around));
  DECAPOD_TRY(auto const head, trees.head());
  std::vector<Replay> replays;
  std::vector<FileNow> files;
  for (auto const& part : lineage.work) {
    DECAPOD_TRY(auto const document, cli::decoded<workunit::Document>(part.document));
    DECAPOD_CHECK(add_files(around, trees.worktree(), head, document.unit, files));
    if (wish.skip_replay == SkipReplay::yes || around.effect() == cli::Effect::imagined) continue;
    for (auto const& gate : document.unit.plan) {
      DECAPOD_TRY(auto one, replay(around, trees.worktree(), part.id, gate, wish.timeout_ms));
      replays.push_back(std::move(one));
    }
  }
  if (lineage.entry) DECAPOD_CHECK(add_sources(around, trees.worktree(), head, *lineage.entry, files));
  DECAPOD_TRY(auto const here, trees.tree_here());
  DECAPOD_TRY(auto const reached, reached_from(around, trees.worktree(), head, {lineage.revision}));
  arguments["replays"] = codec::encode(replays);
  arguments["files"] = codec::encode(files);
  arguments["here"] = here;
  arguments["reached"] = codec::encode(reached);
  return {};
}

Result<void> tell_drift(Surroundings& /*around*/, json::object const& /*arguments*/, json::object& reply) {
  DECAPOD_TRY(auto const told, cli::decoded<VerifyReply>(reply));
  if (told.verdict == Verdict::holds) return {};
  for (auto const& point : told.points) {
    if (point.verdict != told.verdict) continue;
    auto const code = point.matter == Matter::seal ? ErrorCode::promotion_unsealed : ErrorCode::promotion_stale;
    return fail(code, told.id + " is " + std::string(to_text(told.verdict)) + ": " + drift_words(point));
  }
  return fail(ErrorCode::promotion_stale, told.id + " is " + std::string(to_text(told.verdict)));
}

}  // namespace decapod::promote
