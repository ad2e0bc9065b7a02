#include <decapod/base/shell_words.h>
#include <decapod/cli_kit/for_store.h>

namespace decapod::cli {

std::string for_store(std::string_view command, StoreKind kind, std::string_view root) {
  std::string whole(command);
  if (kind == StoreKind::user) whole += " --store user";
  if (kind == StoreKind::root) whole += " --root " + shell_word(root);
  return whole;
}

}  // namespace decapod::cli
