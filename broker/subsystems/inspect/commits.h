#pragma once
// What other subsystems are told about committed requests: the records of the chain of mutations.

#include <decapod/contract/commits.h>

namespace decapod::inspect {

extern contract::CommitLog const commit_log;

}  // namespace decapod::inspect
