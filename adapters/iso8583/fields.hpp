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
/// All of the 1987 edition's data elements but the bitmap itself. What its notation calls x+n is a text here.
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
    {  8, digits,  fixed,  8, "cardholder billing fee"},
    {  9, digits,  fixed,  8, "settlement rate"},
    { 10, digits,  fixed,  8, "billing rate"},
    { 11, digits,  fixed,  6, "trace number"},
    { 12, digits,  fixed,  6, "local time"},
    { 13, digits,  fixed,  4, "local date"},
    { 14, digits,  fixed,  4, "expiry"},
    { 15, digits,  fixed,  4, "settlement date"},
    { 16, digits,  fixed,  4, "conversion date"},
    { 17, digits,  fixed,  4, "capture date"},
    { 18, digits,  fixed,  4, "merchant type"},
    { 19, digits,  fixed,  3, "acquirer country"},
    { 20, digits,  fixed,  3, "card country"},
    { 21, digits,  fixed,  3, "forwarder country"},
    { 22, digits,  fixed,  3, "entry mode"},
    { 23, digits,  fixed,  3, "card sequence"},
    { 24, digits,  fixed,  3, "network identifier"},
    { 25, digits,  fixed,  2, "condition code"},
    { 26, digits,  fixed,  2, "PIN capture code"},
    { 27, digits,  fixed,  1, "authorization length"},
    { 28, text,    fixed,  9, "fee"},
    { 29, text,    fixed,  9, "settlement fee"},
    { 30, text,    fixed,  9, "processing fee"},
    { 31, text,    fixed,  9, "settlement processing fee"},
    { 32, digits,  ll,    11, "acquirer"},
    { 33, digits,  ll,    11, "forwarder"},
    { 34, text,    ll,    28, "extended card number"},
    { 35, track,   ll,    37, "track 2"},
    { 36, track,   lll,  104, "track 3"},
    { 37, text,    fixed, 12, "retrieval reference"},
    { 38, text,    fixed,  6, "authorization"},
    { 39, text,    fixed,  2, "response code"},
    { 40, text,    fixed,  3, "service restriction"},
    { 41, text,    fixed,  8, "terminal"},
    { 42, text,    fixed, 15, "merchant"},
    { 43, text,    fixed, 40, "merchant name"},
    { 44, text,    ll,    25, "additional response"},
    { 45, text,    ll,    76, "track 1"},
    { 46, text,    lll,  999, "additional data, ISO"},
    { 47, text,    lll,  999, "additional data, national"},
    { 48, text,    lll,  999, "additional data"},
    { 49, digits,  fixed,  3, "currency"},
    { 50, text,    fixed,  3, "settlement currency"},
    { 51, text,    fixed,  3, "billing currency"},
    { 52, binary,  fixed,  8, "PIN block"},
    { 53, digits,  fixed, 16, "security control"},
    { 54, text,    lll,  120, "additional amounts"},
    { 55, binary,  lll,  255, "chip data"},
    { 56, text,    lll,  999, "reserved 56"},
    { 57, text,    lll,  999, "reserved 57"},
    { 58, text,    lll,  999, "reserved 58"},
    { 59, text,    lll,  999, "reserved 59"},
    { 60, text,    lll,  999, "private 60"},
    { 61, text,    lll,  999, "private 61"},
    { 62, text,    lll,  999, "private 62"},
    { 63, text,    lll,  999, "private 63"},
    { 64, binary,  fixed,  8, "MAC"},
    { 65, binary,  fixed,  1, "extended bitmap"},
    { 66, digits,  fixed,  1, "settlement code"},
    { 67, digits,  fixed,  2, "extended payment code"},
    { 68, digits,  fixed,  3, "receiver country"},
    { 69, digits,  fixed,  3, "settlement country"},
    { 70, digits,  fixed,  3, "network code"},
    { 71, digits,  fixed,  4, "message number"},
    { 72, digits,  fixed,  4, "last message number"},
    { 73, digits,  fixed,  6, "action date"},
    { 74, digits,  fixed, 10, "credits"},
    { 75, digits,  fixed, 10, "credits reversed"},
    { 76, digits,  fixed, 10, "debits"},
    { 77, digits,  fixed, 10, "debits reversed"},
    { 78, digits,  fixed, 10, "transfers"},
    { 79, digits,  fixed, 10, "transfers reversed"},
    { 80, digits,  fixed, 10, "inquiries"},
    { 81, digits,  fixed, 10, "authorizations"},
    { 82, digits,  fixed, 12, "credits' processing fees"},
    { 83, digits,  fixed, 12, "credits' fees"},
    { 84, digits,  fixed, 12, "debits' processing fees"},
    { 85, digits,  fixed, 12, "debits' fees"},
    { 86, digits,  fixed, 16, "credits' amount"},
    { 87, digits,  fixed, 16, "credits' amount reversed"},
    { 88, digits,  fixed, 16, "debits' amount"},
    { 89, digits,  fixed, 16, "debits' amount reversed"},
    { 90, digits,  fixed, 42, "original data"},
    { 91, text,    fixed,  1, "file update code"},
    { 92, text,    fixed,  2, "file security code"},
    { 93, text,    fixed,  5, "response indicator"},
    { 94, text,    fixed,  7, "service indicator"},
    { 95, text,    fixed, 42, "replacement amounts"},
    { 96, binary,  fixed,  8, "message security code"},
    { 97, text,    fixed, 17, "net settlement"},
    { 98, text,    fixed, 25, "payee"},
    { 99, digits,  ll,    11, "settlement institution"},
    {100, digits,  ll,    11, "receiver"},
    {101, text,    ll,    17, "file name"},
    {102, text,    ll,    28, "account 1"},
    {103, text,    ll,    28, "account 2"},
    {104, text,    lll,  100, "description"},
    {105, text,    lll,  999, "reserved 105"},
    {106, text,    lll,  999, "reserved 106"},
    {107, text,    lll,  999, "reserved 107"},
    {108, text,    lll,  999, "reserved 108"},
    {109, text,    lll,  999, "reserved 109"},
    {110, text,    lll,  999, "reserved 110"},
    {111, text,    lll,  999, "reserved 111"},
    {112, text,    lll,  999, "national 112"},
    {113, text,    lll,  999, "national 113"},
    {114, text,    lll,  999, "national 114"},
    {115, text,    lll,  999, "national 115"},
    {116, text,    lll,  999, "national 116"},
    {117, text,    lll,  999, "national 117"},
    {118, text,    lll,  999, "national 118"},
    {119, text,    lll,  999, "national 119"},
    {120, text,    lll,  999, "private 120"},
    {121, text,    lll,  999, "private 121"},
    {122, text,    lll,  999, "private 122"},
    {123, text,    lll,  999, "private 123"},
    {124, text,    lll,  999, "private 124"},
    {125, text,    lll,  999, "private 125"},
    {126, text,    lll,  999, "private 126"},
    {127, text,    lll,  999, "private 127"},
    {128, binary,  fixed,  8, "MAC"},
  });
}();

