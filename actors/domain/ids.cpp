// Reading is strict: one id has one spelling, so two spellings can never be two owners.
#include "actors/domain/ids.hpp"

#include "actors/domain/assert.hpp"

namespace tael {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // Crockford: no I, L, O, U.
constexpr std::string_view notice_prefix = "msg_";

constexpr std::size_t time_chars = 10, shard_chars = 3, dice_chars = 13;
static_assert(time_chars + shard_chars + dice_chars == id_length);

void put(std::string& out, std::uint64_t value, std::size_t chars) {
  for (std::size_t i = chars; i-- > 0;) out += alphabet[value >> (i * 5) & 31U];
}

/// Nothing when a character is foreign or the value needs more than `bits`.
std::optional<std::uint64_t> get(std::string_view text, int bits) {
  std::uint64_t value = 0;
  for (const char c : text) {
    const auto digit = alphabet.find(c);
    if (digit == std::string_view::npos || value >> (bits - 5) != 0) return std::nullopt;
    value = value << 5U | digit;
  }
  return value;
}

struct Parts {
  std::uint64_t ms;
  Shard shard;
};

std::optional<Parts> parts_of_id(std::string_view id) {
  if (id.size() != id_length) return std::nullopt;
  const auto ms = get(id.substr(0, time_chars), 48);
  const auto shard = get(id.substr(time_chars, shard_chars), 15);
  const auto dice = get(id.substr(time_chars + shard_chars), 64);
  if (!ms || !shard || !dice) return std::nullopt;
  return Parts{*ms, static_cast<Shard>(*shard)};
}

/// `07`, `12`, `100`: at least two digits, no more zeros in front than that needs, not zero.
bool is_count(std::string_view digits) {
  if (digits.size() < 2 || digits.size() > 9 || digits == "00") return false;
  for (const char c : digits)
    if (c < '0' || c > '9') return false;
  return digits.size() == 2 || digits[0] != '0';
}

/// The id a number of ours begins with; empty when it is none of ours.
std::string_view id_in(std::string_view number) {
  const bool is_notice = number.starts_with(notice_prefix);
  if (is_notice) number.remove_prefix(notice_prefix.size());
  const auto id = number.substr(0, id_length);
  if (!parts_of_id(id)) return {};
  const auto rest = number.substr(id.size());
  if (rest.empty()) return is_notice ? std::string_view{} : id;
  const bool kind_fits = is_notice ? rest[0] == 'N' : rest[0] == 'A' || rest[0] == 'R';
  return kind_fits && is_count(rest.substr(1)) ? id : std::string_view{};
}

std::string with_count(std::string text, char kind, int no) {
  TAEL_ASSERT(no >= 1 && no <= 999'999'999, "what belongs to an order is counted from 1");
  text += kind;
  if (no < 10) text += '0';
  return text + std::to_string(no);
}

}  // namespace

std::string make_id(TimePoint at, Shard shard, std::uint64_t dice) {
  const auto ms = unix_ms(at);
  TAEL_ASSERT(ms >= 0 && ms < std::int64_t{1} << 48U, "an id's instant fits in 48 bits");
  TAEL_ASSERT(shard < 32'768, "an id's shard fits in 15 bits");
  std::string id;
  id.reserve(id_length);
  put(id, static_cast<std::uint64_t>(ms), time_chars);
  put(id, shard, shard_chars);
  put(id, dice, dice_chars);
  return id;
}

std::optional<Shard> shard_of(std::string_view id) {
  const auto parts = parts_of_id(id_in(id));
  return parts ? std::optional{parts->shard} : std::nullopt;
}

std::optional<TimePoint> time_of(std::string_view id) {
  const auto parts = parts_of_id(id_in(id));
  return parts ? std::optional{from_unix_ms(static_cast<std::int64_t>(parts->ms))} : std::nullopt;
}

Shard shard_for(std::string_view business, std::string_view order_no) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto mix = [&hash](char c) { hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U; };
  for (const char c : business) mix(c);
  mix('\0');  // So that `ab` + `c` is not `a` + `bc`.
  for (const char c : order_no) mix(c);
  return static_cast<Shard>(hash % shards_total);
}

std::string attempt_number(std::string_view order_id, int no) { return with_count(std::string{order_id}, 'A', no); }

std::string refund_number(std::string_view order_id, int no) { return with_count(std::string{order_id}, 'R', no); }

std::string notice_id(std::string_view order_id, int no) {
  return with_count(std::string{notice_prefix} + std::string{order_id}, 'N', no);
}

std::optional<std::string> order_of(std::string_view number) {
  const auto id = id_in(number);
  return id.empty() ? std::nullopt : std::optional{std::string{id}};
}

}  // namespace tael
