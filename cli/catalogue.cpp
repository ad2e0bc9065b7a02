#include "catalogue.h"

#include "synonyms.h"

#include <algorithm>

namespace decapod::cli {

bool shown(VerbFace const& face) {
  return face.type->verb->visibility == Visibility::shown;
}

std::vector<std::string_view> verb_names(VerbGroup const& group) {
  std::vector<std::string_view> names;
  for (auto const& face : group.verbs) {
    if (shown(face)) names.push_back(face.type->verb->name);
  }
  return names;
}

VerbGroup const* Catalogue::group(std::string_view name) const {
  auto const found = std::ranges::find(groups_, name, [](auto const* group) { return group->name; });
  return found == groups_.end() ? nullptr : *found;
}

VerbFace const* Catalogue::verb(std::string_view group_name, std::string_view name) const {
  // A subsystem may have no name: its verbs stand alone beside those of the command line itself.
  for (auto const* in : groups_) {
    if (in->name != group_name) continue;
    auto const found = std::ranges::find(in->verbs, name, [](auto const& face) { return face.type->verb->name; });
    if (found != in->verbs.end()) return &*found;
  }
  return nullptr;
}

VerbFace const* Catalogue::operation(std::string_view name) const {
  auto const dot = name.find('.');
  if (dot == std::string_view::npos) return verb("", name);
  return verb(name.substr(0, dot), name.substr(dot + 1));
}

std::vector<std::string_view> Catalogue::first_words() const {
  std::vector<std::string_view> words;
  for (auto const* in : groups_) {
    if (in->name.empty())
      std::ranges::copy(verb_names(*in), std::back_inserter(words));
    else
      words.push_back(in->name);
  }
  return words;
}

std::vector<std::string> Catalogue::suggest_command(std::string_view word) const {
  // As the trail and batches call it.
  if (auto const* face = operation(word); face != nullptr && word.find('.') != std::string_view::npos && shown(*face)) {
    return {std::string(face->type->verb->subsystem) + ' ' + std::string(face->type->verb->name)};
  }
  auto suggestions = meant_by(word, first_words());
  auto const elsewhere = synonyms_of(word);
  for (auto const* in : groups_) {
    if (in->name.empty()) continue;
    for (auto const name : verb_names(*in)) {
      bool const meant = name == word || std::ranges::find(elsewhere, name) != elsewhere.end();
      if (meant) suggestions.push_back(std::string(in->name) + ' ' + std::string(name));
    }
  }
  return suggestions;
}

std::vector<std::string> Catalogue::suggest_operation(std::string_view name) const {
  auto const dot = name.find('.');
  auto const* in_group = dot == std::string_view::npos ? nullptr : group(name.substr(0, dot));
  std::vector<std::string> suggestions;
  if (in_group != nullptr) suggestions = meant_by(name.substr(dot + 1), verb_names(*in_group));
  for (auto& verb : suggestions) verb = std::string(in_group->name) + '.' + verb;
  if (!suggestions.empty()) return suggestions;
  std::vector<std::string> names;
  for (auto const* in : groups_) {
    for (auto const& face : in->verbs) {
      if (shown(face)) names.push_back(operation_name(*face.type->verb));
    }
  }
  return meant_by(name, std::vector<std::string_view>(names.begin(), names.end()));
}

}  // namespace decapod::cli
