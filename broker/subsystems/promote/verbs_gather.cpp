#include <decapod/base/tracked_paths.h>
#include <decapod/capsule/requests.h>
#include <decapod/capsule_record/canonical.h>
#include <decapod/capsule_record/compare.h>
#include <decapod/capsule_taking/take.h>
#include <decapod/cli_kit/arguments.h>
#include <decapod/cli_kit/revision.h>
#include <decapod/knowledge/queries.h>
#include <decapod/promote_lineage/lineage.h>
#include <decapod/promote_sources/changes.h>
#include <decapod/promote_sources/sources.h>
#include <decapod/workunit/queries.h>

#include <algorithm>

#include "verbs_faces.h"
#include "verbs_repository.h"

namespace decapod::promote {
namespace {

using cli::SubjectTrees;
using cli::Surroundings;

// Everything that is to be told of one promotion, from the objects of one commit.
class Gathering {
 public:
  Gathering(Surroundings& around, SubjectTrees& trees, std::string head)
      : around_(around), trees_(trees), worktree_(trees.worktree()), head_(std::move(head)) {}

  Result<void> run(json::object& arguments) {
    DECAPOD_TRY(auto const tree, trees_.tree_at(head_));
    DECAPOD_TRY(told_.here, trees_.tree_here());
    commits_.insert(head_);
    auto names = cli::list_argument(arguments, "unit");
    auto const kind = cli::text_argument(arguments, "kind");
    bool const of_knowledge = kind == to_text(Kind::knowledge);
    for (auto& name : names) DECAPOD_CHECK(of_knowledge ? add_entry(name) : add_unit(name));
    if (kind == to_text(Kind::release)) DECAPOD_CHECK(find_release_base());
    if (!of_knowledge) add_paths(trees_, head_, tree, told_);
    DECAPOD_TRY(told_.reached, reached_from(around_, worktree_, head_, commits_));
    DECAPOD_TRY(auto const key, cli::committed_file(around_, worktree_, head_, std::string(kPublishedKeyPath)));
    told_.operator_key = key.value_or("");
    arguments["unit"] = codec::encode(names);
    arguments["revision"] = head_;
    arguments["tree"] = tree;
    arguments["sums"] = codec::encode(sums_);
    arguments["told"] = codec::encode(told_);
    return {};
  }

 private:
  // A unit that is not there is the handler's to refuse. `name` becomes its whole id.
  Result<void> add_unit(std::string& name) {
    json::object const question{{"id", name}, {"print", true}};
    auto const answer = around_.call(request_type<workunit::Export>, question);
    if (!answer) return {};
    DECAPOD_TRY(auto const exported, cli::decoded<workunit::ExportReply>(*answer));
    name = exported.id;
    sums_.push_back(exported.sum);
    auto const& unit = exported.document.unit;
    commits_.insert(unit.base);
    bases_.insert(unit.base);
    if (told_.base.empty()) told_.base = unit.base;
    if (unit.verified) commits_.insert(unit.verified->at.head);
    auto const path = std::string(kUnitFolder) + '/' + name + ".json";
    DECAPOD_TRY(auto file, written_file(around_, worktree_, head_, name, path));
    told_.files.push_back(std::move(file));
    DECAPOD_CHECK(add_published(name));
    for (auto const& reference : unit.references) {
      if (reference.kind == workunit::ReferenceKind::capsule) DECAPOD_CHECK(add_capsule(reference.name));
    }
    return {};
  }

  // An entry that is not there is the handler's to refuse. `name` becomes its whole id.
  Result<void> add_entry(std::string& name) {
    auto const answer = around_.call(request_type<knowledge::Show>, {{"id", name}});
    if (!answer) return {};
    DECAPOD_TRY(auto const shown, cli::decoded<knowledge::ShowReply>(*answer));
    name = shown.entry.id;
    sums_.push_back(shown.entry.digest);
    for (auto const& view : shown.entry.provenance) {
      if (view.kind == knowledge::SourceKind::commit) commits_.insert(view.value);
    }
    DECAPOD_TRY(told_.sources, sources_at(around_, worktree_, head_, shown.entry.provenance));
    return {};
  }

  // Of a release: the commit at which the unit was published.
  Result<void> add_published(std::string const& unit) {
    auto const answer = around_.call(request_type<List>, {{"unit", unit}, {"kind", "workunit"}, {"limit", 1}});
    if (!answer) return {};
    DECAPOD_TRY(auto const listed, cli::decoded<ListReply>(*answer));
    if (!listed.promotions.empty()) commits_.insert(listed.promotions.front().revision);
    return {};
  }

