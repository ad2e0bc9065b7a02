#include "asking.h"

#include <boost/json.hpp>

#include <random>
#include <thread>

namespace decapod::test {
namespace json = boost::json;
namespace {

constexpr int kAttemptsMax = 50;
constexpr int kKilled = 128 + 9;

std::string line_of(std::string_view operation, json::object arguments, std::string const& id,
                    std::string const& actor) {
  json::object line{{"op", operation}, {"args", std::move(arguments)}};
  if (!id.empty()) line["request_id"] = id;
  if (!actor.empty()) line["actor"] = actor;
  return json::serialize(line);
}

std::string text_at(json::object const& object, std::string_view name) {
  auto const* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

// One try at what is left: its answers, in order.
class Attempt {
 public:
  Attempt(TempRepository const& repository, Course& course) : repository_(repository), course_(course) {}

  // True if all of `requests` have their outcome.
  bool run(std::vector<Request*> const& requests) {
    auto command = repository_.command({"batch"});
    for (auto const* request : requests) command.input += request->line + '\n';
    auto const finished = test::run(command);
    ++course_.processes;
    if (finished.status == kKilled) ++course_.deaths;
    std::size_t answered = 0;
    bool settled = true;
    for (std::size_t from = 0; from < finished.output.size();) {
      auto const end = finished.output.find('\n', from);
      if (end == std::string::npos || answered == requests.size()) break;
      settled = judge(*requests[answered++], finished.output.substr(from, end - from)) && settled;
      from = end + 1;
    }
    if (answered == requests.size()) return settled;
    if (finished.status != kKilled) {
      course_.errors.push_back("ended with " + std::to_string(finished.status) + " and " + std::to_string(answered) +
                               " of " + std::to_string(requests.size()) + " answers: " + finished.error);
    }
    return false;
  }

 private:
  bool judge(Request& request, std::string const& text) {
    boost::system::error_code bad;
    auto const value = json::parse(text, bad);
    auto const* envelope = bad ? nullptr : value.if_object();
    if (envelope == nullptr) {
      course_.errors.push_back("not an envelope: " + text);
      return false;
    }
    auto const* ok = envelope->if_contains("ok");
    if (ok != nullptr && ok->is_bool() && ok->get_bool()) {
      request.outcome = Outcome::done;
      request.marker = text_at(*envelope, "marker");
      return true;
    }
    auto const* error = envelope->if_contains("error");
    request.code = error != nullptr && error->is_object() ? text_at(error->get_object(), "code") : text;
    if (request.code == "OUTCOME_UNKNOWN") {
      ++course_.unknown;
      return false;
    }
    request.outcome = Outcome::refused;
    // Somebody else has the item: that is an answer to a claim, and to nothing else.
    if (request.effect != Effect::claim || (request.code != "HELD" && request.code != "NOT_FOUND"))
      course_.errors.push_back(request.line + " -> " + text);
    return true;
  }

  TempRepository const& repository_;
  Course& course_;
};

void ask_until_answered(TempRepository const& repository, std::vector<Request*> left, Course& course) {
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    if (Attempt(repository, course).run(left)) return;
    std::erase_if(left, [](Request const* request) { return request->outcome != Outcome::unanswered; });
    if (left.empty()) return;
    if (!course.errors.empty()) break;
  }
  course.errors.push_back("not answered: " + left.front()->line);
}

}  // namespace

std::string exported_item(std::string const& id) {
  json::object const item{
      {"id", id},          {"title", "of " + id},     {"type", "task"},           {"priority", 2},
      {"status", "open"},  {"labels", json::array()}, {"origin", json::object()}, {"created_by", "alice"},
      {"description", ""}, {"links", json::array()},  {"comments", json::array()}};
  return json::serialize(item) + '\n';
}

Request add_request(std::string id, std::string actor, std::string title) {
  auto line = line_of("todo.add", {{"title", title}}, id, actor);
  return {.id = std::move(id),
          .line = std::move(line),
          .effect = Effect::item,
          .actor = std::move(actor),
          .subject = std::move(title)};
}

Request dry_add_request(std::string actor, std::string title) {
  json::object line{{"op", "todo.add"}, {"args", {{"title", title}}}, {"actor", actor}, {"dry_run", true}};
  return {.id = "", .line = json::serialize(line), .actor = std::move(actor), .subject = std::move(title)};
}

Request claim_request(std::string id, std::string actor, std::string item) {
  auto line = line_of("todo.claim", {{"id", item}}, id, actor);
  return {.id = std::move(id),
          .line = std::move(line),
          .effect = Effect::claim,
          .actor = std::move(actor),
          .subject = std::move(item)};
}

Request import_request(std::string id, std::string actor, std::string file, std::string prefix, int amount) {
  auto line = line_of("todo.import", {{"file", file}}, id, actor);
  return {.id = std::move(id),
          .line = std::move(line),
          .effect = Effect::imported,
          .actor = std::move(actor),
          .subject = std::move(prefix),
          .amount = amount};
}

Request read_request(std::string operation, std::string arguments) {
  return {.id = "",
          .line = line_of(operation, json::parse(arguments).as_object(), "", ""),
          .actor = "",
          .subject = std::move(operation)};
}

Course ask_all(TempRepository const& repository, std::vector<Request>& requests, Manner manner) {
  Course course;
  std::vector<Request*> all;
  for (auto& request : requests) all.push_back(&request);
  if (manner == Manner::one_process) {
    ask_until_answered(repository, all, course);
    return course;
  }
  std::minstd_rand random(std::random_device{}());
  for (auto* request : all) {
    ask_until_answered(repository, {request}, course);
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 6'000)(random)));
  }
  return course;
}

}  // namespace decapod::test
