#include <decapod/base/shell_words.h>
#include <decapod/cli_kit/init_command.h>

namespace decapod::cli {

std::string init_command(StoreKind kind, std::string_view root) {
  std::string command = "decapod init";
  if (kind == StoreKind::user) command += " --store user";
  if (kind == StoreKind::root) command += " --root " + shell_word(root);
  return command;
}

}  // namespace decapod::cli
