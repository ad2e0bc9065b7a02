#include "verbs.h"

#include "verbs_faces.h"

namespace decapod::workunit {
namespace {

using cli::face;
using cli::with_ids;

constexpr cli::VerbFace kFaces[] = {
    cli::gathering(face<Init, &print_unit, &unit_columns>(), &gather_base),
    cli::gathering(face<Attach, &print_unit, &unit_columns>(), &gather_files),
    face<Plan, &print_unit, &unit_columns>(),
    face<Start, &print_unit, &unit_columns>(),
    cli::concluding(cli::gathering(face<Prove, &print_proof, &proof_columns>(), &gather_proof), &tell_failure),
    cli::gathering(face<Assert, &print_proof, &proof_columns>(), &gather_here),
    cli::gathering(face<Claim, &print_unit, &unit_columns>(), &gather_here),
    cli::concluding(cli::gathering(face<Reproduce, &print_proof, &proof_columns>(), &gather_reproduction),
                    &tell_failure),
    cli::gathering(with_ids(face<Verify, &print_verified>()), &gather_work),
    face<Reopen, &print_unit, &unit_columns>(),
    face<Revise, &print_unit, &unit_columns>(),
    cli::gathering(face<Status, &print_status, &status_columns>(), &gather_work_if_any),
    face<Show, &print_shown, &shown_columns>(),
    cli::cut<List, &more_listed>(face<List, &print_list, &list_columns>()),
    cli::concluding(face<Export, &print_export, &export_columns>(), &write_document),
    face<Consider, &print_considered>(),
};

}  // namespace

cli::VerbGroup const verbs{"workunit", "What a task has to prove, what was proved, and how far that can be believed",
                           kFaces};

}  // namespace decapod::workunit
