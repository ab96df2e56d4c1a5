// Ids: 26 characters of Crockford base 32 that sort by time and carry their shard.
//
//   0         10  13            26
//   tttttttttt sss rrrrrrrrrrrrr      48 bits of milliseconds, 15 of shard, 64 of dice
//
// Everything that belongs to an order has a number that begins with the order's id, so a callback
// that carries our number finds its owner without a lookup.
#pragma once

#include "actors/domain/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tael {

using Shard = std::uint16_t;

/// Number of virtual shards, fixed for the life of a database (DESIGN.md section 5).
inline constexpr Shard shards_total = 64;

inline constexpr std::size_t id_length = 26;

/// `dice` is 64 random bits; `shard` is below 32768.
std::string make_id(TimePoint at, Shard shard, std::uint64_t dice);

/// The shard inside an id, attempt number, refund id or notice id of ours; nothing when it is none.
std::optional<Shard> shard_of(std::string_view id);

/// The instant inside an id; nothing when it is none of ours.
std::optional<TimePoint> time_of(std::string_view id);

/// Where an order lives: FNV-1a over business and order number, so that one number has one owner.
Shard shard_for(std::string_view business, std::string_view order_no);

/// Attempt number sent to the channel: order id, `A`, two or more digits. `no` counts from 1.
std::string attempt_number(std::string_view order_id, int no);

/// Refund id, also the number sent to the channel: order id, `R`, two or more digits. `no` counts from 1.
std::string refund_number(std::string_view order_id, int no);

/// The webhook-id of an order's notice: `msg_`, order id, `N`, two or more digits. Has no dots.
std::string notice_id(std::string_view order_id, int no);

/// The order an id, attempt number, refund id or notice id belongs to; nothing when it is none of ours.
std::optional<std::string> order_of(std::string_view number);

}  // namespace tael
