#include "verbs_pins.h"

#include <decapod/base/tracked_paths.h>
#include <decapod/cli_kit/clone_stores.h>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace decapod::inspect {
namespace {

using cli::Surroundings;

constexpr std::size_t kPinBytesMax = 4096;
// As many as a request takes.
constexpr std::size_t kPinsMost = 100;

std::string pin_directory(cli::StorePlace const& place) {
  return place.main_worktree.empty() ? std::string() : place.main_worktree + '/' + std::string(kPinFolder);
}

// A checkpoint that is pinned, or why it cannot be read.
using Pin = Result<std::string>;

std::vector<Pin> pins_in(Surroundings& around, std::string const& directory) {
  std::vector<Pin> pins;
  std::error_code none;
  for (auto const& entry : std::filesystem::directory_iterator(directory, none)) {
    if (entry.path().extension() == ".txt") pins.push_back(around.read(entry.path().string(), kPinBytesMax));
  }
  return pins;
}

// A comparison that was asked for and has nothing to compare must not pass.
Result<std::string> asked_checkpoint(Surroundings& around, std::string const& path) {
  if (path.empty()) return fail(ErrorCode::bad_request, "--against names no file");
  DECAPOD_TRY(auto text, around.read(path, kPinBytesMax));
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
    auto const name = path == "-" ? std::string("standard input") : path;
    auto error = fail(ErrorCode::bad_request, "there is no checkpoint in " + name + ": it is empty");
    error.hint = "`decapod broker checkpoint` prints one";
    return error;
  }
  return text;
}

}  // namespace

Result<void> gather_checkpoints(Surroundings& around, json::object& arguments) {
  auto const& place = around.place();
  if (!place) return place.error();
  json::array texts;
  for (auto const& pinned : pins_in(around, pin_directory(*place))) {
    if (!pinned) return pinned.error();
    texts.emplace_back(*pinned);
  }
  if (auto const* against = arguments.if_contains("against"); against != nullptr && against->is_string()) {
    DECAPOD_TRY(auto const text, asked_checkpoint(around, std::string(against->get_string())));
    texts.emplace_back(text);
  }
  arguments["checkpoints"] = std::move(texts);
  return {};
}

// A pin that cannot be read or understood is none that agrees; to replace it is what --pin is for.
Result<void> gather_pins(Surroundings& around, json::object& arguments) {
  json::array texts;
  auto const* pin = arguments.if_contains("pin");
  auto const& place = around.place();
  if (place && pin != nullptr && pin->is_bool() && pin->get_bool()) {
    for (auto const& pinned : pins_in(around, pin_directory(*place))) {
      if (pinned && texts.size() < kPinsMost) texts.emplace_back(*pinned);
    }
  }
  arguments["pinned"] = std::move(texts);
  return {};
}

Result<void> write_pin(Surroundings& around, json::object const& arguments, json::object& reply) {
  if (auto const* pin = arguments.if_contains("pin"); pin == nullptr || !pin->as_bool()) return {};
  auto const& place = around.place();
  if (!place) return place.error();
  auto const directory = pin_directory(*place);
  if (directory.empty()) return fail(ErrorCode::usage, "--pin needs a repository to write the checkpoint to");
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  auto const path = directory + '/' + std::string(reply.at("store_uuid").as_string()) + ".txt";
  DECAPOD_CHECK(around.write(path, reply.at("text").as_string()));
  reply["pinned"] = path;
  return cli::remember_store(around, place->main_worktree, std::string(reply.at("store_uuid").as_string()));
}

}  // namespace decapod::inspect
