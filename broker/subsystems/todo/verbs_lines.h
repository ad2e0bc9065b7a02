#pragma once
// Items as lines of text for people.

#include <decapod/cli_kit/text.h>
#include <decapod/todo/views.h>

namespace decapod::todo {

// "t-4k2m  P1 bug  claimed by alice  Parser drops the last line", one row an item.
void print_items(cli::Text& text, std::vector<Brief> const& items);
// One line about one item, after a word that says what happened: "added t-4k2m  Parser drops the last line".
void print_item(cli::Text& text, std::string_view what, Brief const& item);

std::string state_of(Brief const& item);  // "claimed by alice", "blocked by 2", "deferred until ..."

}  // namespace decapod::todo
