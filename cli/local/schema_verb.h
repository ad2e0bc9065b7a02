#pragma once
// `decapod schema`.

#include "work.h"

namespace decapod::cli {

struct VerbSchema {
  std::string op;
  json::object request;
  json::object reply;
  std::optional<json::object> line;    // batch: one line of its input; each is answered with an envelope
  std::vector<std::string> porcelain;  // the columns of a line of --porcelain; none: the verb refuses it
};
BOOST_DESCRIBE_STRUCT(VerbSchema, (), (op, request, reply, line, porcelain))

struct SchemaReply {
  std::vector<VerbSchema> schemas;
  json::object success_envelope;
  json::object failure_envelope;
};
BOOST_DESCRIBE_STRUCT(SchemaReply, (), (schemas, success_envelope, failure_envelope))

struct Schema {
  using Reply = SchemaReply;
  static constexpr Verb verb{.subsystem = "",
                             .name = "schema",
                             .access = Access::local,
                             .summary = "Print the JSON Schema of requests and replies",
                             .store = StoreNeed::none,
                             .examples = {{{"schema todo claim", "one verb"}, {"schema todo", "a whole subsystem"}}}};
  std::vector<std::string> verb_words;
  static constexpr std::array fields{
      Field{.name = "verb_words",
            .meaning = "a subsystem, a subsystem and its verb, or a verb of its own; nothing = all",
            .place = Place::positional,
            .max_items = 2,
            .value_name = "WORD"},
  };
};
BOOST_DESCRIBE_STRUCT(Schema, (), (verb_words))

Result<SchemaReply> schema_of(Desk& desk, Schema const& request);
void render_schema(SchemaReply const& reply, Text& text);

// JSON Schemas of what --json prints around the data.
json::object success_envelope_schema();
json::object failure_envelope_schema();

}  // namespace decapod::cli
