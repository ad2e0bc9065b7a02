#include "handlers.h"
#include "store.h"

#include <decapod/capsule_record/canonical.h>

namespace decapod::capsule {

using contract::Context;

Result<ShowReply> show(Context& context, Show const& request) {
  DECAPOD_TRY(auto row, store::resolve(context.store(), request.id));
  auto capsule = parse(row.document);
  if (!capsule) {
    return fail(ErrorCode::corrupt, "capsule " + row.brief.id + " was altered in the store: " + capsule.error().message,
                {{"id", row.brief.id}});
  }
  return ShowReply{.id = std::move(row.brief.id),
                   .hash = std::move(row.brief.hash),
                   .issued_at = row.brief.issued_at,
                   .issued_by = std::move(row.brief.issued_by),
                   .capsule = *std::move(capsule)};
}

Result<ListReply> list(Context& context, List const& request) {
  auto page = store::list(context.store(), request);
  return ListReply{.capsules = std::move(page.capsules), .next_cursor = page.next};
}

}  // namespace decapod::capsule
