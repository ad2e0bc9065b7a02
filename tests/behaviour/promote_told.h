#pragma once
// What is told about a promotion: by `validate`, and by a client of its own that may lie.

#include <support/repository.h>

#include "promote_story.h"
#include "raw_client.h"

#include <boost/json.hpp>

#include <string>

namespace decapod::test {

// The gates that fail, of a report that does.
std::string failing(Answer const& answer);
// What `validate` says in the clone beside the repository, which has no store.
Answer in_clone(Story const& story);
// What a client of its own sends, under alice's name, and what it is told.
boost::json::object send(Raw const& raw, std::string const& op, boost::json::object arguments, std::string const& key);
// A connection to a broker that stays until the repository goes.
Raw connect_for_long(Story& story);
// The first word that a script prints.
std::string printed(Story const& story, std::string const& script);
// All that is so of the repository, except that it has changed no more than a file of no risk.
boost::json::object lie_of(Story const& story, boost::json::object const& unit);

}  // namespace decapod::test