/// The UnionPay POS form: what differs from the edition. Its MAC is eight hex characters, which fit where others have
/// eight bytes.
inline constexpr auto cup_bcd_own_fields = [] {
  using enum Content;
  using enum Length;
  return std::to_array<FieldSpec>({
    { 48, digits,  lll,  322, "additional data"},
    { 49, text,    fixed,  3, "currency"},
    { 54, text,    lll,   20, "additional amounts"},
    { 58, text,    lll,  100, "wallet data"},
    { 60, digits,  lll,   17, "type, batch and network code"},
    { 61, digits,  lll,   29, "original batch, trace and date"},
    { 62, text,    lll,  512, "private 62"},
    { 63, text,    lll,  163, "private 63"},
  });
}();
// clang-format on

inline constexpr auto cup_bcd_fields = [] {
  auto fields = ascii87_fields;
  for (const auto& own : cup_bcd_own_fields) *std::ranges::find(fields, own.de, &FieldSpec::de) = own;
  return fields;
}();

inline constexpr Dialect ascii87{"ascii87", ascii87_fields, Coding::ascii, 0};
/// TPDU of 5 bytes and a message header of 6 before the type.
inline constexpr Dialect cup_bcd{"cup_bcd", cup_bcd_fields, Coding::bcd, 11};

constexpr const FieldSpec* find_field(const Dialect& dialect, int de) {
  const auto found = std::ranges::lower_bound(dialect.fields, de, {}, &FieldSpec::de);
  return found == dialect.fields.end() || found->de != de ? nullptr : &*found;
}

static_assert(ascii87_fields.size() == 127 && ascii87_fields.front().de == 2 && ascii87_fields.back().de == 128 &&
                  std::ranges::adjacent_find(ascii87_fields, std::ranges::greater_equal{}, &FieldSpec::de) ==
                      ascii87_fields.end(),
              "every data element once, in ascending order");

}  // namespace tael::iso8583
