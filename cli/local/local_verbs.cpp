#include "local_verbs.h"

#include "batch.h"
#include "capabilities.h"
#include "completion_verb.h"
#include "doctor.h"
#include "help_verb.h"
#include "init.h"
#include "schema_verb.h"
#include "version.h"
#include "where.h"

namespace decapod::cli {
namespace {

constexpr std::array kVerbs = {
    local_verb<&init, &render_init, &init_columns>(),
    local_verb<&where, &render_where, &where_columns>(),
    local_verb<&doctor, &render_doctor>(),
    LocalVerb{.face = {.type = &request_type<Batch>}},  // answers line by line: run_batch
    local_verb<&help, &render_help>(),
    local_verb<&schema_of, &render_schema>(),
    local_verb<&capabilities, &render_capabilities>(),
    local_verb<&version, &render_version, &version_columns>(),
    local_verb<&completion, &render_completion>(),
    local_verb<&complete_words, &render_complete>(),
};

constexpr auto make_faces() {
  std::array<VerbFace, kVerbs.size()> faces{};
  for (std::size_t i = 0; i < faces.size(); ++i) faces[i] = kVerbs[i].face;
  return faces;
}
constexpr auto kFaces = make_faces();
constexpr VerbGroup kGroup{.name = "", .summary = "", .verbs = kFaces};

}  // namespace

VerbGroup const& local_group() {
  return kGroup;
}

LocalWork local_work(RequestType const& type) {
  for (auto const& verb : kVerbs) {
    if (verb.face.type == &type) return verb.work;
  }
  return nullptr;
}

}  // namespace decapod::cli
