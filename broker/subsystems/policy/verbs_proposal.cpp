#include "verbs_proposal.h"

#include <decapod/cli_kit/revision.h>
#include <decapod/governance/glob.h>
#include <decapod/governance/proposal.h>
#include <decapod/policy/proposal.h>

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

namespace decapod::policy {
namespace {

Result<std::string> proposal_path(cli::Surroundings& around) {
  auto const& place = around.place();
  if (!place) return place.error();
  // The worktree that somebody stands in is the one that they have read and changed.
  auto const& tree = place->worktree.empty() ? place->main_worktree : place->worktree;
  if (tree.empty()) return fail(ErrorCode::usage, "a proposal needs a tree to lie in, and there is none here");
  return tree + '/' + std::string(governance::kProposalPath);
}

bool exists(std::string const& path) {
  struct stat facts {};
  return lstat(path.c_str(), &facts) == 0;
}

// Whoever reads a FIFO signs what its writer says this time.
bool is_regular(std::string const& path) {
  struct stat facts {};
  return stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
}

// Where there is a store: what would change, and which operations nothing is called by.
void hold_against_store(cli::Surroundings& around, ReadProposal const& found, CheckReply& reply) {
  auto const answer = around.call(request_type<Show>, {{"proposal", found.text}});
  if (!answer) return;
  ShowReply shown;
  if (!codec::decode_object(*answer, shown, codec::Unknown::ignore)) return;
  reply.in_force = shown.hash;
  reply.changes = std::move(shown.changes);
  for (auto const& idle : shown.idle) reply.warnings.push_back(idle + " fits no operation");
}

// Every file that is there and not ignored; nothing where git does not tell.
std::vector<std::string> files_of_tree(cli::Surroundings& around) {
  auto const& place = around.place();
  if (!place || place->worktree.empty()) return {};
  auto const listed =
      around.git(place->worktree, {"ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"});
  return listed && listed->status == 0 ? cli::split_at_nul(listed->output) : std::vector<std::string>();
}

// A glob that covers nothing may be meant for what is still to come; one with a slip of the pen looks the same.
void hold_against_tree(cli::Surroundings& around, governance::Document const& document,
                       std::vector<std::string>& warnings) {
  auto const files = files_of_tree(around);
  if (files.empty()) return;
  for (std::size_t zone = 0; zone < document.zones.size(); ++zone) {
    std::string idle;
    for (auto const& glob : document.zones[zone].paths) {
      auto const covers = [&](std::string const& file) { return governance::path_matches(glob, file); };
      if (!std::ranges::any_of(files, covers)) idle.append(idle.empty() ? "\"" : ", \"").append(glob) += '"';
    }
    if (!idle.empty()) warnings.push_back("zones[" + std::to_string(zone) + "].paths: no file is there for " + idle);
  }
}

}  // namespace

Result<ReadProposal> read_proposal(cli::Surroundings& around, std::string const& file) {
  ReadProposal found{.file = file};
  if (file.empty()) {
    DECAPOD_TRY(found.file, proposal_path(around));
    if (!exists(found.file)) {
      auto error = fail(ErrorCode::input_unreadable, "there is no " + found.file, {{"path", found.file}});
      error.hint = "`decapod policy init` writes one to begin with";
      return error;
    }
    if (!is_regular(found.file)) {
      return fail(ErrorCode::input_unreadable, found.file + " is no regular file", {{"path", found.file}});
    }
  }
  DECAPOD_TRY(found.text, around.read(found.file, governance::kDocumentBytesMax));
  auto document = governance::parse_proposal(found.text);
  if (!document) {
    auto error = std::move(document).error();
    error.message = found.file + ": " + error.message;
    return error;
  }
  found.document = *std::move(document);
  return found;
}

Result<json::object> write_template(cli::Surroundings& around, json::object const& arguments) {
  DECAPOD_TRY(auto const request, codec::decode<Init>(json::value(arguments), codec::Unknown::refuse));
  DECAPOD_TRY(auto const path, proposal_path(around));
  if (request.force == Overwrite::no && exists(path)) {
    auto error = fail(ErrorCode::already_exists, "there is a proposal: " + path, {{"path", path}});
    error.hint = "edit it, or take its place with --force";
    return error;
  }
  std::error_code none;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), none);
  DECAPOD_CHECK(around.write(path, governance::proposal_template()));
  return codec::encode(InitReply{.file = path}).as_object();
}

Result<json::object> check_proposal(cli::Surroundings& around, json::object const& arguments) {
  DECAPOD_TRY(auto const request, codec::decode<Check>(json::value(arguments), codec::Unknown::refuse));
  DECAPOD_TRY(auto const found, read_proposal(around, request.file));
  CheckReply reply{.file = found.file,
                   .hash = hex(governance::hash_of(found.document)),
                   .name = found.document.name,
                   .zones = static_cast<std::int64_t>(found.document.zones.size()),
                   .warnings = {},
                   .in_force = std::nullopt,
                   .changes = {}};
  hold_against_store(around, found, reply);
  hold_against_tree(around, found.document, reply.warnings);
  return codec::encode(reply).as_object();
}

Result<void> name_proposal(cli::Surroundings& around, json::object const& /*arguments*/, json::object& reply) {
  DECAPOD_TRY(auto const path, proposal_path(around));
  reply["file"] = path;
  return {};
}

Result<void> gather_proposal(cli::Surroundings& around, json::object& arguments) {
  arguments.erase("proposal");
  auto const path = proposal_path(around);
  if (!path || !is_regular(*path)) return {};
  if (auto const text = around.read(*path, governance::kDocumentBytesMax)) arguments["proposal"] = *text;
  return {};
}

}  // namespace decapod::policy
