#include "runtime/node/first_metrics.hpp"

#include "actors/domain/channel_outcome.hpp"
#include "actors/domain/order.hpp"
#include "adapters/postgres/trouble.hpp"
#include "runtime/api/orders_api.hpp"
#include "runtime/cashier/cashier_settings.hpp"
#include "runtime/node/callback_rounds.hpp"

#include <array>
#include <string>

namespace tael {
namespace {

constexpr std::array ops{ChannelOp::pay, ChannelOp::inquire, ChannelOp::close, ChannelOp::refund,
                         ChannelOp::inquire_refund};
constexpr std::array endings{Ending::approved, Ending::declined, Ending::not_sent, Ending::pending, Ending::silent};
/// The statuses that rules ask about; every other is told of with its first.
constexpr std::array statuses{"200", "500", "503"};
constexpr std::array disbeliefs{"bad_signature", "malformed", "wrong_merchant"};
constexpr std::array order_events{"order_created",       "order_closing",       "order_paid",       "order_closed",
                                  "order_resumed",       "attempt_sent",        "attempt_inquired", "close_tried",
                                  "contradiction_heard", "foreign_money_heard", "refund_requested", "timer_struck"};
constexpr std::array attempt_states{AttemptState::pending,  AttemptState::in_doubt, AttemptState::succeeded,
                                    AttemptState::declined, AttemptState::not_sent, AttemptState::closed,
                                    AttemptState::surplus};
constexpr std::array refund_states{RefundState::sent, RefundState::in_doubt, RefundState::refunded,
                                   RefundState::rejected, RefundState::parked};

void show_channels(Meter& meter, const config::Config& config) {
  for (const auto& channel : channels_that_call_back(config))
    meter.count("callbacks_heard_total", {{"path", channel}}, 0);
  for (const auto& [code, channel] : config.channels) {
    for (const auto* why : disbeliefs) meter.count("callbacks_refused_total", {{"path", code}, {"outcome", why}}, 0);
    for (const auto& path : channel.paths())
      for (const auto op : ops)
        for (const auto ending : endings)
          meter.count("channel_calls_total", {{"path", path}, {"type", name_of(op)}, {"outcome", name_of(ending)}}, 0);
  }
}

void show_businesses(Meter& meter, const config::Config& config) {
  for (const auto& [code, business] : config.businesses) {
    const auto happened = [&, business_code = code](const std::string& kind) {
      meter.count("order_events_total", {{"type", kind}, {"business", business_code}}, 0);
    };
    for (const auto* outcome : {"acknowledged", "failed"})
      meter.count("notice_tries_total", {{"business", code}, {"outcome", outcome}}, 0);
    for (const auto* kind : order_events) happened(kind);
    for (const auto state : attempt_states) happened("attempt_" + std::string{name_of(state)});
    for (const auto state : refund_states) happened("refund_" + std::string{name_of(state)});
  }
}

}  // namespace

void show_from_start(Meter& meter, const config::Config& config) {
  for (const auto* name : {"order_crashes_total", "store_commits_total", "store_batches_total"})
    meter.count(name, {}, 0);
  meter.count("requests_refused_total", {{"outcome", "overloaded"}}, 0);
  for (const auto& trouble : postgres::troubles) meter.count("store_outages_total", {{"outcome", trouble.kind}}, 0);
  meter.count("store_outages_total", {{"outcome", postgres::unreachable.kind}}, 0);
  for (const auto* way : {"email", "webhook"})
    for (const auto* outcome : {"delivered", "failed", "parked"})
      meter.count("alert_messages_total", {{"type", way}, {"outcome", outcome}}, 0);
  for (const auto lookup : all_lookups)
    for (const auto* outcome : {"answered", "failed", "skipped"})
      meter.count("cashier_lookups_total", {{"type", name_of(lookup)}, {"outcome", outcome}}, 0);
  for (const auto& route : OrdersApi::routes())
    for (const auto* status : statuses)
      meter.count("http_requests_total", {{"type", route.name}, {"outcome", status}}, 0);
  show_channels(meter, config);
  show_businesses(meter, config);
}

}  // namespace tael
