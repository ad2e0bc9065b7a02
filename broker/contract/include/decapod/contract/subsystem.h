#pragma once
// What a subsystem hands to the broker: its requests with their handlers, its tables, its gates.

#include <decapod/base/request_type.h>
#include <decapod/contract/commits.h>
#include <decapod/contract/context.h>
#include <decapod/contract/gate.h>
#include <decapod/contract/knowledge.h>
#include <decapod/contract/work.h>

namespace decapod::contract {

// Whether a request takes back what makes its task risky.
enum class Lowers : std::uint8_t { no, yes };

// What a request is about, where that carries a risk of its own: the labels of its task, the paths that it publishes,
// and what else it does.
struct Concern {
  std::vector<std::string> labels;
  std::vector<std::string> paths;
  // Further operations whose work it does ("todo.claim" of `todo next --claim`): it is judged as each of them, too.
  std::vector<std::string> operations;
  // Yes: it takes an approval, whatever the tier of that risk asks for.
  Lowers lowers = Lowers::no;
};

// What lets a write in.
enum class Warrant : std::uint8_t {
  policy,     // the policy in force judges it before its handler is called
  signature,  // it carries a statement that the operator signed, and does nothing without it: its handler verifies that
};

// Whose tables a read looks into, be it through what other subsystems hand over here.
enum class Reach : std::uint8_t { own_tables, every_table };

struct Operation {
  RequestType const* type = nullptr;
  // `arguments` are canonical. A returned Error is a deterministic refusal: everything the handler did is undone.
  Result<json::object> (*handle)(Context& context, json::object const& arguments) = nullptr;
  // Read from the store right before the policy judges, in the same transaction. Optional: a write without it has no
  // risk but that of its name. May throw storage::Failure; what cannot be found is no concern, the handler will say so.
  Concern (*concern)(Context& context, json::object const& arguments) = nullptr;
  Warrant warrant = Warrant::policy;
  // What the policy's refusal is called here, where this operation knows better what to say first. It changes nothing,
  // and may throw storage::Failure. Optional.
  Error (*reword)(Context& context, json::object const& arguments, Error refusal) = nullptr;
  // Its arguments that are ids and may be shortened, or written in other letters. The policy judges them as whole ones
  // (Subsystem::whole_id): what is approved for a beginning of an id would be approved for whatever begins so later.
  std::span<std::string_view const> ids;
  Reach reach = Reach::own_tables;
  // Of a read: makes tables in memory for its handler to fill (storage::MemoryTables), outside of its transaction,
  // whose end empties them again. Writes nothing to the store. May throw storage::Failure. Optional.
  void (*memory_tables)(storage::Database& database) = nullptr;
};

namespace detail {

template <auto Handler>
struct Signature;
template <class R, Result<typename R::Reply> (*Handler)(Context&, R const&)>
struct Signature<Handler> {
  using Request = R;
};

template <auto Handler>
Result<json::object> call(Context& context, json::object const& arguments) {
  using Request = typename Signature<Handler>::Request;
  Request request{};
  DECAPOD_CHECK(codec::decode_object(arguments, request, codec::Unknown::refuse));
  DECAPOD_TRY(auto reply, Handler(context, request));
  return std::move(codec::encode(reply).as_object());
}

}  // namespace detail

// operation<&claim>, where `Result<ClaimReply> claim(Context&, Claim const&)`.
template <auto Handler>
inline constexpr Operation operation{&request_type<typename detail::Signature<Handler>::Request>,
                                     &detail::call<Handler>};

namespace detail {

template <auto Of>
struct ConcernSignature;
template <class R, Concern (*Of)(Context&, R const&)>
struct ConcernSignature<Of> {
  using Request = R;
};

// Arguments that cannot be decoded concern nothing: the handler refuses them.
template <auto Of>
Concern concern(Context& context, json::object const& arguments) {
  using Request = typename ConcernSignature<Of>::Request;
  Request request{};
  if (!codec::decode_object(arguments, request, codec::Unknown::refuse)) return {};
  return Of(context, request);
}

}  // namespace detail

// concerning_operation<&record, &concern_of_record>, where `Concern concern_of_record(Context&, Record const&)`.
template <auto Handler, auto Of>
inline constexpr Operation concerning_operation{&request_type<typename detail::Signature<Handler>::Request>,
                                                &detail::call<Handler>, &detail::concern<Of>};

// An operation with Warrant::signature.
template <auto Handler>
inline constexpr Operation signed_operation{&request_type<typename detail::Signature<Handler>::Request>,
                                            &detail::call<Handler>, nullptr, Warrant::signature};

// `operation`, with arguments that are ids: a list that outlives it.
constexpr Operation naming(Operation operation, std::span<std::string_view const> ids) {
  operation.ids = ids;
  return operation;
}

// `operation`, a read that looks into the tables of all.
constexpr Operation looking_everywhere(Operation operation) {
  operation.reach = Reach::every_table;
  return operation;
}

// `operation`, a read that needs tables in memory.
constexpr Operation with_memory_tables(Operation operation, decltype(Operation::memory_tables) make) {
  operation.memory_tables = make;
  return operation;
}

// `operation`, whose refusals by the policy are what `reword` makes of them.
constexpr Operation in_words_of(Operation operation, decltype(Operation::reword) reword) {
  operation.reword = reword;
  return operation;
}

// Applied once, in order: where a leader opens the store, or with the first write of the subsystem. `version` counts
// from 1 within the subsystem.
struct Migration {
  int version;
  std::string_view sql;
};

// Whether there is more of something to be done.
enum class Left : std::uint8_t { nothing, more };

struct Authority;

// What a restore does not take back. `take` reads it out of the store that ends, `put` into the one that takes its
// place, right before the restore is recorded there. All may throw storage::Failure.
struct Lasting {
  json::object (*take)(storage::Database& ending) = nullptr;
  Result<void> (*put)(storage::Database& staged, json::object const& taken) = nullptr;
  // Keys for the record of the restore, so that what came over is on record: nothing of it is in this store's trail.
  std::vector<std::string> (*unrecorded)(storage::Database& staged) = nullptr;
};

struct Subsystem {
  std::string_view name;  // also the db_id of its records, and how the names of its tables begin
  std::span<Operation const> operations;
  std::span<Migration const> migrations;
  std::span<Gate const> gates;
  // Work on its own tables that changes nothing anybody can ask for, such as merging an index: a few milliseconds of
  // it, in a write transaction, when nobody asks for anything. Called again until nothing is left.
  Left (*upkeep)(storage::Database& database) = nullptr;
  // The whole id of what somebody named by it or by its beginning; an error where that is nothing, or more than one.
  Result<std::string> (*whole_id)(Context& context, std::string_view id) = nullptr;
  // Answers contract::work_facts(), if the subsystem keeps work.
  Result<WorkFacts> (*work)(Context& context, std::string_view id) = nullptr;
  // Answers contract::workunit_facts(), if the subsystem keeps workunits.
  Result<WorkunitFacts> (*workunit)(Context& context, std::string_view id) = nullptr;
  // Answers contract::knowledge_facts() and promote_knowledge(), if the subsystem keeps what is known.
  KnowledgeKeeper const* knowledge = nullptr;
  // Answers contract::capsule_facts(), if the subsystem keeps capsules.
  Result<CapsuleFacts> (*capsule)(Context& context, std::string_view id) = nullptr;
  // Answers contract::lineage_steps(), if the subsystem keeps promotions.
  Result<std::vector<LineageStep>> (*lineage)(Context& context, std::string_view id) = nullptr;
  // Answers commit_at() and last_commit_of(), if the subsystem sees the ledger.
  CommitLog const* commits = nullptr;
  // Of the one subsystem that knows the policy (authority.h).
  Authority const* authority = nullptr;
  Lasting const* lasting = nullptr;
  // Names that its concerns add to an operation's own (Concern::operations) and that no operation has: a policy may
  // speak of them.
  std::span<std::string_view const> policy_words;
};

inline Result<WorkFacts> work_facts(Context& context, std::string_view id) {
  for (auto const* subsystem : context.in_use()) {
    if (subsystem->work != nullptr) return subsystem->work(context, id);
  }
  return fail(ErrorCode::not_found, "no item '" + std::string(id) + "'", {{"id", id}});
}

inline Result<WorkunitFacts> workunit_facts(Context& context, std::string_view id) {
  for (auto const* subsystem : context.in_use()) {
    if (subsystem->workunit != nullptr) return subsystem->workunit(context, id);
  }
  return fail(ErrorCode::not_found, "no workunit '" + std::string(id) + "'", {{"id", id}});
}

inline Result<KnowledgeKeeper const*> knowledge_keeper(Context& context, std::string_view id) {
  for (auto const* subsystem : context.in_use()) {
    if (subsystem->knowledge != nullptr) return subsystem->knowledge;
  }
  return fail(ErrorCode::not_found, "no entry '" + std::string(id) + "'", {{"id", id}});
}

inline Result<KnowledgeFacts> knowledge_facts(Context& context, std::string_view id) {
  DECAPOD_TRY(auto const* const keeper, knowledge_keeper(context, id));
  return keeper->facts(context, id);
}

inline Result<void> promote_knowledge(Context& context, PromotedEntry const& entry) {
  DECAPOD_TRY(auto const* const keeper, knowledge_keeper(context, entry.id));
  return keeper->promote(context, entry);
}

inline Result<CapsuleFacts> capsule_facts(Context& context, std::string_view id) {
  for (auto const* subsystem : context.in_use()) {
    if (subsystem->capsule != nullptr) return subsystem->capsule(context, id);
  }
  return fail(ErrorCode::not_found, "no capsule '" + std::string(id) + "'", {{"id", id}});
}

inline Result<std::vector<LineageStep>> lineage_steps(Context& context, std::string_view id) {
  for (auto const* subsystem : context.in_use()) {
    if (subsystem->lineage != nullptr) return subsystem->lineage(context, id);
  }
  return fail(ErrorCode::not_found, "no promotion '" + std::string(id) + "'", {{"id", id}});
}

inline std::optional<Commit> last_commit_of(Context& context, std::string_view key) {
  for (auto const* subsystem : context.in_use()) {
    if (subsystem->commits != nullptr) return subsystem->commits->last(context, key);
  }
  return std::nullopt;
}

inline Result<Commit> commit_at(Context& context, Marker marker) {
  for (auto const* subsystem : context.in_use()) {
    if (subsystem->commits == nullptr) continue;
    if (auto commit = subsystem->commits->at(context, marker)) return *std::move(commit);
  }
  return fail(ErrorCode::marker_unconfirmed, "the store confirms no commit " + to_string(marker),
              {{"marker", to_string(marker)}});
}

}  // namespace decapod::contract
