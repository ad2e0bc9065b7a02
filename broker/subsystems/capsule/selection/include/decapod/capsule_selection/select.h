#pragma once
// From documents and a topic to excerpts. The same documents in any order give the same excerpts, on every machine.

#include <decapod/capsule/capsule.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::capsule {

// A document of the scope. Paths are all different.
struct Document {
  std::string path;
  std::string text;
};

struct Selection {
  std::vector<Excerpt> excerpts;
  std::int64_t matched = 0;  // passages with at least one word of the topic
};

// Whether a document can be shown exactly: UTF-8 without NUL and DEL.
bool is_document(std::string_view text);
// Whether there is anything in a topic to look for.
bool has_words(std::string_view topic);

// Of all documents together: more would be beyond exact arithmetic.
inline constexpr std::size_t kDocumentBytesMax = 32 * 1024 * 1024;

// The `limit` most relevant passages, as many of them as fit into kTextBytesMax. Every one has a word of the topic, in
// its text, its heading or its path. Each text is is_document(), and all of them have kDocumentBytesMax at most.
Selection select(std::span<Document const> documents, std::string_view topic, std::int64_t limit);

}  // namespace decapod::capsule
