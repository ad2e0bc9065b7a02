#include "sample_verbs.h"

#include "local/local_verbs.h"

namespace decapod::test {
namespace {

void render_paint(PaintReply const& reply, cli::Text& text) {
  text.line("painted " + reply.id);
}

constexpr std::array kFaces = {cli::with_ids(cli::face<Paint, &render_paint>()), cli::face<Look, &render_paint>()};
constexpr cli::VerbGroup kWall{.name = "wall", .summary = "Walls", .verbs = kFaces};

}  // namespace

cli::Catalogue const& sample_catalogue() {
  static std::array const groups = {&kWall, &cli::local_group()};
  static cli::Catalogue const catalogue(groups);
  return catalogue;
}

}  // namespace decapod::test
