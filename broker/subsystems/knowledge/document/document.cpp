#include <decapod/knowledge_document/document.h>

#include <decapod/base/reflect.h>

namespace decapod::knowledge {

Sha256 digest_of(std::string_view title, EntryKind kind, std::string_view body, std::vector<Source> const& sources,
                 std::vector<Sha256> const& digests) {
  Sha256Hasher hasher;
  auto const put = [&](std::string_view text) { hasher.add_u64(text.size()).add(text); };
  put("decapod knowledge 1");
  put(title);
  put(to_text(kind));
  put(body);
  hasher.add_u64(sources.size());
  for (auto const& source : sources) put(as_text(source));
  hasher.add_u64(digests.size());
  for (auto const& digest : digests) hasher.add(Bytes(digest.bytes));
  return hasher.finish();
}

Source source_in(SourceView const& view) {
  Source source{.kind = view.kind, .value = view.value, .lines = std::nullopt};
  if (view.first_line && view.last_line) source.lines = Lines{.first = *view.first_line, .last = *view.last_line};
  return source;
}

Result<Sha256> digest_of(Document const& document) {
  std::vector<Source> sources;
  std::vector<Sha256> digests;
  for (auto const& view : document.provenance) {
    sources.push_back(source_in(view));
    if (view.kind != SourceKind::file) continue;
    auto const digest = sha256_from_hex(view.sha256.value_or(""));
    if (!digest) return fail(ErrorCode::bad_request, "'" + as_text(sources.back()) + "' has no digest");
    digests.push_back(*digest);
  }
  return digest_of(document.title, document.kind, document.body, sources, digests);
}

std::string digest_key(std::string_view id, std::string_view digest) {
  return "knowledge/digest/" + std::string(id) + '/' + std::string(digest);
}

std::string promotion_key(std::string_view id) {
  return "knowledge/promotion/" + std::string(id);
}

}  // namespace decapod::knowledge
