#include "synonyms.h"

#include <decapod/base/suggest.h>

#include <algorithm>

namespace decapod::cli {
namespace {

constexpr std::size_t kMost = 3;

struct Synonym {
  std::string_view elsewhere;
  std::string_view here;
};
constexpr Synonym kSynonyms[] = {
    {"close", "done"},
    {"finish", "done"},
    {"complete", "done"},
    {"resolve", "done"},
    {"create", "add"},
    {"new", "add"},
    {"start", "claim"},
    {"take", "claim"},
    {"begin", "claim"},
    {"update", "edit"},
    {"change", "edit"},
    {"set", "edit"},
    {"modify", "edit"},
    {"delete", "archive"},
    {"rm", "archive"},
    {"remove", "archive"},
    {"remove", "unlink"},
    {"delete", "unlink"},
    {"ls", "list"},
    {"all", "list"},
    {"get", "show"},
    {"view", "show"},
    {"cat", "show"},
    {"info", "show"},
    {"find", "search"},
    {"grep", "search"},
    {"log", "history"},
    {"log", "audit"},
    {"assign", "handoff"},
    {"give", "handoff"},
    {"unclaim", "release"},
    {"drop", "release"},
    {"extend", "renew"},
    {"heartbeat", "renew"},
    {"note", "comment"},
    {"block", "link"},
    {"depend", "link"},
    {"dep", "link"},
    {"backup", "snapshot"},
    {"check", "validate"},
    {"check", "verify"},
    {"count", "stats"},
    {"assignee", "holder"},
    {"owner", "holder"},
    {"depends-on", "blocked-by"},
    {"after", "blocked-by"},
    {"needs", "blocked-by"},
    {"before", "blocks"},
    {"tag", "label"},
    {"tags", "label"},
    {"labels", "label"},
    {"add-tag", "add-label"},
    {"state", "status"},
    {"ttl", "lease"},
    {"expires", "lease"},
    {"message", "reason"},
    {"body", "description"},
    {"desc", "description"},
    {"kind", "type"},
    {"deadline", "due"},
    {"user", "actor"},
    {"author", "actor"},
    {"as", "actor"},
    {"wait", "timeout"},
    {"key", "request-id"},
    {"idempotency-key", "request-id"},
    {"max", "limit"},
    {"count", "limit"},
    {"sh", "bash"},
    {"closed", "done"},
    {"in-progress", "claimed"},
    {"todo", "open"},
    {"task", "todo"},
    {"tasks", "todo"},
    {"issue", "todo"},
    {"issues", "todo"},
    {"backlog", "todo"},
    {"memory", "knowledge"},
    {"remember", "knowledge"},
    {"federation", "knowledge"},
    {"context", "capsule"},
    {"publish", "promote"},
    {"setup", "init"},
    {"install", "init"},
    {"manual", "help"},
    {"docs", "help"},
    {"exit", "exit-codes"},
    {"env", "environment"},
};

std::string_view without_dashes(std::string_view word) {
  return word.substr(std::min(word.find_first_not_of('-'), word.size()));
}

}  // namespace

std::vector<std::string_view> synonyms_of(std::string_view word) {
  std::vector<std::string_view> found;
  for (auto const& [elsewhere, here] : kSynonyms) {
    if (elsewhere == word) found.push_back(here);
  }
  return found;
}

std::vector<std::string> meant_by(std::string_view word, std::span<std::string_view const> known) {
  // A letter of other programs, for which there is only a long name here.
  if (word == "-V" || word == "-v") word = "--version";
  std::vector<std::string> found;
  auto const add = [&](std::string_view candidate) {
    if (found.size() < kMost && std::ranges::find(found, candidate) == found.end()) found.emplace_back(candidate);
  };
  for (auto const here : synonyms_of(without_dashes(word))) {
    for (auto const candidate : known) {
      if (without_dashes(candidate) == here) add(candidate);
    }
  }
  for (auto const& near : closest(word, known)) add(near);
  return found;
}

}  // namespace decapod::cli
