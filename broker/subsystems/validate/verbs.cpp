#include "verbs.h"

#include <decapod/base/counted.h>
#include <decapod/validate/requests.h>

#include "verbs_gather.h"
#include "verbs_source.h"

#include <algorithm>

namespace decapod::validate {
namespace {

using cli::Text;

std::string word_for(GateStatus status) {
  switch (status) {
    case GateStatus::passed:
      return "ok";
    case GateStatus::failed:
      return "FAILED";
    case GateStatus::not_applicable:
      return "n/a";
  }
  return "?";
}

// Line by line, because some are to be pasted.
void render_hint(std::string_view hint, Text& text) {
  std::string_view lead = "-> ";
  while (!hint.empty()) {
    auto const end = std::min(hint.find('\n'), hint.size());
    text.line("      " + text.dim(std::string(lead) + cli::printable(hint.substr(0, end))));
    hint.remove_prefix(std::min(end + 1, hint.size()));
    lead = "   ";
  }
}

void render_findings(GateReport const& gate, Text& text) {
  for (auto const& finding : gate.findings) {
    auto const where = finding.where.empty() ? std::string() : cli::printable(finding.where) + ": ";
    text.line("    " + where + cli::printable(finding.message) + " [" + cli::printable(finding.code) + ']');
    if (&finding == &gate.findings.back() || finding.hint != (&finding + 1)->hint) {
      render_hint(finding.hint, text);
    }
  }
  auto const more = gate.total - static_cast<std::int64_t>(gate.findings.size());
  if (more > 0) text.line("    and " + std::to_string(more) + " more");
}

void render_gate(GateReport const& gate, Text& text) {
  bool const failed = gate.status == GateStatus::failed;
  auto const word = word_for(gate.status);
  auto const name = cli::printable(gate.gate);
  auto const blanks = std::string(word.size() < 7 ? 7 - word.size() : 1, ' ');
  text.line((failed ? text.warn(word) : word) + blanks + text.bold(name) + "  " + cli::printable(gate.meaning));
  render_findings(gate, text);
  for (auto const& notice : gate.notices) text.line("    note: " + cli::printable(notice));
}

void render_scan(ScanSummary const& scan, Text& text) {
  text.line("scanned " + counted(scan.files, "source file") + " for " +
            (scan.mode == ScanMode::strict ? "whoever opens SQLite; " : "whoever opens this store; ") +
            counted(scan.exceptions.size(), "declared exception"));
  for (auto const& exception : scan.exceptions) {
    text.line("  " + cli::printable(exception.path) + "  " + counted(exception.opens, "open") + ": " +
              cli::printable(exception.reason));
  }
}

void render(ValidateReply const& reply, Text& text) {
  bool const quiet = text.page().volume == cli::Volume::quiet;
  for (auto const& gate : reply.gates) {
    if (!quiet || gate.status == GateStatus::failed) render_gate(gate, text);
  }
  if (quiet) return;
  if (reply.scan) render_scan(*reply.scan, text);
  text.line(std::to_string(reply.passed) + " passed, " + std::to_string(reply.failed) + " failed, " +
            std::to_string(reply.not_applicable) + " not applicable");
}

// Each finding.
constexpr auto kFinding = cli::columns("GATE", "CODE", "WHERE");
void columns(ValidateReply const& reply, cli::Lines<kFinding>& lines) {
  for (auto const& gate : reply.gates) {
    for (auto const& finding : gate.findings) lines.add(gate.gate, finding.code, finding.where);
  }
}

// A report with failures is printed whole, and ends with exit status 6: the error's details are the reply.
Result<void> conclude(cli::Surroundings&, json::object const&, json::object& reply) {
  auto const* failed = reply.if_contains("failed");
  if (failed == nullptr || !failed->is_int64() || failed->get_int64() == 0) return {};
  auto const count = failed->get_int64();
  return fail(ErrorCode::validation_failed, counted(count, "gate") + " failed");
}

constexpr cli::VerbFace make_face() {
  auto face = cli::face<Validate, &render, &columns>();
  face.gather = &gather;
  face.local = &answer_without_store;
  face.conclude = &conclude;
  return face;
}

constexpr cli::VerbFace kFaces[] = {make_face()};

}  // namespace

// No name of its own: `decapod validate` is the whole command.
cli::VerbGroup const verbs{.name = "", .summary = "", .verbs = kFaces, .check_config = &check_rules};

}  // namespace decapod::validate