  Result<void> add_capsule(std::string const& id) {
    bool const told = std::ranges::find(told_.capsules, id, &Again::id) != told_.capsules.end();
    auto const answer =
        told ? Result<json::object>(json::object()) : around_.call(request_type<capsule::Show>, {{"id", id}});
    if (told || !answer) return {};
    DECAPOD_TRY(auto const shown, cli::decoded<capsule::ShowReply>(*answer));
    // Only the whole id names it: what is none becomes no part of a path.
    if (shown.id != id || !capsule::is_id(id)) return {};
    commits_.insert(shown.capsule.revision.commit);
    DECAPOD_TRY(auto const material, capsule::take_again(around_, worktree_, shown.capsule));
    Again again{.id = id, .hash = ""};
    if (material) {
      again.hash = hex(capsule::hash_of(capsule::canonical(capsule::with_material(shown.capsule, *material))));
    }
    told_.capsules.push_back(std::move(again));
    DECAPOD_TRY(auto file,
                written_file(around_, worktree_, head_, id, std::string(kCapsuleFolder) + '/' + id + ".json"));
    told_.files.push_back(std::move(file));
    return {};
  }

  // The release before, unless it waits for its seal. The first one counts from the unit that began earliest of all
  // that were ever published: whoever releases one of them only would leave what the others changed behind the release.
  // Where none of them began before all others, nobody can tell.
  Result<void> find_release_base() {
    DECAPOD_TRY(auto const counts, walk(Kind::release, [&](Brief const& one) -> Result<Walk> {
                  if (one.sealed == Sealed::awaited) return Walk::on;
                  told_.base = one.revision;
                  return Walk::end;
                }));
    if (counts == Walk::end) return {};
    DECAPOD_CHECK(walk(Kind::workunit, [&](Brief const& one) -> Result<Walk> {
      DECAPOD_CHECK(add_base_of(one.id));
      return Walk::on;
    }));
    for (auto const& base : bases_) {
      DECAPOD_TRY(auto const earlier, is_ancestor(around_, worktree_, base, told_.base));
      if (earlier == Ancestor::yes) told_.base = base;
    }
    for (auto const& base : bases_) {
      DECAPOD_TRY(auto const later, is_ancestor(around_, worktree_, told_.base, base));
      if (later == Ancestor::yes) continue;
      told_.base.clear();
      break;
    }
    return {};
  }

  enum class Walk : std::uint8_t { on, end };

  // Newest first, until `visit` ends it.
  template <class Visit>
  Result<Walk> walk(Kind kind, Visit const& visit) {
    json::object wanted{{"kind", to_text(kind)}};
    for (;;) {
      DECAPOD_TRY(auto const answer, around_.call(request_type<List>, wanted));
      DECAPOD_TRY(auto const listed, cli::decoded<ListReply>(answer));
      for (auto const& one : listed.promotions) {
        DECAPOD_TRY(auto const next, visit(one));
        if (next == Walk::end) return next;
      }
      if (!listed.next_cursor) return Walk::on;
      wanted["cursor"] = *listed.next_cursor;
    }
  }

  Result<void> add_base_of(std::string const& promotion) {
    DECAPOD_TRY(auto const answer, around_.call(request_type<Show>, {{"id", promotion}}));
    DECAPOD_TRY(auto const shown, cli::decoded<ShowReply>(answer));
    DECAPOD_TRY(auto const lineage, cli::decoded<Lineage>(shown.lineage));
    bases_.insert(lineage.told.base);
    return {};
  }

  Surroundings& around_;
  SubjectTrees& trees_;
  std::string worktree_;
  std::string head_;
  Told told_;
  std::vector<std::string> sums_;
  std::set<std::string> bases_;
  std::set<std::string> commits_;
};

}  // namespace

Result<void> gather_subject(Surroundings& around, json::object& arguments) {
  for (auto const* name : {"revision", "tree", "sums", "told"}) arguments.erase(name);
  auto trees = SubjectTrees::open(around);
  if (!trees) return {};
  auto head = trees->head();
  if (!head) return {};
  return Gathering(around, *trees, *std::move(head)).run(arguments);
}

}  // namespace decapod::promote
