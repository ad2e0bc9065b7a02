#pragma once
// What help says of a verb beyond its declaration.

#include <span>
#include <string_view>

namespace decapod::cli {

// Paragraphs for the page of the operation "batch"; none for most.
std::span<std::string_view const> notes_on(std::string_view operation);

// The page about .decapod/config.toml.
std::string_view config_page();

}  // namespace decapod::cli
