#pragma once
// What a subsystem hands to the broker: its requests with their handlers, its tables, its gates.

#include <decapod/base/request_type.h>
#include <decapod/contract/context.h>
#include <decapod/contract/gate.h>
#include <decapod/contract/work.h>

namespace decapod::contract {

struct Operation {
  RequestType const* type = nullptr;
  // `arguments` are canonical. A returned Error is a deterministic refusal: everything the handler did is undone.
  Result<json::object> (*handle)(Context& context, json::object const& arguments) = nullptr;
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

// Applied once, in order, each in the leader's migration transaction. `version` counts from 1 within the subsystem.
struct Migration {
  int version;
  std::string_view sql;
};

// Whether there is more of something to be done.
enum class Left : std::uint8_t { nothing, more };

struct Subsystem {
  std::string_view name;  // also the db_id of its records
  std::span<Operation const> operations;
  std::span<Migration const> migrations;
  std::span<Gate const> gates;
  // Work on its own tables that changes nothing anybody can ask for, such as merging an index: a few milliseconds of
  // it, in a write transaction, when nobody asks for anything. Called again until nothing is left.
  Left (*upkeep)(storage::Database& database) = nullptr;
  // Answers contract::work_facts(), if the subsystem keeps work.
  Result<WorkFacts> (*work)(Context& context, std::string_view id) = nullptr;
  // Answers contract::workunit_facts(), if the subsystem keeps workunits.
  Result<WorkunitFacts> (*workunit)(Context& context, std::string_view id) = nullptr;
};

inline Result<WorkFacts> work_facts(Context& context, std::string_view id) {
  for (auto const* subsystem : context.subsystems()) {
    if (subsystem->work != nullptr) return subsystem->work(context, id);
  }
  return fail(ErrorCode::internal, "no subsystem of this build keeps work");
}

inline Result<WorkunitFacts> workunit_facts(Context& context, std::string_view id) {
  for (auto const* subsystem : context.subsystems()) {
    if (subsystem->workunit != nullptr) return subsystem->workunit(context, id);
  }
  return fail(ErrorCode::not_found, "no workunit '" + std::string(id) + "'", {{"id", id}});
}

}  // namespace decapod::contract
