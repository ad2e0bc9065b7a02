#include "facts.h"

#include "store.h"

#include <decapod/capsule_record/canonical.h>
#include <decapod/contract/subsystem.h>

namespace decapod::capsule {

Result<contract::CapsuleFacts> capsule_facts(contract::Context& context, std::string_view id) {
  auto row = store::find(context.store(), id);
  if (!row) return fail(ErrorCode::not_found, "no capsule '" + std::string(id) + '\'', {{"id", id}});
  auto const hash = hex(hash_of(row->document));
  auto const commit = contract::last_commit_of(context, "capsule/hash/" + hash);
  if (!commit || row->brief.id != id_of(hash_of(row->document))) {
    return fail(ErrorCode::marker_unconfirmed,
                "no recorded request issued the capsule " + row->brief.id + " as it is now, with the hash " + hash,
                {{"id", row->brief.id}, {"stored", hex(row->hash)}, {"found", hash}});
  }
  return contract::CapsuleFacts{
      .id = row->brief.id, .hash = hash, .document = std::move(row->document), .marker = commit->marker};
}

}  // namespace decapod::capsule
