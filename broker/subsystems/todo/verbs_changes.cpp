#include <decapod/base/reflect.h>

#include "verbs_faces.h"
#include "verbs_lines.h"

namespace decapod::todo {
namespace {

std::string listed(std::vector<std::string> const& words) {
  std::string text;
  for (auto const& word : words) text += (text.empty() ? "" : ", ") + cli::printable(word);
  return text;
}

// A dry run gives out no token that a later command could need.
void print_note(cli::Text& text, std::optional<std::string> const& note) {
  if (note && text.page().effect == cli::Effect::done) text.line(cli::printable(*note));
}

void print_claim(cli::Text& text, Brief const& item, std::int64_t token, Timestamp expires_at, std::string_view what) {
  print_item(text, what, item);
  text.field("token", std::to_string(token));
  text.field("until", to_string(expires_at));
}

}  // namespace

void print_added(ItemReply const& reply, cli::Text& text) {
  print_item(text, "added", reply.item);
}

void print_moved(ItemReply const& reply, cli::Text& text) {
  print_item(text, to_text(reply.item.status), reply.item);
}

void print_edited(EditReply const& reply, cli::Text& text) {
  print_item(text, reply.changed.empty() ? "unchanged" : "changed", reply.item);
  if (!reply.changed.empty()) text.field("changed", listed(reply.changed));
}

void print_commented(CommentReply const& reply, cli::Text& text) {
  text.line("comment " + std::to_string(reply.comments_total) + " on " + text.bold(reply.id));
}

void print_done(DoneReply const& reply, cli::Text& text) {
  print_item(text, "done", reply.item);
  if (reply.unblocked_total == 0) return;
  auto const more = reply.unblocked_total - static_cast<std::int64_t>(reply.unblocked.size());
  text.field("unblocked", listed(reply.unblocked) + (more > 0 ? " and " + std::to_string(more) + " more" : ""));
}

void print_claimed(ClaimReply const& reply, cli::Text& text) {
  print_claim(text, reply.item, reply.token, reply.expires_at,
              reply.already == Already::yes ? "yours already:" : "claimed");
  print_note(text, reply.note);
}

void print_next(NextReply const& reply, cli::Text& text) {
  if (!reply.token) return print_item(text, reply.item.holder ? "handed to you:" : "next", reply.item);
  print_claim(text, reply.item, *reply.token, *reply.expires_at, "claimed");
  print_note(text, reply.note);
}

Result<void> note_missing_session(cli::Surroundings& around, json::object const& /*arguments*/, json::object& reply) {
  auto const* token = reply.if_contains("token");
  bool const alone = around.caller().session.starts_with(cli::kSessionOfOneCommand);
  if (!alone || token == nullptr || !token->is_number()) return {};
  reply["note"] = "no session: your commands about this item need --token " + to_text(*token) +
                  "; to do without, export DECAPOD_SESSION_ID before you claim";
  return {};
}

void claim_columns(ClaimReply const& reply, cli::Lines<kClaimed>& lines) {
  lines.add(reply.item.id, reply.token, reply.expires_at);
}

void next_columns(NextReply const& reply, cli::Lines<kClaimed>& lines) {
  lines.add(reply.item.id, reply.token, reply.expires_at);
}

void print_renewed(RenewReply const& reply, cli::Text& text) {
  text.line("renewed " + text.bold(reply.id) + " until " + to_string(reply.expires_at));
}

void print_handed_over(HandoffReply const& reply, cli::Text& text) {
  print_item(text, "handed over", reply.item);
  text.field("to", cli::printable(reply.item.holder.value_or("")));
  text.field("until", to_string(reply.expires_at));
}

void print_reclaimed(ReclaimReply const& reply, cli::Text& text) {
  if (reply.items.empty()) text.line("no lease has ended");
  for (auto const& item : reply.items) {
    text.line("open again: " + text.bold(item.id) + "  held by " + cli::printable(item.holder) + " until " +
              to_string(item.expired_at));
  }
}

std::string more_reclaimed(ReclaimReply const& reply) {
  return reply.truncated == Truncated::yes ? "run it again" : "";
}

namespace {

void print(std::string line, LinkReply const& reply, cli::Text& text) {
  line += cli::printable(reply.from) + " " + std::string(to_text(reply.kind)) + " " + cli::printable(reply.to);
  if (reply.changed == Changed::no) line += "  (nothing changed)";
  text.line(line);
  if (reply.open_blockers) text.field("blocked by", std::to_string(*reply.open_blockers), 12);
}

}  // namespace

void print_link(LinkReply const& reply, cli::Text& text) {
  print("", reply, text);
}

void print_unlinked(LinkReply const& reply, cli::Text& text) {
  print("unlinked: ", reply, text);
}

void link_columns(LinkReply const& reply, cli::Lines<kLink>& lines) {
  lines.add(reply.from, reply.kind, reply.to);
}

}  // namespace decapod::todo
