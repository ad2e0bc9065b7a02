#pragma once
// An entry of knowledge that becomes procedural, as far as its document tells of it.

#include <decapod/governance/vocabulary.h>
#include <decapod/knowledge_document/document.h>
#include <decapod/promote_lineage/lineage.h>

#include <string>
#include <vector>

namespace decapod::promote {

// bad_request: it is no document of an entry.
Result<knowledge::Document> document_in(EntryPart const& part);

// The files that it rests on: what it tells of them is judged as a change of them would be.
std::vector<std::string> paths_of(knowledge::Document const& document);

// What an entry is worth as a proof: observed if decapod itself saw one of the things that it rests on (lines of a
// file, a commit, a mutation of the store), asserted if somebody just says so. Never more: nobody has reproduced it.
governance::ProofLevel worth_of(knowledge::Document const& document);

// "entry k-4k2m": what the record of its making is called in a lineage.
std::string entry_record_name(std::string_view id);

}  // namespace decapod::promote
