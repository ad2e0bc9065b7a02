#pragma once
// What a subsystem hands to the command line: for each request type, how its reply reads to a person, and what the
// verb needs from outside.

#include <decapod/base/request_type.h>
#include <decapod/cli_kit/columns.h>
#include <decapod/cli_kit/surroundings.h>
#include <decapod/cli_kit/text.h>

namespace decapod::cli {

// A line that comes later, in each of the forms that may have been asked for.
struct FollowedLine {
  std::string json;
  std::string words;
  std::string columns;  // --porcelain
};

// Where a verb that goes on after its answer puts what it sees.
class LineSink {
 public:
  enum class Reader : std::uint8_t { there, gone };
  virtual ~LineSink() = default;
  // Written out at once.
  virtual Reader put(FollowedLine const& line) = 0;
};

struct VerbFace {
  RequestType const* type = nullptr;
  // The reply as text. Required.
  void (*render)(json::object const& reply, Text& text) = nullptr;
  // Optional.
  Porcelain porcelain;
  // What gets the rest of a list that the reply has cut: "--cursor 3"; "" if it is whole. It stands behind the text,
  // and on standard error where the text is data. Required of replies that have a cursor or can be `truncated`.
  std::string (*more)(json::object const& reply) = nullptr;
  // The face to go on with where the arguments ask for another request type's work (`todo next` without --claim only
  // reads); nullptr: this one. Takes out of the arguments what the other type does not know. Not asked of a dry run.
  // Optional.
  VerbFace const* (*instead)(json::object& arguments) = nullptr;
  // Fills Place::content and Place::fact fields, before the lock is tried. Optional.
  Result<void> (*gather)(Surroundings& around, json::object& arguments) = nullptr;
  // Access::local: the whole of the work. StoreNeed::optional: the answer where there is no store.
  Result<json::object> (*local)(Surroundings& around, json::object const& arguments) = nullptr;
  // After the reply arrived and no lock is held: files to write, lines to follow. May change the reply. Not called for
  // a dry run, which leaves no files either. Optional.
  Result<void> (*conclude)(Surroundings& around, json::object const& arguments, json::object& reply) = nullptr;
  // After a write was refused for certain, and not of a dry run: takes away what `gather` left for it. Optional.
  void (*withdraw)(Surroundings& around, json::object const& arguments) = nullptr;
  // After the reply was printed: goes on printing until the deadline, if there is one, or the reader leaves. Optional.
  Result<void> (*follow)(Surroundings& around, json::object const& arguments, json::object const& reply,
                         LineSink& sink) = nullptr;
};

struct VerbGroup {
  std::string_view name;     // the subsystem's name on the command line
  std::string_view summary;  // one line, no full stop
  std::span<VerbFace const> verbs;
  // What is wrong with this subsystem's part of a .decapod/config.toml, of which it gets the whole text. Optional.
  Result<void> (*check_config)(std::string_view toml) = nullptr;
};

namespace detail {

template <class R, std::string (*More)(typename R::Reply const&)>
std::string more(json::object const& reply) {
  typename R::Reply decoded{};
  return codec::decode_object(reply, decoded, codec::Unknown::ignore) ? More(decoded) : std::string();
}

template <class R, void (*Render)(typename R::Reply const&, Text&)>
void render(json::object const& reply, Text& text) {
  typename R::Reply decoded{};
  if (codec::decode_object(reply, decoded, codec::Unknown::ignore))
    Render(decoded, text);
  else
    text.line(to_text(reply));
}

template <class Function>
struct ColumnsOf;
template <class Reply, auto const& Names>
struct ColumnsOf<void (*)(Reply const&, Lines<Names>&)> {
  static constexpr std::span<std::string_view const> names = Names;
  static void print(void (*columns)(Reply const&, Lines<Names>&), Reply const& reply, Text& text) {
    Lines<Names> lines(text);
    columns(reply, lines);
  }
};

template <class R, auto Columns>
void print_columns(json::object const& reply, Text& text) {
  typename R::Reply decoded{};
  if (codec::decode_object(reply, decoded, codec::Unknown::ignore))
    ColumnsOf<decltype(Columns)>::print(Columns, decoded, text);
  else
    text.line(to_text(reply));  // silence would pass for an empty list
}

}  // namespace detail

// face<Claim, &render_claim>(), where `void render_claim(ClaimReply const&, Text&)`; add hooks to the result.
template <Request R, void (*Render)(typename R::Reply const&, Text&)>
constexpr VerbFace face() {
  return {.type = &request_type<R>, .render = &detail::render<R, Render>};
}
// face<Claim, &render_claim, &claim_columns>(), where `void claim_columns(ClaimReply const&, Lines<kClaimed>&)`.
template <Request R, void (*Render)(typename R::Reply const&, Text&), auto Columns>
constexpr VerbFace face() {
  auto made = face<R, Render>();
  made.porcelain = {.columns = detail::ColumnsOf<decltype(Columns)>::names,
                    .print = &detail::print_columns<R, Columns>};
  return made;
}
// with_ids(face<Add, &print_added>()): scripts get the ids of the reply, one a line.
constexpr VerbFace with_ids(VerbFace made) {
  made.porcelain = kPrintsIds;
  return made;
}

constexpr VerbFace gathering(VerbFace made, decltype(VerbFace::gather) gather) {
  made.gather = gather;
  return made;
}

constexpr VerbFace concluding(VerbFace made, decltype(VerbFace::conclude) conclude) {
  made.conclude = conclude;
  return made;
}

// cut<List, &more_items>(face<List, &print_list>()), where `std::string more_items(ListReply const&)`.
template <Request R, std::string (*More)(typename R::Reply const&)>
constexpr VerbFace cut(VerbFace made) {
  made.more = &detail::more<R, More>;
  return made;
}

}  // namespace decapod::cli
