#include "completion_verb.h"

namespace decapod::cli {

Result<CompletionReply> completion(Desk&, Completion const& request) {
  return CompletionReply{.shell = request.shell, .script = std::string(completion_script(request.shell))};
}

void render_completion(CompletionReply const& reply, Text& text) {
  text.line(std::string_view(reply.script).substr(0, reply.script.size() - 1));
}

Result<CompleteReply> complete_words(Desk& desk, Complete const& request) {
  return CompleteReply{.candidates = complete(desk.catalogue, request.words)};
}

void render_complete(CompleteReply const& reply, Text& text) {
  for (auto const& candidate : reply.candidates) text.line(candidate);
}

}  // namespace decapod::cli
