// From a word in a column back to the enumerator that prints as it.
#pragma once

#include "actors/domain/alert_life.hpp"
#include "actors/domain/money.hpp"
#include "actors/domain/records.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tael::postgres {

/// The database holds what this binary does not know: a newer one wrote it.
class UnknownWord : public std::runtime_error {
 public:
  explicit UnknownWord(std::string_view word) : std::runtime_error("unknown word in the store: " + std::string{word}) {}
};

template <class Enum>
inline constexpr int enumerators_total = 0;
template <>
inline constexpr int enumerators_total<OrderState> = static_cast<int>(OrderState::closed) + 1;
template <>
inline constexpr int enumerators_total<AttemptState> = static_cast<int>(AttemptState::surplus) + 1;
template <>
inline constexpr int enumerators_total<RefundState> = static_cast<int>(RefundState::parked) + 1;
template <>
inline constexpr int enumerators_total<RefundCause> = static_cast<int>(RefundCause::mismatch) + 1;
template <>
inline constexpr int enumerators_total<NumberKind> = static_cast<int>(NumberKind::transfer) + 1;
template <>
inline constexpr int enumerators_total<NoticeState> = static_cast<int>(NoticeState::parked) + 1;
template <>
inline constexpr int enumerators_total<TimerKind> = static_cast<int>(TimerKind::notice_try) + 1;
template <>
inline constexpr int enumerators_total<Severity> = static_cast<int>(Severity::critical) + 1;

template <>
inline constexpr int enumerators_total<AlertNews> = static_cast<int>(AlertNews::resolved) + 1;

template <class Enum>
Enum enumerator_of(std::string_view word) {
  static_assert(enumerators_total<Enum> > 0, "an enumeration that is read needs its total above");
  for (int i = 0; i < enumerators_total<Enum>; ++i)
    if (name_of(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
  throw UnknownWord(word);
}

inline Currency currency_of(std::string_view code) {
  if (const auto currency = Currency::parse(code)) return *currency;
  throw UnknownWord(code);
}

}  // namespace tael::postgres
