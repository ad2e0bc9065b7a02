#include "work_facts.h"

#include "present.h"
#include "store_ids.h"

namespace decapod::todo {
namespace {

contract::WorkStatus status_of(store::Item const& item, Instant const& now) {
  switch (shown_status(item, now)) {
    case Status::open:
      return contract::WorkStatus::open;
    case Status::claimed:
      return contract::WorkStatus::held;
    case Status::done:
      return contract::WorkStatus::finished;
    case Status::archived:
      break;
  }
  return contract::WorkStatus::put_away;
}

}  // namespace

Result<contract::WorkFacts> work_facts(contract::Context& context, std::string_view id) {
  DECAPOD_TRY(auto const item, store::resolve(context.store(), id));
  contract::WorkFacts facts{.id = item.id,
                            .title = item.title,
                            .status = status_of(item, context.now()),
                            .holder = std::nullopt,
                            .labels = store::labels(context.store(), item.number)};
  if (auto const* claim = claim_in_force(item, context.now())) {
    facts.holder = contract::WorkHolder{.actor = claim->holder,
                                        .session = claim->session,
                                        .token = claim->token,
                                        .until = rules::ends_at(claim->lease, context.now())};
  }
  return facts;
}

}  // namespace decapod::todo
