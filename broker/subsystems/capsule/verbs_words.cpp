#include "verbs_words.h"

#include <decapod/base/counted.h>
#include <decapod/base/reflect.h>

namespace decapod::capsule {
namespace {

using cli::printable;
using cli::Text;

constexpr std::size_t kShortCommit = 12;
constexpr std::size_t kTopicShown = 60;

std::string lines_of(std::int64_t first, std::int64_t last) {
  return std::to_string(first) + (first == last ? "" : '-' + std::to_string(last));
}

std::string purpose(Brief const& brief) {
  return printable(brief.task) + (brief.workunit ? "  workunit " + printable(*brief.workunit) : "");
}

std::string words_for(Reason reason) {
  switch (reason) {
    case Reason::link:
      return "a link is followed nowhere";
    case Reason::submodule:
      return "a repository of its own";
    case Reason::no_text:
      return "no text";
    case Reason::too_large:
      return "larger than 1 MiB";
  }
  return "?";
}

void print_left_out(IssueReply const& reply, Text& text) {
  for (auto const& left : reply.left_out) {
    text.line(text.dim("left out: " + printable(left.path) + ", " + words_for(left.reason)));
  }
  auto const more = reply.left_out_total - static_cast<std::int64_t>(reply.left_out.size());
  if (more > 0) text.line(text.dim("and " + std::to_string(more) + " more"));
}

std::string word_for(Text const& text, Verdict verdict) {
  if (verdict == Verdict::agrees) return "agrees";
  return text.warn(verdict == Verdict::disagrees ? "DISAGREES" : "UNKNOWN");
}

}  // namespace

void print_granted(Granted const& reply, Text& text) {
  text.line("risk " + std::string(to_text(reply.tier)) + ", " + counted(reply.limit, "excerpt") + " at most");
  for (auto const& glob : reply.documents) text.line("  " + printable(glob));
}

void print_issued(IssueReply const& reply, Text& text) {
  auto const& brief = reply.capsule;
  text.line((reply.already == Already::yes ? "issued before: " : "issued ") + text.bold(brief.id) + "  " +
            printable(cli::shortened(brief.topic, kTopicShown)));
  text.field("task", purpose(brief));
  text.field("scope", printable(brief.scope) + ", risk " + std::string(to_text(brief.tier)));
  text.field("revision", brief.commit.substr(0, kShortCommit));
  text.field("excerpts", std::to_string(brief.excerpts) + " of " + std::to_string(reply.matched) + " that match");
  for (auto const& at : reply.excerpts) {
    text.line("    " + printable(at.path) + ':' + lines_of(at.first_line, at.last_line));
  }
  if (reply.matched == 0) {
    text.line("note: no document of scope '" + printable(brief.scope) +
              "' has a word of the topic: try other words, or another --scope");
  }
  print_left_out(reply, text);
  if (reply.file) text.field("file", printable(*reply.file));
}

void print_capsule(ShowReply const& reply, Text& text) {
  auto const& capsule = reply.capsule;
  text.line(text.bold(reply.id) + "  " + printable(capsule.topic));
  text.field("hash", reply.hash);
  text.field("task", printable(capsule.task));
  if (capsule.workunit) text.field("workunit", printable(*capsule.workunit));
  text.field("scope", printable(capsule.scope) + ", risk " + std::string(to_text(capsule.tier)));
  text.field("policy", capsule.policy);
  text.field("revision", capsule.revision.commit);
  text.field("issued", to_string(reply.issued_at) + " by " + printable(reply.issued_by));
  for (auto const& excerpt : capsule.excerpts) {
    text.line();
    text.line(text.bold("== " + printable(excerpt.path) + ':' + lines_of(excerpt.first_line, excerpt.last_line)));
    text.line(cli::printable_lines(excerpt.text));
  }
}

void capsule_columns(ShowReply const& reply, cli::Lines<kExcerpt>& lines) {
  for (auto const& excerpt : reply.capsule.excerpts) {
    lines.add(excerpt.path, excerpt.first_line, excerpt.last_line, excerpt.source);
  }
}

void print_list(ListReply const& reply, Text& text) {
  if (reply.capsules.empty()) return text.line("no capsules");
  std::vector<std::vector<std::string>> rows;
  for (auto const& brief : reply.capsules) {
    rows.push_back({brief.id, brief.task, brief.scope, std::string(to_text(brief.tier)),
                    brief.commit.substr(0, kShortCommit), brief.topic});
  }
  text.table(rows);
}

std::string more_listed(ListReply const& reply) {
  return reply.next_cursor ? "--cursor " + std::to_string(*reply.next_cursor) : "";
}

void list_columns(ListReply const& reply, cli::Lines<kListed>& lines) {
  for (auto const& brief : reply.capsules) {
    lines.add(brief.id, brief.task, brief.scope, brief.tier, brief.commit, brief.hash);
  }
}

void print_verified(VerifyReply const& reply, Text& text) {
  for (auto const& check : reply.checks) {
    text.line(std::string(to_text(check.subject)) + ": " + word_for(text, check.verdict));
    if (check.verdict == Verdict::agrees) continue;
    text.field("recorded", printable(check.recorded));
    text.field("found", printable(check.found));
  }
  if (reply.disagreements == 0) text.line(text.bold(reply.id) + " is what its inputs give, here and now");
}

void verified_columns(VerifyReply const& reply, cli::Lines<kChecked>& lines) {
  for (auto const& check : reply.checks) lines.add(check.subject, check.verdict, check.recorded, check.found);
}

}  // namespace decapod::capsule
