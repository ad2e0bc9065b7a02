#include "verbs.h"

#include "verbs_faces.h"

namespace decapod::promote {
namespace {

using cli::concluding;
using cli::cut;
using cli::face;
using cli::gathering;
using cli::with_ids;

constexpr cli::VerbFace kFaces[] = {
    gathering(face<Check, &print_checked>(), &gather_subject),
    concluding(gathering(face<Record, &print_recorded, &recorded_columns>(), &gather_subject), &write_recorded),
    concluding(gathering(with_ids(face<Seal, &print_sealed>()), &sign_lineage), &write_recorded),
    concluding(gathering(face<Verify, &print_verified, &verified_columns>(), &gather_present), &tell_drift),
    with_ids(face<Show, &print_shown>()),
    cut<List, &more_listed>(face<List, &print_list, &list_columns>()),
    concluding(with_ids(face<Export, &print_exported>()), &write_exported),
};

}  // namespace

cli::VerbGroup const verbs{"promote", "What is published or released, once everything that it rests on agrees", kFaces};

}  // namespace decapod::promote
