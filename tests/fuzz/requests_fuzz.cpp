// The decoder of every request type, and what a command reads from a broker. The first line names the type, such as
// todo.claim, or ipc.reply or ipc.hello; the rest is JSON.
// Promises: the canonical form is its own canonical form; a request that is accepted keeps the published schema; a
// refusal is a bad_request that says something.

#include <decapod/cli_kit/verb.h>
#include <decapod/ipc/hello.h>
#include <decapod/ipc/limits.h>
#include <decapod/ipc/message.h>
#include <support/schema_check.h>

#include <functional>

#include "refusal.h"

// Every subsystem's folder defines this in verbs.cpp.
#define DECAPOD_SUBSYSTEM(name)      \
  namespace decapod::name {          \
  extern cli::VerbGroup const verbs; \
  }
#include <subsystems.def>
#undef DECAPOD_SUBSYSTEM

using namespace decapod;
using namespace decapod::fuzz;

namespace {

std::vector<RequestType const*> const& request_types() {
  static auto const all = [] {
    std::vector<RequestType const*> types;
    for (auto const* group : {
#define DECAPOD_SUBSYSTEM(name) &decapod::name::verbs,
#include <subsystems.def>
#undef DECAPOD_SUBSYSTEM
         }) {
      for (auto const& face : group->verbs) types.push_back(face.type);
    }
    return types;
  }();
  return all;
}

// An unknown name stands for some type too, so that no input is wasted.
RequestType const& type_named(std::string_view name) {
  auto const& all = request_types();
  for (auto const* type : all) {
    if (operation_name(*type->verb) == name) return *type;
  }
  return *all[std::hash<std::string_view>{}(name) % all.size()];
}

void read_request(RequestType const& type, json::object const& arguments) {
  auto const once = type.canonical(arguments);
  if (!once) return expect_refusal(once.error(), {ErrorCode::bad_request});
  auto const text = to_text(*once);
  auto const reread = parse_json(text, "the request");
  expect(reread.has_value(), "a canonical request is JSON that can be read");
  auto const twice = type.canonical(reread->as_object());
  expect(twice.has_value(), "a canonical request is accepted");
  expect_same(to_text(*twice), text, "the canonical form is its own canonical form");
  auto const broken = test::violations(type.request_schema(), *once);
  expect(broken.empty(), "an accepted request keeps the published schema");
}

template <class T>
void read_message(json::value const& document, codec::Unknown unknown) {
  auto const message = codec::decode<T>(document, unknown);
  if (!message) return expect_refusal(message.error(), {ErrorCode::bad_request});
  auto const text = to_text(codec::encode(*message));
  auto const reread = parse_json(text, "the message");
  expect(reread.has_value(), "a message is JSON that can be read");
  auto const again = codec::decode<T>(*reread, unknown);
  expect(again.has_value(), "a message that was read can be sent");
  expect_same(to_text(codec::encode(*again)), text, "a message is the same after another journey");
}

void read_hello(std::string_view text) {
  auto const size = ipc::parse_hello_prefix(text.substr(0, ipc::kHelloPrefixBytes));
  if (!size) return expect_refusal(size.error(), {ErrorCode::foreign_peer, ErrorCode::version_skew});
  expect(*size <= ipc::kHelloBytesMax, "no greeting is longer than its bound");
  auto const hello = ipc::parse_hello_body(text.substr(std::min(text.size(), ipc::kHelloPrefixBytes)));
  if (!hello) return expect_refusal(hello.error(), {ErrorCode::bad_request});
  auto const sent = ipc::make_hello(*hello);
  auto const again = ipc::parse_hello_body(std::string_view(sent).substr(ipc::kHelloPrefixBytes));
  expect(again.has_value(), "a greeting that was read can be sent");
  expect_same(ipc::make_hello(*again), sent, "a greeting is the same after another journey");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto text = text_of(data, size);
  auto const name = take_line(text);
  if (name == "ipc.hello") {
    read_hello(text);
    return 0;
  }
  auto const document = parse_json(text, "the request");
  if (!document) {
    expect_refusal(document.error(), {ErrorCode::bad_request});
  } else if (name == "ipc.reply") {
    read_message<ipc::Reply>(*document, codec::Unknown::ignore);
  } else if (name == "ipc.request") {
    read_message<ipc::Request>(*document, codec::Unknown::refuse);
  } else if (auto const* arguments = document->if_object()) {
    read_request(type_named(name), *arguments);
  }
  return 0;
}
