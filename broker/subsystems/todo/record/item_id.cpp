#include <decapod/base/short_id.h>
#include <decapod/todo/vocabulary.h>
#include <decapod/todo_record/item_id.h>

namespace decapod::todo {

bool is_valid_id(std::string_view id) {
  return is_id_text(id, static_cast<std::size_t>(kIdBytesMax));
}

}  // namespace decapod::todo
