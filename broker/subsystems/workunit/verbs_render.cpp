#include <decapod/base/counted.h>
#include <decapod/base/reflect.h>
#include <decapod/workunit/lack_words.h>

#include <utility>

#include "verbs_faces.h"
#include "verbs_program.h"

namespace decapod::workunit {
namespace {

constexpr std::size_t kIdShown = 12;
constexpr std::size_t kLabel = 12;

constexpr std::string_view kNoCapsule =
    "none: a promotion takes one at least; `capsule issue` prints the id that `attach` takes";

// Where the step that comes next would fail as it did before.
std::string_view remedy(Lack lack) {
  bool const failed = lack == Lack::success || lack == Lack::agreement;
  return failed ? ": mend what its command found, then prove it again" : "";
}

std::string short_id(std::string_view id) {
  return std::string(id.substr(0, kIdShown));
}

std::string words(std::vector<std::string> const& command) {
  std::string line;
  for (auto const& word : command) {
    bool const plain = !word.empty() && word.find_first_of(" \t\n'\"\\$*?;&|<>()") == std::string::npos;
    line += line.empty() ? "" : " ";
    line += plain ? cli::printable(word) : "'" + cli::printable(word) + "'";
  }
  return cli::shortened(line, 100);
}

std::string at_words(Subject const& at) {
  return "tree " + short_id(at.tree) + ", commit " + short_id(at.head);
}

std::string proof_line(Proof const& proof) {
  return std::string(to_text(proof.outcome)) + "  " + std::string(to_text(proof.level)) + "  " + proof.marker +
         "  tree " + short_id(proof.at.tree) + "  " + to_string(proof.made_at) + "  " + cli::printable(proof.made_by);
}

}  // namespace

void print_unit(UnitReply const& reply, cli::Text& text) {
  text.line(text.bold(reply.id) + " is " + std::string(to_text(reply.state)) + ": " + counted(reply.gates, "gate") +
            ", " + counted(reply.references, "reference"));
}

void unit_columns(UnitReply const& reply, cli::Lines<kUnit>& lines) {
  lines.add(reply.id, reply.state);
}

void print_verified(VerifyReply const& reply, cli::Text& text) {
  text.line(text.bold(reply.id) + " is verified");
  text.field("at", at_words(reply.at), kLabel);
  text.field("risk", reply.risk, kLabel);
  text.field("proofs", std::string(to_text(reply.level)) + " or better", kLabel);
}

void print_proof(ProofReply const& reply, cli::Text& text) {
  if (!reply.proof) {
    text.line("would run: " + words(reply.command));
    return;
  }
  auto const& proof = *reply.proof;
  text.line(text.bold(reply.id) + "  " + cli::printable(proof.gate) + "  " + std::string(to_text(proof.outcome)));
  text.field("level", to_text(proof.level), kLabel);
  text.field("command", words(proof.command), kLabel);
  if (proof.run) {
    text.field("run", words_of(*proof.run), kLabel);
    text.field("output", counted(proof.run->output_bytes, "byte") + ", " + short_id(proof.run->output_sha256), kLabel);
  }
  text.field("at", at_words(proof.at), kLabel);
  text.field("marker", proof.marker, kLabel);
  if (reply.disagrees_with) text.field("contradicts", short_id(*reply.disagrees_with), kLabel);
  text.field("unit", to_text(reply.state), kLabel);
  if (reply.tail && !reply.tail->empty()) {
    text.line("what it printed last:");
    text.line(cli::printable_lines(*reply.tail));
  }
}

void proof_columns(ProofReply const& reply, cli::Lines<kProof>& lines) {
  if (reply.proof) lines.add(reply.proof->id, reply.proof->outcome, reply.proof->marker);
}

void print_shown(ShowReply const& reply, cli::Text& text) {
  auto const& unit = reply.unit;
  text.line(text.bold(unit.id) + "  " + std::string(to_text(unit.state)));
  text.line(cli::printable_lines(unit.intent));
  text.field("begun",
             to_string(unit.created_at) + " by " + cli::printable(unit.created_by) + " at " + short_id(unit.base),
             kLabel);
  for (auto const& reference : unit.references) {
    text.field(to_text(reference.kind), cli::printable(reference.name) + "  " + short_id(reference.sha256), kLabel);
  }
  for (auto const& gate : unit.plan) text.field("gate", cli::printable(gate.name) + ": " + words(gate.command), kLabel);
  if (unit.claimed)
    text.field("claimed", at_words(unit.claimed->at) + " by " + cli::printable(unit.claimed->by), kLabel);
  if (unit.verified) {
    text.field(
        "verified",
        "risk " + unit.verified->risk + ", by " + cli::printable(unit.verified->by) + ", " + unit.verified->marker,
        kLabel);
  }
  if (unit.returned) text.field("returned", cli::printable(unit.returned->reason), kLabel);
  for (auto const& proof : reply.proofs) {
    text.field("proof", cli::printable(proof.gate) + "  " + proof_line(proof), kLabel);
  }
  auto const more = reply.proofs_total - static_cast<std::int64_t>(reply.proofs.size());
  if (more > 0) text.field("proof", "and " + std::to_string(more) + " older", kLabel);
  text.field("sum", short_id(reply.sum), kLabel);
}

void print_status(StatusReply const& reply, cli::Text& text) {
  text.line(text.bold(reply.id) + " is " + std::string(to_text(reply.state)));
  if (reply.judged_at) text.field("judged at", at_words(*reply.judged_at), kLabel);
  if (reply.here && reply.judged_at && reply.here->tree != reply.judged_at->tree) {
    text.field("files", text.warn("are another tree now: " + short_id(reply.here->tree)), kLabel);
  }
  text.field("risk", reply.risk + ": every proof must be " + std::string(to_text(reply.needed)) + " or better", kLabel);
  for (auto const& reason : reply.reasons) text.field("", cli::printable(reason), kLabel);
  for (auto const& gate : reply.gates) {
    text.field(
        "gate",
        cli::printable(gate.gate) + "  " + lack_words(gate.lacks, reply.needed) + std::string(remedy(gate.lacks)),
        kLabel);
  }
  std::string moves;
  for (auto const& move : reply.moves) moves += (moves.empty() ? "" : ", ") + move;
  if (!moves.empty()) text.field("may", moves, kLabel);
  if (reply.capsules == 0) text.field("capsule", text.warn(kNoCapsule), kLabel);
  // Not one of them, but one after the other.
  std::string_view label = "next";
  for (auto const& step : reply.next) text.field(std::exchange(label, "then"), cli::printable(step), kLabel);
}

void print_list(ListReply const& reply, cli::Text& text) {
  std::vector<std::vector<std::string>> rows;
  for (auto const& unit : reply.units) {
    rows.push_back(
        {unit.id, std::string(to_text(unit.state)), counted(unit.gates, "gate"), cli::printable(unit.intent)});
  }
  if (rows.empty()) text.line("no work units");
  text.table(rows);
}

std::string more_listed(ListReply const& reply) {
  return reply.next_cursor ? "--cursor " + *reply.next_cursor : "";
}

void shown_columns(ShowReply const& reply, cli::Lines<kUnit>& lines) {
  lines.add(reply.unit.id, reply.unit.state);
}

void status_columns(StatusReply const& reply, cli::Lines<kUnit>& lines) {
  lines.add(reply.id, reply.state);
}

void list_columns(ListReply const& reply, cli::Lines<kUnit>& lines) {
  for (auto const& unit : reply.units) lines.add(unit.id, unit.state);
}

void print_export(ExportReply const& reply, cli::Text& text) {
  if (!reply.file) {
    text.line(to_text(codec::encode(reply.document)));
    return;
  }
  text.line("wrote " + cli::printable(*reply.file));
  text.field("sum", reply.sum, kLabel);
}

void export_columns(ExportReply const& reply, cli::Lines<kExport>& lines) {
  lines.add(reply.file, reply.sum);
}

void print_considered(ConsiderReply const& reply, cli::Text& text) {
  text.line(text.bold(reply.id) + "  " + words(reply.command));
}

}  // namespace decapod::workunit
