#include "verbs.h"

#include <decapod/base/counted.h>
#include <decapod/base/reflect.h>
#include <decapod/knowledge/entries.h>

#include "verbs_files.h"

namespace decapod::knowledge {
namespace {

using cli::cut;
using cli::face;
using cli::printable;
using cli::Text;
using cli::with_ids;

constexpr std::size_t kLabel = 14;

std::string state_of(Brief const& entry) {
  if (entry.state == State::superseded) return "superseded by " + entry.superseded_by.value_or("");
  if (entry.state == State::expired) return "expired";
  return entry.grade == Grade::procedural ? "procedural" : "live";
}

void print_entry(Text& text, std::string_view what, Brief const& entry) {
  text.line(std::string(what) + ' ' + text.bold(entry.id) + "  " + printable(entry.title));
}

void print_added(EntryReply const& reply, Text& text) {
  print_entry(text, "added", reply.entry);
}

void print_superseded(SupersedeReply const& reply, Text& text) {
  print_entry(text, "superseded", reply.entry);
  print_entry(text, "by", reply.by);
}

void print_expired(EntryReply const& reply, Text& text) {
  print_entry(text, reply.entry.state == State::expired ? "expired" : "will expire:", reply.entry);
  if (reply.entry.expires_at) text.field("at", to_string(*reply.entry.expires_at));
}

std::string lines_of(std::optional<std::int64_t> const& first, std::optional<std::int64_t> const& last) {
  if (!first || !last) return "";
  return "#L" + std::to_string(*first) + "-L" + std::to_string(*last);
}

void print_deed(Text& text, std::string_view label, std::optional<DeedView> const& deed) {
  if (!deed) return;
  text.field(label,
             to_string(deed->at) + " by " + printable(deed->actor) +
                 (deed->reason.empty() ? "" : ": " + printable(deed->reason)),
             kLabel);
}

void print_shown(ShowReply const& reply, Text& text) {
  auto const& entry = reply.entry;
  text.line(text.bold(entry.id) + "  " + printable(entry.title));
  text.field("state", to_text(entry.state), kLabel);
  text.field("kind", std::string(to_text(entry.kind)) + ", " + std::string(to_text(entry.grade)), kLabel);
  for (auto const& source : entry.provenance) {
    text.field("rests on",
               std::string(to_text(source.kind)) + ':' + printable(source.value) +
                   lines_of(source.first_line, source.last_line),
               kLabel);
  }
  text.field("added", to_string(entry.created_at) + " by " + printable(entry.created_by), kLabel);
  if (entry.promotion) {
    auto const& [at, actor, reason, record, marker] = *entry.promotion;
    print_deed(text, "promoted", DeedView{at, actor, reason});
    text.field("promotion", printable(record) + ", commit " + marker, kLabel);
  }
  if (entry.superseded_by) text.field("superseded by", *entry.superseded_by, kLabel);
  print_deed(text, "superseded", entry.superseded);
  if (entry.current && entry.current != entry.superseded_by) text.field("current", *entry.current, kLabel);
  for (auto const& id : entry.supersedes) text.field("supersedes", id, kLabel);
  auto const more = entry.supersedes_total - static_cast<std::int64_t>(entry.supersedes.size());
  if (more > 0) text.field("supersedes", "and " + std::to_string(more) + " more", kLabel);
  if (entry.expires_at) text.field("expires", to_string(*entry.expires_at), kLabel);
  print_deed(text, "expiry set", entry.expiry);
  text.line();
  text.line(cli::printable_lines(entry.body));
  for (auto const& name : entry.shortened) text.line(text.dim(name + " cut short: --full"));
}

void print_list(ListReply const& reply, Text& text) {
  if (reply.entries.empty()) {
    text.line(reply.next_cursor ? "nothing among those that were looked at; there are older ones" : "nothing found");
  }
  std::vector<std::vector<std::string>> rows;
  for (auto const& entry : reply.entries)
    rows.push_back({entry.id, std::string(to_text(entry.kind)), state_of(entry), entry.title});
  text.table(rows);
}

std::string more_listed(ListReply const& reply) {
  return reply.next_cursor ? "--cursor " + *reply.next_cursor : "";
}

void print_search(SearchReply const& reply, Text& text) {
  if (reply.entries.empty()) return text.line("nothing found");
  for (auto const& entry : reply.entries) {
    text.line(text.bold(entry.id) + "  " + printable(entry.title) +
              (entry.grade == Grade::procedural ? "  (procedural)" : "") +
              (entry.state == State::live ? "" : "  (" + std::string(to_text(entry.state)) + ')'));
    text.line("  " + text.dim(printable(entry.excerpt)));
  }
}

std::string more_found(SearchReply const& reply) {
  if (reply.truncated == Truncated::no) return "";
  return std::ssize(reply.entries) < kFoundMost ? "a greater --limit if this one is full, or more words" : "more words";
}

void print_verified(VerifyReply const& reply, Text& text) {
  std::vector<std::vector<std::string>> rows;
  std::int64_t unchecked = 0;
  for (auto const& file : reply.files) {
    if (file.drift == Drift::unchecked) ++unchecked;
    if (file.drift == Drift::none || file.drift == Drift::unchecked) continue;
    rows.push_back({file.id, std::string(to_text(file.drift)), file.path + lines_of(file.first_line, file.last_line)});
  }
  text.table(rows);
  text.line(counted(reply.files.size(), "file") + ": " + std::to_string(reply.drifted) + " drifted" +
            (unchecked > 0 ? ", " + std::to_string(unchecked) + " not checked: this is no repository" : ""));
}

std::string more_verified(VerifyReply const& reply) {
  return reply.next_cursor ? "--cursor " + *reply.next_cursor : "";
}

constexpr auto kVerified = cli::columns("ID", "DRIFT", "PATH");
void verified_columns(VerifyReply const& reply, cli::Lines<kVerified>& lines) {
  for (auto const& file : reply.files) {
    lines.add(file.id, file.drift, file.path + lines_of(file.first_line, file.last_line));
  }
}

constexpr auto kSuperseded = cli::columns("ID", "BY");
void superseded_columns(SupersedeReply const& reply, cli::Lines<kSuperseded>& lines) {
  lines.add(reply.entry.id, reply.by.id);
}

constexpr cli::VerbFace kFaces[] = {
    cli::gathering(with_ids(face<Add, &print_added>()), &gather_sources),
    with_ids(face<Show, &print_shown>()),
    cli::gathering(cut<List, &more_listed>(with_ids(face<List, &print_list>())), &gather_path),
    cut<Search, &more_found>(with_ids(face<Search, &print_search>())),
    face<Supersede, &print_superseded, &superseded_columns>(),
    with_ids(face<Expire, &print_expired>()),
    cli::concluding(cut<Verify, &more_verified>(face<Verify, &print_verified, &verified_columns>()), &check_files),
};

}  // namespace

cli::VerbGroup const verbs{"knowledge", "What is known, and what it rests on", kFaces};

}  // namespace decapod::knowledge
