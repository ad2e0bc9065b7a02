#include "verbs_faces.h"

#include <decapod/base/counted.h>
#include "verbs_import.h"

namespace decapod::todo {
namespace {

void print_notes(cli::Text& text, std::string_view label, std::vector<ImportNote> const& notes, std::int64_t total) {
  for (auto const& note : notes) {
    text.field(label, cli::printable(note.id) + ": " + cli::printable(note.why));
  }
  auto const more = total - static_cast<std::int64_t>(notes.size());
  if (more > 0) text.field(label, "and " + std::to_string(more) + " more");
}

}  // namespace

void print_export(json::object const& reply, cli::Text& text) {
  auto const* items = reply.if_contains("items");
  if (items == nullptr || !items->is_array()) return;
  for (auto const& item : items->get_array()) text.line(to_text(item));
}

std::string more_exported(ExportReply const& reply) {
  return reply.after ? "--after " + *reply.after : "";
}

void print_import(ImportReply const& reply, cli::Text& text) {
  text.line(std::to_string(reply.read) + " read: " + std::to_string(reply.added) + " added, " +
            std::to_string(reply.updated) + " updated, " + std::to_string(reply.unchanged) + " unchanged, " +
            std::to_string(reply.skipped) + " skipped, " + counted(reply.links_dropped, "link") + " dropped");
  print_notes(text, "skipped", reply.skipped_items, reply.skipped);
  print_notes(text, "dropped", reply.dropped_links, reply.links_dropped);
  for (auto const& note : reply.not_mapped) {
    text.field("not mapped", cli::printable(note.field) + (note.value.empty() ? "" : " " + cli::printable(note.value)) +
                                 " (" + std::to_string(note.count) + "): " + note.became);
  }
}

void import_columns(ImportReply const& reply, cli::Lines<kImported>& lines) {
  std::int64_t not_mapped = 0;
  for (auto const& note : reply.not_mapped) not_mapped += note.count;
  lines.add(reply.read, reply.added, reply.updated, reply.unchanged, reply.skipped, reply.links_dropped, not_mapped);
}

Result<void> gather_import(cli::Surroundings& around, json::object& arguments) {
  auto const* file = arguments.if_contains("file");
  if (file == nullptr || !file->is_string()) return fail(ErrorCode::bad_request, "'file' is missing");
  auto const* most = arguments.if_contains("max_items");
  auto const max_items = most != nullptr && most->is_int64() ? most->get_int64() : kImportItemsMax;
  DECAPOD_TRY(auto const text, around.read(std::string(std::string_view(file->get_string())), kImportBytesMax));
  DECAPOD_TRY(auto const parsed, parse_backlog(text, max_items));
  arguments["items"] = codec::encode(parsed.items);
  arguments["not_mapped"] = codec::encode(parsed.not_mapped);
  return {};
}

}  // namespace decapod::todo
