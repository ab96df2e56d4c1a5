// Every metric a node counts, observes or sets, with what an operator reads about it. A test greps the sources:
// a name that is used and not listed here, or listed and not used, fails it.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace tael {

enum class MetricKind { counter, histogram, gauge };

struct MetricRow {
  std::string_view name;  ///< Without the `tael_` prefix.
  MetricKind kind;
  std::string_view help;
};

// clang-format off
inline constexpr auto metric_table = std::to_array<MetricRow>({
  {"alert_messages_total",        MetricKind::counter,   "Tries to tell somebody of an alert, by way (type) and outcome: delivered, failed (tried again), parked (given up)."},
  {"alerts_open",                 MetricKind::gauge,     "Unresolved alerts, by severity (type)."},
  {"breaker_open",                MetricKind::gauge,     "1 while a bank, method or channel (path) takes no calls of a class (type): shut by its calls or by a hand."},
  {"build_info",                  MetricKind::gauge,     "Always 1; the label says which version runs."},
  {"callbacks_heard_total",       MetricKind::counter,   "Callbacks from channels that were believed, by path (the channel); none while payments come is a callback_url that leads nowhere."},
  {"callbacks_not_ours_total",    MetricKind::counter,   "Authentic callbacks that were taken and are no news of ours, by path (the channel) and why (outcome)."},
  {"callbacks_refused_total",     MetricKind::counter,   "Callbacks from channels that were not believed, by path (the channel) and why (outcome)."},
  {"cashier_lookups_total",       MetricKind::counter,   "Questions of cashier pages to their weak dependencies, by type and outcome; skipped ones found no place."},
  {"channel_call_seconds",        MetricKind::histogram, "From a call to a channel to its answer, by path and type of call."},
  {"channel_calls_total",         MetricKind::counter,   "Calls to channels by path, type of call and which of the five endings came."},
  {"http_request_seconds",        MetricKind::histogram, "From a request's arrival to its answer, by type: the route."},
  {"http_requests_total",         MetricKind::counter,   "Requests answered, by type (the route) and outcome (the status)."},
  {"link_silent",                 MetricKind::gauge,     "1 while a path's payers do not complete although its calls succeed, by path."},
  {"link_success_ratio",          MetricKind::gauge,     "Share of a path's attempts that ended paid, once their payers had time, by path."},
  {"meter_series_dropped_total",  MetricKind::counter,   "Measurements dropped because a name or label was invalid or there were too many series."},
  {"notice_tries_total",          MetricKind::counter,   "Tries to deliver a notice to a business, by outcome."},
  {"order_crashes_total",         MetricKind::counter,   "Order actors that ended by a broken promise and were restarted or parked."},
  {"order_events_total",          MetricKind::counter,   "Events that became true of orders, by type and business."},
  {"request_seconds",             MetricKind::histogram, "From admission to the owning actor's answer, by type of request."},
  {"requests_refused_total",      MetricKind::counter,   "Requests refused at the edge before any work was done, by why (outcome)."},
  {"store_batches_total",         MetricKind::counter,   "Transactions written; commits divided by batches is the batch size."},
  {"store_commits_total",         MetricKind::counter,   "Commits handed to the store, each one step of one entity."},
  {"store_outages_total",         MetricKind::counter,   "Times in which nothing could be written, by why (outcome)."},
  {"store_up",                    MetricKind::gauge,     "1 while the store takes what is written, 0 while it does not."},
  {"timers_armed",                MetricKind::gauge,     "Timers waiting in memory for their due time."},
});
// clang-format on

/// Null for a name that is not in the table.
constexpr const MetricRow* find_metric(std::string_view name) {
  const auto* found = std::ranges::find(metric_table, name, &MetricRow::name);
  return found == metric_table.end() ? nullptr : found;
}

namespace proof {

constexpr bool name_fits(const MetricRow& row) {
  const bool charset = std::ranges::all_of(row.name, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  const bool total = row.name.ends_with("_total"), seconds = row.name.ends_with("_seconds");
  const bool suffix = total == (row.kind == MetricKind::counter) && (seconds || row.kind != MetricKind::histogram);
  return charset && suffix && !row.name.starts_with("tael_") && row.help.ends_with(".");
}
static_assert(std::ranges::all_of(metric_table, name_fits),
              "counters end in _total, histograms in _seconds, and every metric says what it is");
static_assert(std::ranges::is_sorted(metric_table, {}, &MetricRow::name), "sorted, so that a row is found by eye");
static_assert(std::ranges::adjacent_find(metric_table, {}, &MetricRow::name) == metric_table.end(), "one row per name");

}  // namespace proof

}  // namespace tael
