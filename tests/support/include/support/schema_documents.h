#pragma once
// Random documents in the neighbourhood of a schema: most keep it, the others break it in one place or a few.

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <random>

namespace decapod::test {

class SchemaDocuments {
 public:
  explicit SchemaDocuments(std::uint32_t seed) : random_(seed) {}

  // A document for `schema`, which is one that `decapod schema` prints. Texts are ASCII, without NUL and DEL; times
  // name days that exist: what is left is what a schema can say.
  boost::json::value any(boost::json::object const& schema);

 private:
  bool one_in(int many) { return below(many) == 0; }
  int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }
  boost::json::value stranger();
  boost::json::value number(boost::json::object const& schema);
  boost::json::value text(boost::json::object const& schema);
  boost::json::value list(boost::json::object const& schema);
  boost::json::value members(boost::json::object const& schema);
  boost::json::value map(boost::json::object const& schema);
  void add_unknown(boost::json::object& object);

  std::mt19937 random_;
};

}  // namespace decapod::test
