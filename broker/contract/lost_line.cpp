#include <decapod/base/codec.h>
#include <decapod/contract/lost_line.h>
#include <decapod/contract/replaced_store.h>

#include <optional>

namespace decapod::contract {
namespace {

// The members of a record that tell of a loss.
struct Told {
  std::string request_type;
  std::vector<std::string> affected_keys;
  std::uint64_t commit_seq = 0;
};
BOOST_DESCRIBE_STRUCT(Told, (), (request_type, affected_keys, commit_seq))

std::optional<LostLine> line_in(std::string_view body) {
  auto const parsed = parse_json(body, "the audit record");
  if (!parsed) return std::nullopt;
  auto const told = codec::decode<Told>(*parsed, codec::Unknown::ignore);
  if (!told || told->request_type != kLossFound) return std::nullopt;
  auto const generation = ended_generation(told->affected_keys, kLostKey);
  // One of a build that began no generation.
  if (generation == 0) return std::nullopt;
  return LostLine{.commit_seq = told->commit_seq, .generation = generation};
}

}  // namespace

std::string lost_key(std::string const& store_uuid, std::int64_t generation) {
  return std::string(kLostKey) + store_uuid + '/' + std::to_string(generation);
}

std::vector<LostLine> lost_lines(storage::Database& database) {
  std::vector<LostLine> lines;
  // Most records are of reads that somebody asked for, and need not be taken apart.
  auto rows = database.query("SELECT body FROM audit_read WHERE instr(body, ?1) > 0 ORDER BY sequence", kLossFound);
  while (rows.next()) {
    if (auto const line = line_in(rows.view(0))) lines.push_back(*line);
  }
  return lines;
}

}  // namespace decapod::contract
