#include <decapod/audit/checkpoint.h>

#include <charconv>

#include "base64.h"

namespace decapod::audit {
namespace {

constexpr std::string_view kFirstLine = "decapod audit checkpoint v2";
constexpr std::size_t kUuidMax = 64;

std::string_view take_line(std::string_view& text) {
  auto const end = text.find('\n');
  auto const line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

template <class T>
bool parse_number(std::string_view text, T& out) {
  auto const [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && stop == text.data() + text.size();
}

}  // namespace

std::string to_text(Checkpoint const& checkpoint) {
  return std::string(kFirstLine) + '\n' + checkpoint.store_uuid + ' ' + std::to_string(checkpoint.generation) + '\n' +
         std::to_string(checkpoint.mutations.size) + '\n' + base64(checkpoint.mutations.head) + '\n';
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  auto const whole = text;
  auto const bad = [](std::string_view what) {
    return fail(ErrorCode::bad_request, "not a checkpoint of decapod's audit trail: " + std::string(what));
  };
  if (take_line(text) != kFirstLine) return bad("it does not begin with '" + std::string(kFirstLine) + "'");

  Checkpoint checkpoint;
  auto const store = take_line(text);
  auto const space = store.find(' ');
  if (space == 0 || space == std::string_view::npos || space > kUuidMax) return bad("the second line names no store");
  checkpoint.store_uuid = store.substr(0, space);
  if (!parse_number(store.substr(space + 1), checkpoint.generation)) return bad("the generation is no number");

  if (!parse_number(take_line(text), checkpoint.mutations.size)) return bad("the size is no number");
  auto const head = from_base64(take_line(text));
  if (!head) return bad("the fourth line is no hash");
  checkpoint.mutations.head = *head;

  auto const written = to_text(checkpoint);
  if (whole != written && std::string(whole) + '\n' != written) return bad("something is added to it");
  return checkpoint;
}

std::optional<Break> compare(Checkpoint const& checkpoint, std::optional<Sha256> const& at_size,
                             std::uint64_t chain_size) {
  auto const& pinned = checkpoint.mutations;
  if (chain_size < pinned.size || !at_size) {
    return Break{.chain = Chain::mutations,
                 .kind = BreakKind::truncated,
                 .sequence = chain_size + 1,
                 .message = "the checkpoint counts " + std::to_string(pinned.size) + " records, the store has " +
                            std::to_string(chain_size) + ": record " + std::to_string(chain_size + 1) +
                            " and what followed are gone"};
  }
  if (*at_size != pinned.head) {
    return Break{.chain = Chain::mutations,
                 .kind = BreakKind::diverged,
                 .sequence = pinned.size,
                 .message = "record " + std::to_string(pinned.size) +
                            " has another hash than the checkpoint says: it, or one before it, was replaced"};
  }
  return std::nullopt;
}

}  // namespace decapod::audit
