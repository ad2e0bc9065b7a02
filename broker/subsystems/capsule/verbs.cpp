#include "verbs.h"

#include "verbs_file.h"
#include "verbs_material.h"
#include "verbs_words.h"

namespace decapod::capsule {
namespace {

// A report with disagreements is printed whole, and ends with exit status 6: the error's details are the reply.
Result<void> conclude_verified(cli::Surroundings&, json::object const&, json::object& reply) {
  auto const* count = reply.if_contains("disagreements");
  if (count == nullptr || !count->is_int64() || count->get_int64() == 0) return {};
  return fail(ErrorCode::validation_failed,
              "the capsule disagrees with what is here in " + std::to_string(count->get_int64()) + " of its checks");
}

constexpr cli::VerbFace issue_face() {
  auto face = cli::with_ids(cli::face<Issue, &print_issued>());
  face.gather = &gather_material;
  face.conclude = &write_file;
  return face;
}

constexpr cli::VerbFace verify_face() {
  auto face = cli::face<Verify, &print_verified, &verified_columns>();
  face.gather = &gather_again;
  face.conclude = &conclude_verified;
  return face;
}

constexpr cli::VerbFace kFaces[] = {
    issue_face(),
    cli::face<Show, &print_capsule, &capsule_columns>(),
    cli::cut<List, &more_listed>(cli::face<List, &print_list, &list_columns>()),
    verify_face(),
    cli::face<Grant, &print_granted>(),
};

}  // namespace

cli::VerbGroup const verbs{
    .name = "capsule", .summary = "What a task's worker should read, taken from the repository", .verbs = kFaces};

}  // namespace decapod::capsule
