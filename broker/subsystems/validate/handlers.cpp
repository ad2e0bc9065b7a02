#include <decapod/contract/ended_line.h>
#include <decapod/ledger/trail.h>
#include <decapod/storage/failure.h>
#include <decapod/validate/requests.h>
#include <decapod/validate_losses/losses.h>
#include <decapod/validate_pins/pins.h>

#include <functional>

#include "subsystem.h"

namespace decapod::validate {
namespace {

using contract::Context;

// A gate that runs out of time ends the whole command, because no verdict is possible; one that cannot read its tables
// fails, because the store is not what it should be.
bool ends_the_command(Error const& error) {
  return retry_of(error.code) == Retry::yes || error.code == ErrorCode::timeout;
}

// What `work` adds to the report; where it cannot read the store, also that.
GateReport guarded(GateReport report, std::function<void(GateReport&)> const& work) {
  try {
    work(report);
  } catch (storage::Failure const& failure) {
    auto const error = failure.error();
    if (ends_the_command(error)) throw;
    add_finding(report, {.code = name_of(error.code),
                         .message = "the gate could not read the store: " + error.message,
                         .where = "",
                         .hint = std::string(error.hint_or_default())});
  }
  return report;
}

GateReport run(Context& context, contract::Gate const& gate) {
  GateReport report;
  report.gate = gate.name;
  report.meaning = gate.meaning;
  return guarded(std::move(report), [&](GateReport& found) { gate.run(context, found); });
}

GateReport judge_pins_of(Context& context, Validate const& request) {
  auto rows = context.store().query("SELECT coalesce(max(sequence), 0) FROM audit_mutation");
  PinnedStore const store{.uuid = context.facts().store_uuid,
                          .chain_size = rows.next() ? static_cast<std::uint64_t>(rows.integer(0)) : 0,
                          .hash_at_size =
                              [&](std::uint64_t size) {
                                return ledger::hash_at_size(context.store(), audit::Chain::mutations, size,
                                                            context.facts().store_uuid);
                              },
                          .explain = [&](auto const& pin) { return contract::explain_by_restore(context, pin); },
                          .state_directory = context.facts().state_directory};
  return judge_pins({.pins = request.pins, .made_here = request.made_here, .require_pin = request.require_pin}, &store);
}

GateReport pins(Context& context, Validate const& request) {
  return guarded(pins_gate(), [&](GateReport& report) { report = judge_pins_of(context, request); });
}

Result<ValidateReply> validate(Context& context, Validate const& request) {
  auto gates = request.source.gates;
  gates.push_back(judge_losses(context.facts().state_directory));
  for (auto const* other : context.subsystems()) {
    for (auto const& gate : other->gates) gates.push_back(run(context, gate));
  }
  gates.push_back(pins(context, request));
  return tally(std::move(gates), request.source.scan);
}

constexpr contract::Operation kOperations[] = {contract::looking_everywhere(contract::operation<&validate>)};

}  // namespace

contract::Subsystem const subsystem{.name = "validate", .operations = kOperations, .migrations = {}, .gates = {}};

}  // namespace decapod::validate
