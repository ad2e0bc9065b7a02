#include <decapod/base/counted.h>
#include <decapod/base/reflect.h>

#include "verbs_faces.h"
#include "verbs_lines.h"

namespace decapod::todo {
namespace {

// On a terminal; elsewhere, and in --json, it is whole.
constexpr std::size_t kRequestIdShown = 16;

void print_links(cli::Text& text, std::string_view label, std::vector<LinkView> const& links) {
  for (auto const& link : links) {
    text.field(label, link.id + "  " + std::string(to_text(link.status)) + "  " + cli::printable(link.title), 16);
  }
}

void print_claim(cli::Text& text, ClaimView const& claim) {
  auto who = cli::printable(claim.holder);
  if (!claim.session) who += " (handed over, not taken up yet)";
  text.field("holder", who, 16);
  text.field(claim.expired == Expired::yes ? "lease ended" : "lease until", to_string(claim.expires_at), 16);
  if (claim.token) text.field("token", std::to_string(*claim.token), 16);
}

void print_facts(cli::Text& text, ItemView const& item) {
  text.field("status", to_text(item.status), 16);
  if (item.claim) print_claim(text, *item.claim);
  text.field("type", to_text(item.type), 16);
  text.field("priority", std::to_string(item.priority), 16);
  std::string labels;
  for (auto const& label : item.labels) labels += (labels.empty() ? "" : ", ") + cli::printable(label);
  if (!labels.empty()) text.field("labels", labels, 16);
  if (item.open_blockers > 0) text.field("open blockers", std::to_string(item.open_blockers), 16);
  if (item.due) text.field("due", to_string(*item.due), 16);
  if (item.defer_until) text.field("deferred until", to_string(*item.defer_until), 16);
  if (item.external_ref) text.field("external", cli::printable(*item.external_ref), 16);
  text.field("created", to_string(item.created_at) + " by " + cli::printable(item.created_by), 16);
  text.field("updated", to_string(item.updated_at), 16);
  if (item.done_at)
    text.field("done", to_string(*item.done_at) + (item.done_by ? " by " + cli::printable(*item.done_by) : ""), 16);
  if (item.reason) text.field("reason", cli::printable(*item.reason), 16);
  for (auto const& [name, value] : item.origin) {
    text.field("origin", cli::printable(name) + ": " + cli::shortened(cli::printable(value), 80), 16);
  }
}

void print_map(cli::Text& text, std::string_view label, std::map<std::string, std::int64_t> const& counts,
               std::string_view before = "") {
  std::string line;
  for (auto const& [name, count] : counts) {
    line += line.empty() ? "" : ", ";
    line += before;
    line += cli::printable(name) + ": " + std::to_string(count);
  }
  if (!line.empty()) text.field(label, line, 21);
}

}  // namespace

void print_shown(ShowReply const& reply, cli::Text& text) {
  auto const& item = reply.item;
  text.line(text.bold(item.id) + "  " + cli::printable(item.title));
  print_facts(text, item);
  print_links(text, "part of", item.links.parent);
  print_links(text, "has part", item.links.children);
  print_links(text, "blocked by", item.links.blocked_by);
  print_links(text, "blocks", item.links.blocks);
  print_links(text, "related", item.links.related);
  print_links(text, "discovered from", item.links.discovered_from);
  print_links(text, "led to", item.links.discoveries);
  if (!item.description.empty()) {
    text.line();
    text.line(cli::printable_lines(item.description));
  }
  for (auto const& comment : item.comments) {
    text.line();
    text.line(text.dim(to_string(comment.at) + " " + cli::printable(comment.author)));
    text.line(cli::printable_lines(comment.text));
  }
  auto const more = item.comments_total - static_cast<std::int64_t>(item.comments.size());
  if (more > 0) text.line(text.dim(counted(more, "earlier comment") + ": --comments N"));
  for (auto const& name : item.shortened) text.line(text.dim(name + " cut short: --full"));
}

void print_list(ListReply const& reply, cli::Text& text) {
  if (reply.total == 0) return text.line("no items");
  print_items(text, reply.items);
  auto const total = std::string(reply.counted == Counted::at_least ? "at least " : "") + std::to_string(reply.total);
  text.line(text.dim(std::to_string(reply.items.size()) + " of " + total));
}

std::string more_listed(ListReply const& reply) {
  return reply.next_cursor ? "--cursor " + *reply.next_cursor : "";
}

void print_ready(ReadyReply const& reply, cli::Text& text) {
  if (reply.items.empty()) return text.line("nothing is ready");
  print_items(text, reply.items);
}

// What gets the rest of an answer that was cut: `otherwise`, where no more may be asked for.
template <class Reply>
std::string more_than(Reply const& reply, std::string const& otherwise) {
  if (reply.truncated == Truncated::no) return "";
  return std::ssize(reply.items) < kFoundMost ? "a greater --limit if this one is full, or " + otherwise : otherwise;
}

std::string more_ready(ReadyReply const& reply) {
  return more_than(reply, "`decapod todo next`, which looks through all of it");
}

void print_search(SearchReply const& reply, cli::Text& text) {
  if (reply.items.empty()) return text.line("nothing found");
  print_items(text, reply.items);
}

std::string more_found(SearchReply const& reply) {
  return more_than(reply, "more words");
}

void print_history(HistoryReply const& reply, cli::Text& text) {
  std::vector<std::vector<std::string>> rows;
  for (auto const& entry : reply.entries) {
    rows.push_back({to_string(entry.ts), entry.marker, entry.actor, entry.operation,
                    text.page().columns == 0 ? entry.request_id : cli::shortened(entry.request_id, kRequestIdShown)});
  }
  text.table(rows);
}

std::string more_history(HistoryReply const& reply) {
  return reply.next_before ? "--before " + std::to_string(*reply.next_before) : "";
}

void history_columns(HistoryReply const& reply, cli::Lines<kHistory>& lines) {
  for (auto const& entry : reply.entries) {
    lines.add(entry.ts, entry.marker, entry.actor, entry.operation, entry.request_id);
  }
}

void print_stats(StatsReply const& reply, cli::Text& text) {
  bool const exact = reply.counted == Counted::exactly;
  text.line(counted(reply.total, "item") + ": " + (exact ? "" : "at least ") + std::to_string(reply.ready) +
            " ready, " + std::to_string(reply.blocked) + " blocked, " + std::to_string(reply.deferred) + " deferred, " +
            std::to_string(reply.expired) + " with an ended lease");
  print_map(text, "status", reply.by_status);
  print_map(text, "not done, by type", reply.by_type);
  print_map(text, "not done, by priority", reply.by_priority, "P");
  print_map(text, "claimed, by holder", reply.by_holder);
  if (!exact) text.line(text.dim("more claims or ended deferrals than are looked at: some of this is only near"));
}

}  // namespace decapod::todo
