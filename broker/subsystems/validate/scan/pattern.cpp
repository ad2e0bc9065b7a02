#include "pattern.h"

#include <algorithm>
#include <cstdlib>

namespace decapod::scan {
namespace {

constexpr std::size_t kLongestGap = 12;

bool is_word(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         letter == '_' || letter == '@';
}

Element parse_word(std::string_view& rest) {
  auto const length = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_word) - rest.begin());
  auto const word = rest.substr(0, length);
  rest.remove_prefix(length);
  if (word == "_") return {Element::Kind::any_word, word};
  if (!rest.starts_with('*')) return {Element::Kind::word, word};
  rest.remove_prefix(1);
  return {Element::Kind::word_prefix, word};
}

Element parse_text(std::string_view& rest) {
  auto const end = rest.find('"', 1);
  if (end == std::string_view::npos) std::abort();  // a pattern of ours that was never tried
  auto const text = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  if (text.ends_with('*')) return {Element::Kind::text_prefix, text.substr(0, text.size() - 1)};
  return {Element::Kind::text, text};
}

bool matches(Element const& element, Token const& token, Aliases const& aliases) {
  auto const word = [&] {
    auto const alias = aliases.find(token.text);
    return alias == aliases.end() ? token.text : alias->second;
  };
  switch (element.kind) {
    case Element::Kind::word:
      return token.kind == TokenKind::word && word() == element.value;
    case Element::Kind::word_prefix:
      return token.kind == TokenKind::word && word().starts_with(element.value);
    case Element::Kind::any_word:
      return token.kind == TokenKind::word;
    case Element::Kind::text:
      return token.kind == TokenKind::text && token.text == element.value;
    case Element::Kind::text_prefix:
      return token.kind == TokenKind::text && token.text.starts_with(element.value);
    case Element::Kind::symbol:
      return token.kind == TokenKind::symbol && token.text == element.value;
    case Element::Kind::gap:
      break;
  }
  return false;
}

}  // namespace

std::vector<Element> parse_pattern(std::string_view pattern) {
  std::vector<Element> elements;
  while (!pattern.empty()) {
    if (pattern.front() == ' ') {
      pattern.remove_prefix(1);
    } else if (pattern.starts_with("...")) {
      elements.push_back({Element::Kind::gap, pattern.substr(0, 3)});
      pattern.remove_prefix(3);
    } else if (pattern.front() == '"') {
      elements.push_back(parse_text(pattern));
    } else if (is_word(pattern.front())) {
      elements.push_back(parse_word(pattern));
    } else {
      elements.push_back({Element::Kind::symbol, pattern.substr(0, 1)});
      pattern.remove_prefix(1);
    }
  }
  return elements;
}

std::size_t match(std::span<Element const> pattern, std::span<Token const> tokens, std::size_t at,
                  Aliases const& aliases) {
  auto const begin = at;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i].kind == Element::Kind::gap) {
      auto const rest = pattern.subspan(i + 1);
      for (std::size_t gap = 0; gap <= kLongestGap && at + gap < tokens.size(); ++gap) {
        if (tokens[at + gap].line != tokens[begin].line) return 0;
        if (auto const covered = match(rest, tokens, at + gap, aliases)) return at + gap + covered - begin;
      }
      return 0;
    }
    if (at >= tokens.size() || !matches(pattern[i], tokens[at], aliases)) return 0;
    ++at;
  }
  return at - begin;
}

}  // namespace decapod::scan
