#pragma once
// What a winner tells the broker that it leaves behind: the arguments of a process, spelled here and nowhere else.

#include <decapod/broker/service.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace decapod::reach {

// The broker reads nothing else: no environment, no files.
struct Handover {
  std::string state_directory;
  std::string boot_id;
  std::string fresh_store_uuid;
  Millis idle{0};
  Millis tenure{0};
  std::uint64_t log_bytes = broker::kLogBytes;
  std::optional<std::uint64_t> epoch;  // if the winner's own request raised it
  broker::Predecessor predecessor = broker::Predecessor::left;
  broker::Want want = broker::Want::heeded;
};
BOOST_DESCRIBE_STRUCT(Handover, (),
                      (state_directory, boot_id, fresh_store_uuid, idle, tenure, log_bytes, epoch, predecessor, want))

// One "member=value" each. Not JSON: a path need not be UTF-8.
std::vector<std::string> to_arguments(Handover const& handover);
// The one that is known last, when the others are given already. Empty: none.
std::string to_argument(std::optional<std::uint64_t> epoch);

// The other way round. Arguments that are not of this form are passed over; internal: a member is missing, unknown or
// cannot be read.
Result<Handover> handover_from(std::span<char* const> arguments);

}  // namespace decapod::reach
