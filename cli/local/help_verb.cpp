#include "help_verb.h"

#include "help.h"

namespace decapod::cli {

Result<HelpReply> help(Desk& desk, Help const& request) {
  DECAPOD_TRY(auto page, help_page(desk.catalogue, request.topic));
  return HelpReply{.topic = request.topic, .text = std::move(page)};
}

void render_help(HelpReply const& reply, Text& text) {
  text.line(std::string_view(reply.text).substr(0, reply.text.find_last_not_of('\n') + 1));
}

}  // namespace decapod::cli
