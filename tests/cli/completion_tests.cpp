#include "completion.h"
#include "sample_verbs.h"

#include <catch2/catch.hpp>

namespace decapod::test {

TEST_CASE("the shell is offered what may stand next") {
  auto const offered = [](std::vector<std::string> const& words) { return cli::complete(sample_catalogue(), words); };
  using Words = std::vector<std::string>;
  CHECK(offered({"wa"}) == Words{"wall"});
  CHECK(offered({"wall", ""}) == Words{"paint", "look"});
  CHECK(offered({"--actor", "x", "wall", "p"}) == Words{"paint"});
  CHECK(offered({"wall", "paint", "--sh"}) == Words{"--shade"});
  CHECK(offered({"wall", "paint", "--shade", ""}) == Words{"pale-blue", "dark-red"});
  CHECK(offered({"wall", "paint", "--store", "u"}) == Words{"user"});
  CHECK(offered({"wall", "paint", "--note", ""}).empty());
  CHECK(offered({"wall", "paint", "--shade=d"}) == Words{"--shade=dark-red"});
  CHECK(offered({"wall", "paint", "--note="}).empty());
  // As bash has it: "=" is a word.
  CHECK(offered({"wall", "paint", "--shade", "="}) == Words{"pale-blue", "dark-red"});
  CHECK(offered({"wall", "paint", "--shade", "=", "d"}) == Words{"dark-red"});
  CHECK(offered({"wall", "paint", "--shade", "=", "dark-red", "--sto"}) == Words{"--store"});
  CHECK(offered({"completion", "b"}) == Words{"bash"});
  CHECK(offered({"__c"}).empty());
}

}  // namespace decapod::test
