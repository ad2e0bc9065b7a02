#pragma once
// SQL as text.

#include <string>
#include <string_view>

namespace decapod::storage {

// The statement with each run of comments and blanks as one blank; what stands in quotes stays as it is.
std::string without_comments(std::string_view sql);

}  // namespace decapod::storage
