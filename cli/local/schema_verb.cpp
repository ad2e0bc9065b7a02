#include "schema_verb.h"

#include "batch.h"
#include "output.h"
#include "pretty_json.h"
#include "synonyms.h"

namespace decapod::cli {
namespace {

constexpr std::size_t kColumns = 100;  // where no terminal says how wide it is
constexpr std::size_t kIndent = 4;

void add(VerbFace const& face, SchemaReply& reply) {
  bool const batch = face.type == &request_type<Batch>;
  reply.schemas.push_back(
      {.op = operation_name(*face.type->verb),
       .request = face.type->request_schema(),
       .reply = face.type->reply_schema(),
       .line = batch ? std::optional(schema::of<BatchLine>(codec::kNoBounds, schema::Unknown::refuse)) : std::nullopt,
       .porcelain = {face.porcelain.columns.begin(), face.porcelain.columns.end()}});
}

void add_group(VerbGroup const& group, SchemaReply& reply) {
  for (auto const& face : group.verbs) {
    if (shown(face)) add(face, reply);
  }
}

Result<void> add_named(Catalogue const& catalogue, std::vector<std::string> const& words, SchemaReply& reply) {
  auto const* alone = words.size() == 1 ? catalogue.operation(words[0]) : catalogue.verb(words[0], words[1]);
  if (alone != nullptr) {
    add(*alone, reply);
    return {};
  }
  if (auto const* group = words.size() == 1 ? catalogue.group(words[0]) : nullptr) {
    add_group(*group, reply);
    return {};
  }
  auto error = fail(ErrorCode::unknown_verb, "there is no verb '" + words.back() + "'");
  auto const* group = words.size() == 2 ? catalogue.group(words[0]) : nullptr;
  if (group == nullptr) {
    bool const dotted = words.front().find('.') != std::string::npos;
    error.suggestions = dotted ? catalogue.suggest_operation(words.front()) : catalogue.suggest_command(words.front());
    return error;
  }
  for (auto const& verb : meant_by(words[1], verb_names(*group))) error.suggestions.push_back(words[0] + ' ' + verb);
  error.hint = "`decapod help " + words[0] + "` lists its verbs";
  return error;
}

json::object text_schema() {
  return {{"type", "string"}};
}
json::object constant(json::value value) {
  return {{"const", std::move(value)}};
}

json::object envelope_properties(bool ok) {
  return {{"schema", constant(kEnvelopeVersion)},
          {"ok", constant(ok)},
          {"op", text_schema()},
          {"line", {{"type", "integer"}, {"description", "Of a batch: which line of the input this answers"}}},
          {"request_id", text_schema()},
          {"dry_run", constant(true)},
          {"status", schema::of_choice(reflect::enum_views<ipc::Status>)},
          {"marker", {{"type", "string"}, {"pattern", "^[0-9]+\\.[0-9]+$"}}},
          {"audited", constant(false)}};
}

json::object document(json::object properties, json::array required) {
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

}  // namespace

json::object success_envelope_schema() {
  auto properties = envelope_properties(true);
  properties.emplace("data", json::object{{"type", "object"}});
  return document(std::move(properties), {"schema", "ok", "op", "status", "data"});
}

json::object failure_envelope_schema() {
  json::array codes;
  for (auto const& row : error_rows()) codes.emplace_back(row.name);
  json::object error{
      {"code", {{"type", "string"}, {"enum", std::move(codes)}}},
      {"message", text_schema()},
      {"hint", text_schema()},
      {"retry", {{"type", "string"}, {"enum", {"no", "yes", "same-id"}}}},
      {"exit", {{"type", "integer"}}},
      {"ask", text_schema()},
      {"details", {{"type", "object"}}},
      {"suggestions", {{"type", "array"}, {"items", text_schema()}}},
  };
  auto member = document(std::move(error), {"code", "message", "hint", "retry", "exit"});
  member.erase("$schema");
  auto properties = envelope_properties(false);
  // Nothing that failed was answered.
  json::array statuses;
  for (std::string_view const name : reflect::enum_views<ipc::Status>) {
    if (name != to_text(ipc::Status::OK)) statuses.emplace_back(name);
  }
  properties.at("status").as_object()["enum"] = std::move(statuses);
  properties.emplace("error", std::move(member));
  return document(std::move(properties), {"schema", "ok", "error"});
}

Result<SchemaReply> schema_of(Desk& desk, Schema const& request) {
  SchemaReply reply{
      .schemas = {}, .success_envelope = success_envelope_schema(), .failure_envelope = failure_envelope_schema()};
  if (request.verb_words.empty()) {
    for (auto const* group : desk.catalogue.groups()) add_group(*group, reply);
  } else {
    DECAPOD_CHECK(add_named(desk.catalogue, request.verb_words, reply));
  }
  return reply;
}

void render_schema(SchemaReply const& reply, Text& text) {
  auto const columns = text.page().columns == 0 ? kColumns : text.page().columns;
  auto const show = [&](std::string_view label, json::object const& schema) {
    text.line("  " + std::string(label));
    text.line(std::string(kIndent, ' ') + pretty(schema, columns, kIndent));
  };
  for (auto const& schema : reply.schemas) {
    text.line(text.bold(schema.op));
    show("request", schema.request);
    show("reply", schema.reply);
    if (schema.line) show("line", *schema.line);
    if (!schema.porcelain.empty()) text.line("  columns " + printable(schema.porcelain, " "));
  }
}

}  // namespace decapod::cli
