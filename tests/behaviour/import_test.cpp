// Imports that are much larger than a frame.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include <boost/json.hpp>

#include <fstream>

using namespace decapod::test;

TEST_CASE("a large import arrives although brokers leave as soon as they are idle") {
  TempRepository repository;
  repository.set_idle(Milliseconds(1));
  auto const file = repository.scratch("items.jsonl");
  std::string const description(6'000, 'x');
  constexpr int kItems = 2'000;
  {
    std::ofstream lines(file);
    for (int i = 0; i < kItems; ++i) {
      lines << boost::json::serialize(boost::json::object{
                   {"id", "x-" + std::to_string(i)}, {"title", "item"}, {"description", description}})
            << '\n';
    }
  }
  auto const answer = repository.ask({"todo", "import", file, "--timeout", "60s"});
  INFO(answer.process.output << answer.process.error);
  REQUIRE(answer.ok());
  CHECK(repository.ask({"todo", "stats"}).data().at("total").to_number<int>() == kItems);
}
