#include <decapod/base/state_paths.h>

namespace decapod {

StatePaths::StatePaths(std::string state_directory)
    : directory(std::move(state_directory)),
      leader_lock(directory + "/leader.lock"),
      want_lock(directory + "/want.lock"),
      socket(directory + "/broker.sock"),
      socket_new(directory + "/broker.sock.new"),
      database(directory + "/decapod.db"),
      wal(database + "-wal"),
      broker_log(directory + "/broker.log"),
      audit_directory(directory + '/' + kAuditDirectory) {}

std::string StatePaths::exported(std::string_view chain) const {
  return directory + '/' + exported_below(chain);
}

std::string StatePaths::exported_below(std::string_view chain) {
  return std::string(kAuditDirectory) + '/' + std::string(chain) + ".jsonl";
}

}  // namespace decapod
