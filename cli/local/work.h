#pragma once
// How a local verb is put together: a request type, a function that does its work, and one that renders the reply.

#include "runner.h"

namespace decapod::cli {

using LocalWork = Result<json::object> (*)(Desk& desk, json::object const& arguments);

struct LocalVerb {
  VerbFace face;
  LocalWork work = nullptr;
};

namespace detail {

template <auto Work>
struct WorkSignature;
template <class R, Result<typename R::Reply> (*Work)(Desk&, R const&)>
struct WorkSignature<Work> {
  using Request = R;
};

template <auto Work>
Result<json::object> work(Desk& desk, json::object const& arguments) {
  using R = typename WorkSignature<Work>::Request;
  DECAPOD_TRY(auto request, codec::decode<R>(arguments, codec::Unknown::refuse));
  DECAPOD_TRY(auto reply, Work(desk, request));
  return std::move(codec::encode(reply).as_object());
}

}  // namespace detail

// local_verb<&where, &render_where, &where_columns>(): with a form for scripts.
template <auto Work, auto Render, auto Columns>
constexpr LocalVerb local_verb() {
  using R = typename detail::WorkSignature<Work>::Request;
  return {.face = face<R, Render, Columns>(), .work = &detail::work<Work>};
}

// local_verb<&where, &render_where>(), where `Result<WhereReply> where(Desk&, Where const&)`.
template <auto Work, auto Render>
constexpr LocalVerb local_verb() {
  using R = typename detail::WorkSignature<Work>::Request;
  return {.face = face<R, Render>(), .work = &detail::work<Work>};
}

}  // namespace decapod::cli
