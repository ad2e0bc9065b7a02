#include "capabilities.h"

#include "build_info.h"
#include "globals.h"
#include "options.h"
#include "output.h"

#include <decapod/ipc/limits.h>

namespace decapod::cli {
namespace {

template <reflect::Enum E>
std::string word(E value) {
  return std::string(to_text(value));
}

YesNo yes_if(bool condition) {
  return condition ? YesNo::yes : YesNo::no;
}

FieldInfo info_of(FieldShape const& shape) {
  return {.name = std::string(shape.field->name),
          .given_as = on_command_line(shape) ? spelled(shape) : "",
          .filled_by = on_command_line(shape) ? "caller" : "decapod",
          .kind = word(shape.kind),
          .required = yes_if(shape.field->presence == Presence::required),
          .repeated = yes_if(shape.repeated),
          .meaning = std::string(shape.field->meaning),
          .choices = {shape.choices.begin(), shape.choices.end()}};
}

VerbInfo info_of(VerbFace const& face) {
  auto const& type = *face.type;
  VerbInfo info{.op = operation_name(*type.verb),
                .usage = usage_line(type),
                .access = word(type.verb->access),
                .weight = word(type.verb->weight),
                .budget_ms = std::nullopt,
                .store = word(type.verb->store),
                .summary = std::string(type.verb->summary),
                .fields = {},
                .porcelain = {face.porcelain.columns.begin(), face.porcelain.columns.end()}};
  bool const has_budget = type.verb->access == Access::read && type.verb->weight == Weight::light;
  if (has_budget) info.budget_ms = type.verb->budget.count();
  for (auto const& shape : type.fields) info.fields.push_back(info_of(shape));
  return info;
}

}  // namespace

Result<CapabilitiesReply> capabilities(Desk& desk, Capabilities const&) {
  CapabilitiesReply reply;
  reply.version = kVersion;
  reply.envelope = kEnvelopeVersion;
  reply.protocol_major = ipc::kProtocolMajor;
  for (auto const* group : desk.catalogue.groups()) {
    for (auto const& face : group->verbs) {
      if (shown(face)) reply.verbs.push_back(info_of(face));
    }
  }
  for (auto const& option : global_options()) {
    reply.options.push_back({.name = "--" + std::string(option.name),
                             .value = std::string(option.value_name),
                             .scope = word(option.scope),
                             .meaning = std::string(option.meaning)});
  }
  for (auto const& row : exit_rows()) {
    reply.exits.push_back({.exit = static_cast<int>(row.status), .meaning = std::string(row.meaning)});
  }
  for (auto const& row : error_rows()) {
    reply.errors.push_back({.code = std::string(row.name),
                            .exit = static_cast<int>(row.exit),
                            .retry = word(row.retry),
                            .hint = std::string(row.hint)});
  }
  return reply;
}

// By subsystem, with what each verb is for; --json has the rest.
void render_capabilities(CapabilitiesReply const& reply, Text& text) {
  text.line("decapod " + reply.version);
  std::vector<std::vector<std::string>> rows;
  std::string group;
  auto const end_group = [&] {
    if (rows.empty()) return;
    text.line();
    text.line(text.bold(group.empty() ? "verbs of their own" : "decapod " + group));
    text.table(rows);
    rows.clear();
  };
  for (auto const& verb : reply.verbs) {
    auto const dot = verb.op.find('.');
    auto const here = dot == std::string::npos ? std::string() : verb.op.substr(0, dot);
    if (here != group) end_group();
    group = here;
    rows.push_back({"  " + verb.op.substr(dot == std::string::npos ? 0 : dot + 1), verb.access, verb.summary});
  }
  end_group();
  text.line();
  text.line(text.dim("their arguments, and every option, error and exit code: `decapod capabilities --json`"));
}

}  // namespace decapod::cli
