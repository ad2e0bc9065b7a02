#include <decapod/base/reflect.h>
#include <decapod/contract/subsystem.h>
#include <decapod/lookup/ids.h>

#include <algorithm>

#include "handlers.h"
#include "present.h"

namespace decapod::knowledge {
namespace {

Error wrong_digests(std::size_t files, std::size_t digests) {
  auto error =
      fail(ErrorCode::bad_request,
           "there are " + std::to_string(files) + " files in 'provenance' and " + std::to_string(digests) + " digests",
           {{"field", "digests"}});
  error.hint = "`decapod knowledge add` reads the files itself; who sends requests gives a digest for each file";
  return error;
}

Error given_twice(std::string const& text) {
  auto error = fail(ErrorCode::bad_request, "'" + text + "' is given twice", {{"field", "provenance"}});
  error.hint = "name each source once: leave out one of the two --provenance";
  return error;
}

// The sources as they are kept: each file with the next of the digests.
Result<std::vector<store::Kept>> take_sources(contract::Context& context, Add const& request) {
  std::vector<store::Kept> kept;
  std::size_t files = 0;
  for (auto const& text : request.provenance) {
    DECAPOD_TRY(auto source, parse_source(text));
    if (std::ranges::find(kept, source, &store::Kept::source) != kept.end()) return given_twice(text);
    std::optional<Sha256> digest;
    if (source.kind == SourceKind::file) {
      DECAPOD_CHECK(check_path(source.value));
      if (files < request.digests.size()) {
        digest = sha256_from_hex(request.digests[files]);
        if (!digest) return fail(ErrorCode::bad_request, "a digest is 64 hex digits", {{"field", "digests"}});
      }
      ++files;
    } else if (source.kind == SourceKind::event) {
      // A marker says more than a name: what it stands for was committed here, and the trail says what it was.
      DECAPOD_CHECK(contract::commit_at(context, *parse_marker(source.value)));
    }
    kept.push_back({std::move(source), digest});
  }
  if (files != request.digests.size()) return wrong_digests(files, request.digests.size());
  return kept;
}

Result<void> check_words(Add const& request) {
  if (request.provenance.empty()) {
    auto error = fail(ErrorCode::bad_request, "an entry rests on something, and 'provenance' names nothing",
                      {{"field", "provenance"}});
    error.hint = "give --provenance, such as file:src/a.c#L10-L24 or 'command:make test'";
    return error;
  }
  if (request.title.find_first_of("\n\r") == std::string::npos) return {};
  auto error = fail(ErrorCode::bad_request, "a title is one line, and this one has a line break", {{"field", "title"}});
  error.hint = "put what follows the first line into --body";
  return error;
}

// Whoever adds an entry would otherwise say how far it binds others.
Result<void> check_grade(Add const& request) {
  if (request.grade == Grade::noted) return {};
  return fail(ErrorCode::promotion_required, "nobody has promoted this: a new entry is noted",
              {{"field", "grade"}, {"grade", to_text(request.grade)}});
}

Sha256 digest_of(Add const& request, std::vector<store::Kept> const& kept) {
  std::vector<Source> sources;
  std::vector<Sha256> digests;
  for (auto const& one : kept) {
    sources.push_back(one.source);
    if (one.sha256) digests.push_back(*one.sha256);
  }
  return knowledge::digest_of(request.title, request.kind, request.body, sources, digests);
}

}  // namespace

Result<EntryReply> add(contract::Context& context, Add const& request) {
  DECAPOD_CHECK(check_words(request));
  DECAPOD_CHECK(check_grade(request));
  DECAPOD_TRY(auto const kept, take_sources(context, request));
  auto& database = context.store();
  store::Entry entry{.id = lookup::next_id(database, store::kEntries, context.facts()),
                     .title = request.title,
                     .kind = request.kind,
                     .digest = digest_of(request, kept),
                     .created_at = context.now().wall,
                     .created_by = context.caller().actor};
  entry.number = store::insert(database, entry, request.body, kept);
  context.affects(store::entry_key(entry.id));
  context.affects(digest_key(entry.id, hex(entry.digest)));
  return EntryReply{brief(database, entry, context.now().wall)};
}

}  // namespace decapod::knowledge
