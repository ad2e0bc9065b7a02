#include <decapod/capsule_selection/select.h>

#include "passages.h"
#include "words.h"

#include <decapod/base/digest.h>
#include <decapod/base/utf8.h>
#include <decapod/capsule_selection/relevance.h>

#include <algorithm>

namespace decapod::capsule {
namespace {

// A passage that has a word of the topic.
struct Candidate {
  Document const* document = nullptr;
  Passage passage;
  std::uint64_t length = 0;          // in words
  std::vector<std::uint32_t> times;  // that it has each term
  std::uint64_t score = 0;
};

class Counter {
 public:
  explicit Counter(std::vector<std::string> const& terms) : terms_(terms) {}

  // Adds to `times` how often the text has each term; returns how many words it has.
  std::uint64_t count(std::string_view text, std::vector<std::uint32_t>& times) {
    std::uint64_t length = 0;
    for (Words words(text); words.next(word_); ++length) {
      auto const found = std::ranges::lower_bound(terms_, word_);
      if (found != terms_.end() && *found == word_) ++times[static_cast<std::size_t>(found - terms_.begin())];
    }
    return length;
  }

 private:
  std::vector<std::string> const& terms_;
  std::string word_;
};

class Search {
 public:
  explicit Search(std::string_view topic) : terms_(terms_of(topic)), with_term_(terms_.size()), counter_(terms_) {}

  void read(Document const& document) {
    std::vector<std::uint32_t> of_path(terms_.size());
    counter_.count(document.path, of_path);
    for (auto const& passage : passages_of(document.text)) {
      // Words of its path and of its heading belong to it, but they do not make it longer.
      Candidate candidate{.document = &document, .passage = passage, .times = of_path};
      counter_.count(passage.heading, candidate.times);
      candidate.length = counter_.count(passage.text, candidate.times);
      if (candidate.length == 0) continue;  // a ruler, or a table's frame: nothing to read
      ++corpus_.passages;
      corpus_.words += candidate.length;
      if (note_terms(candidate.times)) candidates_.push_back(std::move(candidate));
    }
  }

  std::vector<Candidate> ranked() && {
    std::vector<std::uint64_t> worths;
    for (auto const passages : with_term_) worths.push_back(worth(corpus_, passages));
    for (auto& candidate : candidates_) {
      for (std::size_t term = 0; term < terms_.size(); ++term) {
        candidate.score += part_of_score(corpus_, worths[term], candidate.times[term], candidate.length);
      }
    }
    std::ranges::sort(candidates_, [](Candidate const& a, Candidate const& b) {
      if (a.score != b.score) return a.score > b.score;
      if (a.document->path != b.document->path) return a.document->path < b.document->path;
      return a.passage.first_line < b.passage.first_line;
    });
    return std::move(candidates_);
  }

 private:
  bool note_terms(std::vector<std::uint32_t> const& times) {
    bool any = false;
    for (std::size_t term = 0; term < times.size(); ++term) {
      if (times[term] == 0) continue;
      ++with_term_[term];
      any = true;
    }
    return any;
  }

  std::vector<std::string> terms_;
  std::vector<std::uint64_t> with_term_;  // passages that have each term
  Counter counter_;
  Corpus corpus_;
  std::vector<Candidate> candidates_;
};

Excerpt excerpt_of(Candidate const& candidate) {
  return {.path = candidate.document->path,
          .source = hex(sha256(candidate.document->text)),
          .first_line = candidate.passage.first_line,
          .last_line = candidate.passage.last_line,
          // What rounds down to nothing still has a word of the topic.
          .score = static_cast<std::int64_t>(std::max<std::uint64_t>(candidate.score, 1)),
          .text = std::string(candidate.passage.text)};
}

}  // namespace

bool is_document(std::string_view text) {
  return is_utf8(text) && !has_nul_or_del(text);
}

bool has_words(std::string_view topic) {
  return !terms_of(topic).empty();
}

Selection select(std::span<Document const> documents, std::string_view topic, std::int64_t limit) {
  Search search(topic);
  for (auto const& document : documents) search.read(document);
  auto const ranked = std::move(search).ranked();
  Selection selection;
  selection.matched = static_cast<std::int64_t>(ranked.size());
  std::int64_t bytes = 0;
  for (auto const& candidate : ranked) {
    bytes += static_cast<std::int64_t>(candidate.passage.text.size());
    // The first one that does not fit ends it: a less relevant one in its place would be no help.
    if (bytes > kTextBytesMax || static_cast<std::int64_t>(selection.excerpts.size()) == limit) break;
    selection.excerpts.push_back(excerpt_of(candidate));
  }
  return selection;
}

}  // namespace decapod::capsule
