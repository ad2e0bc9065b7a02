#include "verbs_pins.h"

#include <decapod/audit/checkpoint.h>
#include <decapod/base/tracked_paths.h>
#include <decapod/cli_kit/arguments.h>
#include <decapod/cli_kit/clone_stores.h>
#include <decapod/cli_kit/pin_files.h>
#include <decapod/inspect/requests.h>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace decapod::inspect {
namespace {

using cli::Surroundings;

// A request takes all of them.
static_assert(cli::kPinsMost < static_cast<std::size_t>(kCheckpointsMost));

// None where there is no place for pins.
Result<std::vector<cli::PinFile>> pins_here(Surroundings& around) {
  auto const& place = around.place();
  return cli::pin_files(around, place ? place->main_worktree : std::string());
}

bool is_true(json::object const& arguments, std::string_view name) {
  auto const* value = arguments.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

// A comparison that was asked for and has nothing to compare must not pass.
Result<std::string> asked_checkpoint(Surroundings& around, std::string const& path) {
  if (path.empty()) return fail(ErrorCode::bad_request, "--against names no file");
  DECAPOD_TRY(auto text, around.read(path, cli::kPinBytesMax));
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
  if (auto const& place = around.place(); !place) return place.error();
  json::array texts;
  if (auto const* against = arguments.if_contains("against"); against != nullptr && against->is_string()) {
    DECAPOD_TRY(auto const text, asked_checkpoint(around, std::string(against->get_string())));
    texts.emplace_back(text);
  }
  DECAPOD_TRY(auto const pins, pins_here(around));
  for (auto const& pin : pins) {
    if (!pin.text) return pin.text.error();
    texts.emplace_back(*pin.text);
  }
  arguments["checkpoints"] = std::move(texts);
  return {};
}

// A pin that cannot be read or understood is none that agrees; to replace it is what --pin is for. Where none can be
// looked at, only --force pins: one of them might disagree.
Result<void> gather_pins(Surroundings& around, json::object& arguments) {
  json::array texts;
  if (is_true(arguments, "pin") && !is_true(arguments, "force")) {
    DECAPOD_TRY(auto const pins, pins_here(around));
    for (auto const& pin : pins) {
      if (pin.text) texts.emplace_back(*pin.text);
    }
  }
  arguments["pinned"] = std::move(texts);
  return {};
}

Result<void> write_pin(Surroundings& around, json::object const& arguments, json::object& reply) {
  if (!is_true(arguments, "pin")) return {};
  auto const& place = around.place();
  if (!place) return place.error();
  if (place->main_worktree.empty()) {
    return fail(ErrorCode::usage, "--pin needs a repository to write the checkpoint to");
  }
  auto const directory = place->main_worktree + '/' + std::string(kPinFolder);
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  auto const path = directory + '/' + std::string(reply.at("store_uuid").as_string()) + ".txt";
  DECAPOD_CHECK(around.write(path, reply.at("text").as_string()));
  reply["pinned"] = path;
  return cli::remember_store(around, place->main_worktree, std::string(reply.at("store_uuid").as_string()));
}

// The store is asked about each pin as `checkpoint --pin` asks, which makes no pin. What cannot be asked is not named:
// `verify` and `validate` find it all the same.
Result<void> name_refused_pins(Surroundings& around, json::object const&, json::object& reply) {
  auto const now = cli::text_argument(reply, "store_uuid");
  auto const* old = reply.if_contains("old");
  auto const before =
      old != nullptr && old->is_object() ? cli::text_argument(old->get_object(), "store_uuid") : std::string();
  json::array refused;
  auto const pins = pins_here(around);
  if (!pins) return {};
  for (auto const& pin : *pins) {
    if (!pin.text) continue;
    auto const checkpoint = audit::parse_checkpoint(*pin.text);
    if (!checkpoint) continue;
    bool const of_the_old_store = checkpoint->store_uuid == before && before != now;
    auto const asked = of_the_old_store ? Result<json::object>(json::object())
                                        : around.call(request_type<BrokerCheckpoint>,
                                                      {{"pin", true}, {"pinned", json::array{*pin.text}}});
    bool const disagrees = of_the_old_store || (!asked && asked.error().code == ErrorCode::refused);
    if (disagrees) refused.emplace_back(pin.path);
  }
  reply["refused_pins"] = std::move(refused);
  return {};
}

}  // namespace decapod::inspect
