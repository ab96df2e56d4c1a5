// ISO 8583:1987 as data: which data elements there are and how two dialects put them on the wire. The codec has no
// field of its own; another bank's dialect is another table (README.md beside it says how they differ).
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace tael::iso8583 {

enum class Content {
  digits,  ///< n: fixed ones are right-justified and filled with zeros.
  text,    ///< an, ans: fixed ones are left-justified and filled with spaces.
  track,   ///< z: digits and one separator, `=` or `D`.
  binary,  ///< b: raw bytes.
};
enum class Length { fixed, ll, lll };

struct FieldSpec {
  int de;
  Content content;
  Length length;
  int size;  ///< Digits, characters or bytes; at most, unless fixed.
  std::string_view name;
};

/// How digits, the type and lengths are written.
enum class Coding { ascii, bcd };

struct Dialect {
  std::string_view name;
  std::span<const FieldSpec> fields;
  Coding coding;
  int header_bytes;  ///< Between the frame's length and the type.
};

// clang-format off
inline constexpr auto ascii87_fields = [] {
  using enum Content;
  using enum Length;
  return std::to_array<FieldSpec>({
    //  de  content  length size  name
    {  2, digits,  ll,    19, "card number"},
    {  3, digits,  fixed,  6, "processing code"},
    {  4, digits,  fixed, 12, "amount"},
    {  5, digits,  fixed, 12, "settlement amount"},
    {  6, digits,  fixed, 12, "cardholder billing amount"},
    {  7, digits,  fixed, 10, "transmission time"},
    {  9, digits,  fixed,  8, "settlement rate"},
    { 10, digits,  fixed,  8, "billing rate"},
    { 11, digits,  fixed,  6, "trace number"},
    { 12, digits,  fixed,  6, "local time"},
    { 13, digits,  fixed,  4, "local date"},
    { 14, digits,  fixed,  4, "expiry"},
    { 15, digits,  fixed,  4, "settlement date"},
    { 18, digits,  fixed,  4, "merchant type"},
    { 19, digits,  fixed,  3, "acquirer country"},
    { 22, digits,  fixed,  3, "entry mode"},
    { 23, digits,  fixed,  3, "card sequence"},
    { 25, digits,  fixed,  2, "condition code"},
    { 26, digits,  fixed,  2, "PIN capture code"},
    { 28, text,    fixed,  9, "fee"},
    { 32, digits,  ll,    11, "acquirer"},
    { 33, digits,  ll,    11, "forwarder"},
    { 35, track,   ll,    37, "track 2"},
    { 37, text,    fixed, 12, "retrieval reference"},
    { 38, text,    fixed,  6, "authorization"},
    { 39, text,    fixed,  2, "response code"},
    { 41, text,    fixed,  8, "terminal"},
    { 42, text,    fixed, 15, "merchant"},
    { 43, text,    fixed, 40, "merchant name"},
    { 44, text,    ll,    25, "additional response"},
    { 45, text,    ll,    76, "track 1"},
    { 48, text,    lll,  999, "additional data"},
    { 49, digits,  fixed,  3, "currency"},
    { 52, binary,  fixed,  8, "PIN block"},
    { 53, digits,  fixed, 16, "security control"},
    { 54, text,    lll,  120, "additional amounts"},
    { 55, binary,  lll,  255, "chip data"},
    { 60, text,    lll,  999, "private 60"},
    { 61, text,    lll,  999, "private 61"},
    { 62, text,    lll,  999, "private 62"},
    { 63, text,    lll,  999, "private 63"},
    { 64, binary,  fixed,  8, "MAC"},
    { 70, digits,  fixed,  3, "network code"},
    { 90, digits,  fixed, 42, "original data"},
    { 95, text,    fixed, 42, "replacement amounts"},
    {100, digits,  ll,    11, "receiver"},
    {102, text,    ll,    28, "account 1"},
    {103, text,    ll,    28, "account 2"},
    {128, binary,  fixed,  8, "MAC"},
  });
}();

/// The UnionPay POS form; its MAC is eight hex characters, which fit where others have eight bytes.
inline constexpr auto cup_bcd_fields = [] {
  using enum Content;
  using enum Length;
  return std::to_array<FieldSpec>({
    {  2, digits,  ll,    19, "card number"},
    {  3, digits,  fixed,  6, "processing code"},
    {  4, digits,  fixed, 12, "amount"},
    { 11, digits,  fixed,  6, "trace number"},
    { 12, digits,  fixed,  6, "local time"},
    { 13, digits,  fixed,  4, "local date"},
    { 14, digits,  fixed,  4, "expiry"},
    { 15, digits,  fixed,  4, "settlement date"},
    { 22, digits,  fixed,  3, "entry mode"},
    { 23, digits,  fixed,  3, "card sequence"},
    { 25, digits,  fixed,  2, "condition code"},
    { 26, digits,  fixed,  2, "PIN capture code"},
    { 32, digits,  ll,    11, "acquirer"},
    { 35, track,   ll,    37, "track 2"},
    { 36, track,   lll,  104, "track 3"},
    { 37, text,    fixed, 12, "retrieval reference"},
    { 38, text,    fixed,  6, "authorization"},
    { 39, text,    fixed,  2, "response code"},
    { 41, text,    fixed,  8, "terminal"},
    { 42, text,    fixed, 15, "merchant"},
    { 44, text,    ll,    25, "additional response"},
    { 48, digits,  lll,  322, "additional data"},
    { 49, text,    fixed,  3, "currency"},
    { 52, binary,  fixed,  8, "PIN block"},
    { 53, digits,  fixed, 16, "security control"},
    { 54, text,    lll,   20, "additional amounts"},
    { 55, binary,  lll,  255, "chip data"},
    { 58, text,    lll,  100, "wallet data"},
    { 60, digits,  lll,   17, "type, batch and network code"},
    { 61, digits,  lll,   29, "original batch, trace and date"},
    { 62, text,    lll,  512, "private 62"},
    { 63, text,    lll,  163, "private 63"},
    { 64, binary,  fixed,  8, "MAC"},
  });
}();
// clang-format on

inline constexpr Dialect ascii87{"ascii87", ascii87_fields, Coding::ascii, 0};
/// TPDU of 5 bytes and a message header of 6 before the type.
inline constexpr Dialect cup_bcd{"cup_bcd", cup_bcd_fields, Coding::bcd, 11};

constexpr const FieldSpec* find_field(const Dialect& dialect, int de) {
  const auto found = std::ranges::lower_bound(dialect.fields, de, {}, &FieldSpec::de);
  return found == dialect.fields.end() || found->de != de ? nullptr : &*found;
}

static_assert(std::ranges::adjacent_find(ascii87_fields, std::ranges::greater_equal{}, &FieldSpec::de) ==
                  ascii87_fields.end(),
              "each data element once, in ascending order");
static_assert(std::ranges::adjacent_find(cup_bcd_fields, std::ranges::greater_equal{}, &FieldSpec::de) ==
                  cup_bcd_fields.end(),
              "each data element once, in ascending order");

}  // namespace tael::iso8583
