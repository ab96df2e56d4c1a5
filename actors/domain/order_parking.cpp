#include "actors/domain/order_parking.hpp"

namespace tael {

Parking park_order(const Order& order, const std::string& why, TimePoint now) {
  Parking parking{.order = order, .row = {}, .alert = {}};
  parking.order.poisoned = true;
  parking.order.version += 1;
  parking.row = {.shard = order.shard,
                 .entity = order.id,
                 .version = parking.order.version,
                 .kind = "order_parked",
                 .body = {{"why", why}},
                 .cause = "supervisor",
                 .context = order.context,
                 .at = now};
  parking.alert = {.shard = order.shard,
                   .kind = "order_parked",
                   .ref = order.id,
                   .severity = Severity::critical,
                   .message = "order " + order.id + " is parked: " + why + "; look at `tael order why " + order.id +
                              "`, mend the cause, then `tael order resume` it",
                   .context = order.context,
                   .at = now};
  return parking;
}

}  // namespace tael
