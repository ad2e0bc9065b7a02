#include "verbs.h"

#include "verbs_faces.h"

namespace decapod::workunit {
namespace {

using cli::face;
using cli::with_ids;

constexpr cli::VerbFace gathering(cli::VerbFace face, decltype(cli::VerbFace::gather) gather) {
  face.gather = gather;
  return face;
}

constexpr cli::VerbFace concluding(cli::VerbFace face, decltype(cli::VerbFace::conclude) conclude) {
  face.conclude = conclude;
  return face;
}

constexpr cli::VerbFace kFaces[] = {
    gathering(face<Init, &print_unit, &unit_columns>(), &gather_base),
    gathering(face<Attach, &print_unit, &unit_columns>(), &gather_files),
    face<Plan, &print_unit, &unit_columns>(),
    face<Start, &print_unit, &unit_columns>(),
    concluding(gathering(face<Prove, &print_proof, &proof_columns>(), &gather_proof), &tell_failure),
    gathering(face<Assert, &print_proof, &proof_columns>(), &gather_here),
    gathering(face<Claim, &print_unit, &unit_columns>(), &gather_here),
    concluding(gathering(face<Reproduce, &print_proof, &proof_columns>(), &gather_reproduction), &tell_failure),
    gathering(with_ids(face<Verify, &print_verified>()), &gather_work),
    face<Reopen, &print_unit, &unit_columns>(),
    face<Revise, &print_unit, &unit_columns>(),
    gathering(face<Status, &print_status, &status_columns>(), &gather_work_if_any),
    face<Show, &print_shown, &shown_columns>(),
    cli::cut<List, &more_listed>(face<List, &print_list, &list_columns>()),
    concluding(face<Export, &print_export, &export_columns>(), &write_document),
    face<Consider, &print_considered>(),
};

}  // namespace

cli::VerbGroup const verbs{"workunit", "What a task has to prove, what was proved, and how far that can be believed",
                           kFaces};

}  // namespace decapod::workunit
