#include "verbs.h"

#include "verbs_faces.h"

namespace decapod::todo {
namespace {

using cli::cut;
using cli::face;
using cli::with_ids;

constexpr cli::VerbFace import_face() {
  auto made = face<Import, &print_import, &import_columns>();
  made.gather = &gather_import;
  return made;
}

constexpr cli::VerbFace noting_the_session(cli::VerbFace face) {
  face.conclude = &note_missing_session;
  return face;
}

// A line is an item, whoever reads it.
constexpr auto kExported = cli::columns("ITEM");
constexpr cli::VerbFace export_face() {
  return cut<Export, &more_exported>({.type = &request_type<Export>,
                                      .render = &print_export,
                                      .porcelain = {.columns = kExported, .print = &print_export}});
}

// What is on offer: nothing was claimed, so there is no token.
constexpr cli::VerbFace kPeek = face<Peek, &print_next, &next_columns>();

// Without --claim nothing is changed, and what changes nothing belongs among the reads. A lease without a claim is
// for the handler to refuse.
cli::VerbFace const* peek_instead(json::object& arguments) {
  auto const* claim = arguments.if_contains("claim");
  bool const takes = claim != nullptr && !(claim->is_bool() && !claim->get_bool());
  if (takes || arguments.contains("lease_ms")) return nullptr;
  arguments.erase("claim");
  return &kPeek;
}

constexpr cli::VerbFace next_face() {
  auto made = noting_the_session(face<Next, &print_next, &next_columns>());
  made.instead = &peek_instead;
  return made;
}

constexpr cli::VerbFace kFaces[] = {
    with_ids(face<Add, &print_added>()),
    with_ids(face<Show, &print_shown>()),
    cut<List, &more_listed>(with_ids(face<List, &print_list>())),
    cut<Ready, &more_ready>(with_ids(face<Ready, &print_ready>())),
    next_face(),
    kPeek,
    noting_the_session(face<Claim, &print_claimed, &claim_columns>()),
    with_ids(face<Done, &print_done>()),
    with_ids(face<Comment, &print_commented>()),
    with_ids(face<Edit, &print_edited>()),
    with_ids(face<Renew, &print_renewed>()),
    with_ids(face<Release, &print_moved>()),
    with_ids(face<Handoff, &print_handed_over>()),
    cut<Reclaim, &more_reclaimed>(with_ids(face<Reclaim, &print_reclaimed>())),
    with_ids(face<Reopen, &print_moved>()),
    with_ids(face<Archive, &print_moved>()),
    face<Link, &print_link, &link_columns>(),
    face<Unlink, &print_unlinked, &link_columns>(),
    cut<Search, &more_found>(with_ids(face<Search, &print_search>())),
    cut<History, &more_history>(face<History, &print_history, &history_columns>()),
    face<Stats, &print_stats>(),
    export_face(),
    import_face(),
};

}  // namespace

cli::VerbGroup const verbs{"todo", "The backlog: who does what, and what comes next", kFaces};

}  // namespace decapod::todo
