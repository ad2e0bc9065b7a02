#include "output.h"
#include "sample_verbs.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace decapod::test {
namespace {

cli::Answer committed() {
  cli::Answer answer;
  answer.op = "wall.paint";
  answer.access = Access::write;
  answer.request_id = "r-1";
  answer.sent = cli::Sent::yes;
  answer.status = ipc::Status::COMMITTED;
  answer.marker = Marker{3, 17};
  answer.data = json::object{{"id", "w-1"}};
  return answer;
}

cli::Answer unknown() {
  auto answer = committed();
  answer.status = ipc::Status::UNKNOWN;
  answer.marker.reset();
  answer.data.reset();
  answer.error = fail(ErrorCode::outcome_unknown, "no reply came", {{"held", "x"}});
  return answer;
}

cli::VerbFace const& paint() {
  return *sample_catalogue().verb("wall", "paint");
}

}  // namespace

TEST_CASE("a committed write reads like this") {
  CHECK(to_text(cli::envelope(committed())) ==
        R"({"schema":1,"ok":true,"op":"wall.paint","request_id":"r-1","status":"COMMITTED","marker":"3.17",)"
        R"("data":{"id":"w-1"}})");
}

TEST_CASE("a failure reads like this, and says how to learn what became of the write") {
  auto answer = unknown();
  answer.error->suggestions = {"a", "b"};
  CHECK(to_text(cli::envelope(answer)) ==
        R"({"schema":1,"ok":false,"op":"wall.paint","request_id":"r-1","status":"UNKNOWN",)"
        R"("error":{"code":"OUTCOME_UNKNOWN","message":"no reply came",)"
        R"("hint":"repeat it with the same --request-id: it is applied once at most","retry":"same-id","exit":10,)"
        R"("ask":"decapod broker result r-1","details":{"held":"x"},"suggestions":["a","b"]}})");
}

TEST_CASE("what is out of the ordinary is said, and only then") {
  auto answer = committed();
  answer.audited = ipc::Audited::no;
  answer.dry_run = ipc::DryRun::yes;
  auto const text = to_text(cli::envelope(answer));
  CHECK(text.find(R"("dry_run":true)") != std::string::npos);
  CHECK(text.find(R"("audited":false)") != std::string::npos);
}

TEST_CASE("with --json there is one document on standard output, on failure too") {
  cli::Style const style{.format = cli::Format::json};
  auto const words = cli::words_for(unknown(), &paint(), style);
  CHECK(words.err.empty());
  CHECK(parse_json(words.out.substr(0, words.out.size() - 1), "the answer").has_value());
  CHECK(words.out.find('\n') == words.out.size() - 1);
}

TEST_CASE("without it the answer goes to standard output and errors with their hint to standard error") {
  auto const good = cli::words_for(committed(), &paint(), {});
  CHECK(good.out == "painted w-1\n");
  CHECK(good.err.empty());
  auto const bad = cli::words_for(unknown(), &paint(), {});
  CHECK(bad.out.empty());
  CHECK(bad.err ==
        "error: no reply came\nhint: repeat it with the same --request-id: it is applied once at most\n"
        "request: r-1\nask: decapod broker result r-1\n");
}

TEST_CASE("a failure that has something to show shows it, and keeps its status") {
  auto answer = committed();
  answer.error = fail(ErrorCode::validation_failed, "2 gates failed");
  auto const words = cli::words_for(answer, &paint(), {});
  CHECK(words.out == "painted w-1\n");
  CHECK(words.err.starts_with("error: 2 gates failed\n"));
  CHECK(cli::envelope(answer).at("error").at("details").at("id") == "w-1");
  CHECK(cli::exit_status(answer) == ExitStatus::validation);
}

TEST_CASE("ids alone are printed one a line, also out of a list") {
  cli::Style const style{.layout = cli::Layout::columns};
  CHECK(cli::words_for(committed(), &paint(), style).out == "w-1\n");
  auto answer = committed();
  answer.data = json::object{{"total", 2}, {"items", {{{"id", "a"}}, {{"id", "b"}}}}};
  CHECK(cli::words_for(answer, &paint(), style).out == "a\nb\n");
}

TEST_CASE("a dry run says so before anything else, and has no id to give to a script") {
  auto answer = committed();
  answer.dry_run = ipc::DryRun::yes;
  CHECK(cli::words_for(answer, &paint(), {}).out == "dry run, nothing changed: painted w-1\n");
  CHECK(cli::words_for(answer, &paint(), {.layout = cli::Layout::columns}).out.empty());
}

TEST_CASE("a dry run that gets no answer is to be run again, and names no result to ask for") {
  auto answer = unknown();
  answer.dry_run = ipc::DryRun::yes;
  answer.status = ipc::Status::NOT_COMMITTED;
  answer.error = fail(ErrorCode::timeout, "no answer in time");
  CHECK(cli::words_for(answer, &paint(), {}).err ==
        "error: no answer in time\nhint: repeat the request, or allow more time with --timeout\n");
  CHECK_FALSE(cli::envelope(answer).at("error").as_object().contains("ask"));
  // Of the request itself it is asked for.
  answer.dry_run = ipc::DryRun::no;
  CHECK(cli::envelope(answer).at("error").at("ask") == "decapod broker result r-1");
}

TEST_CASE("an error cannot smuggle control characters onto a terminal") {
  auto answer = cli::failed("", fail(ErrorCode::usage, "bad \x1b[31m\nerror: faked"));
  CHECK(cli::words_for(answer, nullptr, {}).err.find('\x1b') == std::string::npos);
  CHECK(cli::words_for(answer, nullptr, {}).err.starts_with("error: bad \\x1b[31m\\nerror: faked\n"));
}

TEST_CASE("output survives a slow reader on a non-blocking pipe, and gives up on one that has gone") {
  std::array<int, 2> ends{};
  REQUIRE(pipe2(ends.data(), O_NONBLOCK) == 0);
  std::string const text(300'000, 'x');
  std::size_t seen = 0;
  std::thread reader([&] {
    std::array<char, 10'000> chunk{};
    while (seen < text.size()) {
      auto const got = read(ends[0], chunk.data(), chunk.size());
      if (got > 0)
        seen += static_cast<std::size_t>(got);
      else
        std::this_thread::sleep_for(Millis(1));
    }
  });
  CHECK(cli::write_out(ends[1], text) == cli::Written::all);
  reader.join();
  CHECK(seen == text.size());
  CHECK(cli::write_out(ends[1], text, Millis(20)) == cli::Written::reader_gone);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace decapod::test
