#pragma once
// `decapod help`, and every --help.

#include "work.h"

namespace decapod::cli {

struct HelpReply {
  std::vector<std::string> topic;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(HelpReply, (), (topic, text))

struct Help {
  using Reply = HelpReply;
  static constexpr Verb verb{
      .subsystem = "",
      .name = "help",
      .access = Access::local,
      .summary = "Explain a subsystem, a verb, exit-codes, errors, options, environment or config",
      .store = StoreNeed::none,
      .examples = {{{"help todo claim", "what claim takes"}, {"help exit-codes", "what each exit code means"}}}};
  std::vector<std::string> topic;
  static constexpr std::array fields{
      Field{.name = "topic",
            .meaning = "what to explain; nothing = the overview",
            .place = Place::positional,
            .max_items = 4},
  };
};
BOOST_DESCRIBE_STRUCT(Help, (), (topic))

Result<HelpReply> help(Desk& desk, Help const& request);
void render_help(HelpReply const& reply, Text& text);

}  // namespace decapod::cli
