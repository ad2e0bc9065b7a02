#include "verification.h"

#include <decapod/audit/jsonl_export.h>
#include <decapod/base/state_paths.h>
#include <decapod/contract/ended_line.h>
#include <decapod/ledger/trail.h>
#include <decapod/validate_pins/mending.h>
#include <sys/stat.h>

#include <vector>

namespace decapod::inspect {
namespace {

using audit::Chain;

Error broken(audit::Break const& found) {
  return fail(ErrorCode::audit_broken, found.message,
              {{"chain", to_text(found.chain)}, {"kind", to_text(found.kind)}, {"sequence", found.sequence}});
}

Result<ChainState> walk(contract::Context& context, Chain chain) {
  auto const walked = ledger::verify_chain(context.store(), chain, context.facts().store_uuid);
  if (walked.first_break) return broken(*walked.first_break);
  return ChainState{.chain = std::string(to_text(chain)), .size = walked.head.size, .head = hex(walked.head.head)};
}

// The store's records by their numbers, for somebody who asks for one after the other: a query for each of them is a
// fifth of what proving a trail costs.
class ReadAhead {
 public:
  ReadAhead(storage::Database& store, Chain chain) : store_(store), chain_(chain) {}

  std::optional<audit::StoredRecord> record(std::uint64_t sequence) {
    if (next_ == block_.size() || block_[next_].sequence != sequence) {
      block_ = ledger::records_after(store_, chain_, sequence - 1, kBlock);
      next_ = 0;
      if (block_.empty() || block_.front().sequence != sequence) return std::nullopt;
    }
    return std::move(block_[next_++]);
  }

 private:
  static constexpr std::size_t kBlock = 64;
  storage::Database& store_;
  Chain chain_;
  std::vector<audit::StoredRecord> block_;
  std::size_t next_ = 0;
};

// The exported copy may be behind the store, never beside it or ahead.
Result<void> compare_export(contract::Context& context, Chain chain, VerifyReply& reply) {
  auto const path = StatePaths(context.facts().state_directory).exported(to_text(chain));
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) return {};
  ReadAhead ahead(context.store(), chain);
  auto const stored = [&](std::uint64_t sequence) { return ahead.record(sequence); };
  auto const& exported = context.facts().exported;
  auto const before = chain == Chain::mutations ? exported.mutations : exported.reads;
  DECAPOD_TRY(auto const report, audit::verify_export(path, chain, stored, before));
  if (report.first_break) {
    auto found = *report.first_break;
    found.message = path + ": " + found.message;
    return broken(found);
  }
  reply.exported.emplace_back(to_text(chain));
  return {};
}

}  // namespace

std::optional<audit::Break> against_checkpoint(contract::Context& context, audit::Checkpoint const& checkpoint,
                                               std::uint64_t chain_size) {
  auto const at_size =
      ledger::hash_at_size(context.store(), Chain::mutations, checkpoint.mutations.size, context.facts().store_uuid);
  return audit::compare(checkpoint, at_size, chain_size);
}

namespace {

// A pin that disagrees. Where a restore is on record that says why, that is another finding, and none that passes:
// whoever rewrites a chain can write such a record as well.
Error disagrees(contract::Context& context, audit::Checkpoint const& pin, audit::Break const& found) {
  auto error = broken(found);
  auto const explained = contract::explain_by_restore(context, pin);
  if (!explained) return error;
  if (explained->how == audit::Explains::exactly) {
    error.code = ErrorCode::validation_failed;
    error.message = in_words(*explained);
  } else {
    error.message += "; " + in_words(*explained);
  }
  error.hint = validate::way_to_mend(
      *explained, pin,
      {.path = "", .present = context.facts().store_uuid, .state_directory = context.facts().state_directory});
  return error;
}

// Of pins that restores on record explain, at least one: how many there are, and the first of them.
Error told(std::vector<Error> explained) {
  auto error = std::move(explained.front());
  if (explained.size() > 1) {
    error.message = std::to_string(explained.size()) +
                    " pins are of the ends of lines that a restore ended; the first: " + error.message;
  }
  return error;
}

// What was named to be compared and cannot be must not pass: whoever removes a store and makes another one has no
// record of the first.
Error of_another_store(contract::Context& context, audit::Checkpoint const& checkpoint, std::string const& file) {
  auto error =
      fail(ErrorCode::validation_failed, "the checkpoint in " + file + " is of another store, " + checkpoint.store_uuid,
           {{"named", checkpoint.store_uuid}, {"present", context.facts().store_uuid}});
  error.hint = "name one of this store; if there is none, the store that it is of was replaced";
  return error;
}

}  // namespace

Result<VerifyReply> verify(contract::Context& context, BrokerVerify const& request) {
  VerifyReply reply{.store_uuid = context.facts().store_uuid, .generation = context.facts().generation};
  for (auto const chain : {Chain::mutations, Chain::reads}) {
    DECAPOD_TRY(auto state, walk(context, chain));
    reply.chains.push_back(std::move(state));
    DECAPOD_CHECK(compare_export(context, chain, reply));
  }
  std::vector<Error> explained;  // told only where nothing worse is found
  for (auto const& text : request.checkpoints) {
    bool const is_named = !request.against.empty() && &text == &request.checkpoints.front();
    auto const file = request.against == "-" ? "standard input" : request.against;
    DECAPOD_TRY(auto const pinned, audit::parse_checkpoint(text));
    if (pinned.store_uuid != reply.store_uuid) {
      if (is_named) return of_another_store(context, pinned, file);
      reply.notices.push_back("a pinned checkpoint belongs to another store, " + pinned.store_uuid);
      continue;
    }
    if (auto const found = against_checkpoint(context, pinned, reply.chains.front().size)) {
      auto error = disagrees(context, pinned, *found);
      if (error.code == ErrorCode::audit_broken) return error;
      explained.push_back(std::move(error));
      continue;
    }
    if (is_named)
      reply.against = file;
    else
      ++reply.checkpoints;
  }
  if (!explained.empty()) return told(std::move(explained));
  return reply;
}

}  // namespace decapod::inspect
