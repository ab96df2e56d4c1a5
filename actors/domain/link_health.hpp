// Whether the payers of a path still complete, as arithmetic. Calls can all succeed while nobody's money arrives: the
// share of attempts that end paid is held against the path's own recent past. An attempt counts where it was sent, once
// its payer has had time; so a quiet night is no alarm, and neither is a payer who thinks.
#pragma once

#include "actors/domain/ids.hpp"
#include "actors/domain/time.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string_view>

namespace tael {

/// `down` is for a peak: one attempt in `link_one_in` counts, and is judged every ten seconds.
enum class LinkMode { on, down, off };
std::string_view name_of(LinkMode mode);

inline constexpr int link_one_in = 8;
/// By the attempt's number, so that both its ends count or neither does.
inline bool is_link_sample(std::string_view attempt) { return shard_for("link", attempt) % link_one_in == 0; }

struct LinkPolicy {
  bool enabled = true;
  Duration settle{60s};     ///< What a payer is given to complete.
  Duration recent{60s};     ///< Judged...
  Duration history{30min};  ///< ...against this, before it.
  int volume_min = 20;      ///< Attempts in either before anything is judged.
  int drop_percent = 30;    ///< Fallen below this share of the usual rate: nobody completes.
  int back_percent = 70;    ///< Above this share of it again: it is over.
  friend bool operator==(const LinkPolicy&, const LinkPolicy&) = default;
};

struct LinkCounts {
  int sent = 0, paid = 0;
  /// Of a thousand.
  constexpr int rate() const { return sent == 0 ? 0 : static_cast<int>(std::int64_t{paid} * 1'000 / sent); }
  friend constexpr bool operator==(const LinkCounts&, const LinkCounts&) = default;
};

enum class LinkNews { none, fell_silent, came_back };

struct LinkHealth {
  struct Bucket {
    std::int64_t no = 0;
    LinkCounts counts;
  };
  std::deque<Bucket> buckets;  ///< Oldest first.
  bool silent = false;
  int usual_rate = 0;  ///< While silent: what it fell from, of a thousand.
};

inline constexpr Duration link_bucket = 5s;

inline std::int64_t link_bucket_no(TimePoint at) { return unix_ms(at) / link_bucket.count(); }

/// An attempt sent at `sent_at`, or the payment of one that was.
inline void count_link(LinkHealth& health, const LinkPolicy& policy, TimePoint sent_at, bool paid, TimePoint now) {
  const auto no = link_bucket_no(sent_at);
  const auto oldest = link_bucket_no(now - policy.settle - policy.recent - policy.history);
  while (!health.buckets.empty() && health.buckets.front().no < oldest) health.buckets.pop_front();
  if (no < oldest) return;
  auto at = std::ranges::lower_bound(health.buckets, no, {}, &LinkHealth::Bucket::no);
  if (at == health.buckets.end() || at->no != no) at = health.buckets.insert(at, {no, {}});
  (paid ? at->counts.paid : at->counts.sent) += 1;
}

inline LinkCounts link_between(const LinkHealth& health, TimePoint from, TimePoint to) {
  LinkCounts sum;
  for (const auto& [no, counts] : health.buckets) {
    if (no < link_bucket_no(from) || no >= link_bucket_no(to)) continue;
    sum.sent += counts.sent;
    sum.paid += counts.paid;
  }
  return sum;
}

inline LinkCounts recent_of(const LinkHealth& health, const LinkPolicy& policy, TimePoint now) {
  return link_between(health, now - policy.settle - policy.recent, now - policy.settle);
}

/// What recent is held against.
inline LinkCounts usual_of(const LinkHealth& health, const LinkPolicy& policy, TimePoint now) {
  const auto end = now - policy.settle - policy.recent;
  return link_between(health, end - policy.history, end);
}

inline LinkNews judge_link(LinkHealth& health, const LinkPolicy& policy, TimePoint now) {
  const auto recent = recent_of(health, policy, now);
  if (recent.sent < policy.volume_min) return LinkNews::none;
  if (health.silent) {
    if (recent.rate() * 100 < health.usual_rate * policy.back_percent) return LinkNews::none;
    health.silent = false;
    return LinkNews::came_back;
  }
  const auto usual = usual_of(health, policy, now);
  if (usual.sent < policy.volume_min || recent.rate() * 100 >= usual.rate() * policy.drop_percent)
    return LinkNews::none;
  health.silent = true;
  health.usual_rate = usual.rate();
  return LinkNews::fell_silent;
}

/// Lets go of attempts that may still be paid, when their payments will no longer be told.
inline void forget_link_since(LinkHealth& health, TimePoint from) {
  while (!health.buckets.empty() && health.buckets.back().no >= link_bucket_no(from)) health.buckets.pop_back();
}

/// A silence from before a restart, with the rate that it fell from: it ends as one of our own does.
inline void resume_silence(LinkHealth& health, int usual_rate) {
  if (health.silent) return;
  health.silent = true;
  health.usual_rate = usual_rate;
}

/// Whether time alone can still bring news.
inline bool has_link_news_to_come(const LinkHealth& health, const LinkPolicy& policy, TimePoint now) {
  return !health.buckets.empty() && health.buckets.back().no >= link_bucket_no(now - policy.settle - policy.recent);
}

}  // namespace tael
