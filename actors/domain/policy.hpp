// The numbers operators set, as values. They go to an actor when it is made and again when they
// change; nobody shares configuration. Bounds live in the field tables of `runtime/config`.
#pragma once

#include "actors/domain/money.hpp"
#include "actors/domain/time.hpp"

#include <map>
#include <string>
#include <vector>

namespace tael {

/// The delays between tries. Rung n is waited after try n; past the last rung the ladder is at its end.
using Ladder = std::vector<Duration>;

/// Of the calls that come to a half-open breaker, `percent` are let through, `probes` of them in all.
struct ProbeStage {
  int percent = 100;
  int probes = 1;
  friend bool operator==(const ProbeStage&, const ProbeStage&) = default;
};

/// When a path stops being asked (reference: reliability 5.3 to 5.6). Two windows are judged: the short one finds a
/// bank that dies, the long one finds a bank that fails a little, all the time.
struct BreakerPolicy {
  int consecutive_max = 6;  ///< Bad calls in a row that open a bank; of our own end of the line, the channel.
  Duration window{10s};
  int volume_min = 10;         ///< Calls in the window before a ratio is judged.
  int parent_volume_min = 30;  ///< The same, of a method or a channel.
  int bad_percent = 50;        ///< Failures, timeouts and exceptions together, of total, that open it.
  int timeout_percent = 30;
  int exception_percent = 30;
  int slow_percent = 80;
  Duration slow_after{5s};  ///< An answer this late or later is slow.
  Duration long_window{300s};
  int long_volume_min = 50;
  int long_bad_percent = 20;
  int children_percent = 60;  ///< Of the busy banks (methods) below, open: then their method (channel) opens.
  Duration open_min{5s};      ///< First open time; doubles with each opening in a row.
  Duration open_max{300s};
  std::vector<ProbeStage> probe_stages{{5, 5}, {25, 10}, {50, 10}};  ///< Of half open, one after the other.
  int probes_in_flight_max = 2;
  int probe_good_percent = 80;  ///< Of a stage's probes, to pass it.
  Duration permit_ttl{15s};     ///< A probe that has not come back after this counts as a timeout.
  friend bool operator==(const BreakerPolicy&, const BreakerPolicy&) = default;
};

/// How often an adapter may crash before its supervisor closes the channel for business.
struct RestartPolicy {
  int restarts_max = 5;
  Duration within{60s};
  Duration backoff_min{200ms};
  Duration backoff_max{30s};
  Duration parked_for{300s};  ///< How long a channel out of budget stays closed before one more start.
  friend bool operator==(const RestartPolicy&, const RestartPolicy&) = default;
};

struct ChannelPolicy {
  std::string channel;
  std::string institution;
  std::vector<Currency> currencies;  ///< What it can be paid in; empty: whatever the institution takes.
  /// An amount must be a whole number of these minor units, or the channel cannot say it; absent: of one.
  std::map<Currency, std::int64_t> steps;
  Duration deadline{8s};  ///< The longest a caller waits; after it the call is silent.
  /// First inquiry after 10 s, then 5 s, 10 s, 30 s, 1 min, 10 min, 20 min (source documents).
  Ladder inquiry_ladder{10s, 5s, 10s, 30s, 1min, 10min, 20min};
  /// Between tries and inquiries of a refund.
  Ladder refund_ladder{5s, 10s, 30s, 1min, 10min, 20min, 1h, 6h, 12h};
  /// Between tries of a close that was answered by silence; at its end the order closes all the same.
  Ladder close_ladder{2s, 5s, 10s};
  /// A number the channel does not know is closed, and counts as never received, only this long after it was sent.
  Duration unknown_final_after{60s};
  /// Calls out at a time, for payments, refunds, inquiries and closes each: none takes a place from another.
  int in_flight_max = 128;
  int queue_max = 256;      ///< Further ones that wait; beyond them a call is refused as not sent.
  Duration queue_wait{1s};  ///< The longest they wait.
  BreakerPolicy breaker;
  RestartPolicy restart;
  friend bool operator==(const ChannelPolicy&, const ChannelPolicy&) = default;
};

/// How a business hears of things.
struct NoticePolicy {
  /// Ten tries decaying within twelve hours; a try's rung is waited after it failed.
  Ladder ladder{5s, 30s, 2min, 5min, 15min, 30min, 1h, 3h, 7h};
  Duration deadline{15s};
  int in_flight_max = 8;  ///< Deliveries to one business at a time.
  friend bool operator==(const NoticePolicy&, const NoticePolicy&) = default;
};

enum class AccountClass { asset, liability, income, expense };
enum class AccountHeat { normal, internal, platform };
enum class AccountOwner { none, channel, business };
enum class Share { amount, net, fee };  ///< Of the money an entry is about: all, all less fee, fee.

struct AccountKind {
  std::string kind;  ///< business_payable, channel_receivable...
  AccountClass account_class = AccountClass::asset;
  AccountHeat heat = AccountHeat::normal;  ///< internal: no running balance.
  AccountOwner per = AccountOwner::none;   ///< One account for all, or one per channel or business.
  friend bool operator==(const AccountKind&, const AccountKind&) = default;
};

struct PostingLine {
  bool debit = true;
  std::string kind;
  Share share = Share::amount;
  friend bool operator==(const PostingLine&, const PostingLine&) = default;
};

/// Rule name to lines. The rules that must exist: payment, refund, surplus_received, surplus_refunded.
struct ChartOfAccounts {
  std::vector<AccountKind> accounts;
  std::map<std::string, std::vector<PostingLine>> rules;
  friend bool operator==(const ChartOfAccounts&, const ChartOfAccounts&) = default;
};

}  // namespace tael
