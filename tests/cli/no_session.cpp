// These tests end before a request would be sent, so nothing here can reach a broker.
#include "session.h"

namespace decapod::cli {

std::unique_ptr<Session> open_session(StorePlace const&, BrokerSettings const&, Clock&) {
  return nullptr;
}

Result<json::object> probe(StorePlace const&, SteadyTime) {
  return json::object{{"serving", false}};
}

}  // namespace decapod::cli
