// The words of circuit breakers, and how they print: in the journal, in SQL, in YAML, in a story.
// One table per enum is both ways of reading it.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace tael {

/// What a call is for. Each class has its own tree of breakers: a bank that cannot refund may still take money.
enum class OpClass { pay, refund, query, close, notify };

/// By hand. `on`: statistics decide. `off`: no call leaves at all. `forced_open`: as if tripped; inquiries still leave.
/// `forced_closed`: always allowed, still measured.
enum class StaticSwitch { on, off, forced_open, forced_closed };
enum class BreakerState { closed, open, half_open };

/// Why a breaker moved.
enum class BreakerCause {
  // The window's verdict.
  consecutive,
  failure_ratio,
  timeout_ratio,
  exception_ratio,
  slow_ratio,
  // Of a tree: too many below are open; too many beside are open already.
  children,
  eject_denied,
  // The way back.
  timer,
  probes_ok,
  probes_failed,
  permit_timeouts,
  // A hand on the switch; another policy.
  override_on,
  override_off,
  override_forced_open,
  override_forced_closed,
  override_expired,
  supervisor,
  config,
};

/// How one call went, as far as a breaker cares.
enum class CallKind {
  ok,       ///< Any authentic answer: approved, declined, pending.
  failure,  ///< The channel says it is broken.
  timeout,
  exception,  ///< Connect, TLS, unreadable or unauthentic answer.
  throttled,  ///< The channel asks for less. Never trips.
  ignored,    ///< Says nothing about the channel: our own refusal, our own shutdown.
};

/// Which levels of the tree an outcome speaks about.
enum class FaultScope {
  path,     ///< The bank, its method and its channel: what an outcome says unless it says otherwise.
  bank,     ///< "This bank is under maintenance": the bank alone.
  method,   ///< The bank and its method.
  channel,  ///< All three, said by the channel of itself.
  local,    ///< Our own end of the line (connect, DNS, TLS): the channel alone, whichever path was meant.
};

enum class LeaseRefusal { switched_off, forced_open, open, probing, degraded };

template <class Word>
struct Spelling {
  Word word;
  std::string_view text;
};

// clang-format off
inline constexpr auto op_class_words = std::to_array<Spelling<OpClass>>({
    {OpClass::pay, "pay"}, {OpClass::refund, "refund"}, {OpClass::query, "query"}, {OpClass::close, "close"},
    {OpClass::notify, "notify"}});
inline constexpr auto static_switch_words = std::to_array<Spelling<StaticSwitch>>({
    {StaticSwitch::on, "on"}, {StaticSwitch::off, "off"}, {StaticSwitch::forced_open, "forced_open"},
    {StaticSwitch::forced_closed, "forced_closed"}});
inline constexpr auto breaker_state_words = std::to_array<Spelling<BreakerState>>({
    {BreakerState::closed, "closed"}, {BreakerState::open, "open"}, {BreakerState::half_open, "half_open"}});
inline constexpr auto breaker_cause_words = std::to_array<Spelling<BreakerCause>>({
    {BreakerCause::consecutive, "consecutive"},           {BreakerCause::failure_ratio, "failure_ratio"},
    {BreakerCause::timeout_ratio, "timeout_ratio"},       {BreakerCause::exception_ratio, "exception_ratio"},
    {BreakerCause::slow_ratio, "slow_ratio"},             {BreakerCause::children, "children"},
    {BreakerCause::eject_denied, "eject_denied"},         {BreakerCause::timer, "timer"},
    {BreakerCause::probes_ok, "probes_ok"},               {BreakerCause::probes_failed, "probes_failed"},
    {BreakerCause::permit_timeouts, "permit_timeouts"},   {BreakerCause::override_on, "override_on"},
    {BreakerCause::override_off, "override_off"},         {BreakerCause::override_forced_open, "override_forced_open"},
    {BreakerCause::override_forced_closed, "override_forced_closed"},
    {BreakerCause::override_expired, "override_expired"}, {BreakerCause::supervisor, "supervisor"},
    {BreakerCause::config, "config"}});
inline constexpr auto lease_refusal_words = std::to_array<Spelling<LeaseRefusal>>({
    {LeaseRefusal::switched_off, "switched_off"}, {LeaseRefusal::forced_open, "forced_open"},
    {LeaseRefusal::open, "open"}, {LeaseRefusal::probing, "probing"}, {LeaseRefusal::degraded, "degraded"}});
// clang-format on

constexpr std::string_view spell(const auto& words, auto word) {
  for (const auto& row : words)
    if (row.word == word) return row.text;
  return "unknown";
}
template <class Word>
constexpr std::optional<Word> read_word(const auto& words, std::string_view text) {
  for (const auto& row : words)
    if (row.text == text) return row.word;
  return std::nullopt;
}

constexpr std::string_view name_of(OpClass op) { return spell(op_class_words, op); }
constexpr std::string_view name_of(StaticSwitch s) { return spell(static_switch_words, s); }
constexpr std::string_view name_of(BreakerState s) { return spell(breaker_state_words, s); }
constexpr std::string_view name_of(BreakerCause c) { return spell(breaker_cause_words, c); }
constexpr std::string_view name_of(LeaseRefusal r) { return spell(lease_refusal_words, r); }

constexpr std::optional<OpClass> parse_op_class(std::string_view text) {
  return read_word<OpClass>(op_class_words, text);
}
constexpr std::optional<StaticSwitch> parse_static_switch(std::string_view text) {
  return read_word<StaticSwitch>(static_switch_words, text);
}
constexpr std::optional<BreakerState> parse_breaker_state(std::string_view text) {
  return read_word<BreakerState>(breaker_state_words, text);
}

constexpr bool is_bad(CallKind kind) {
  return kind == CallKind::failure || kind == CallKind::timeout || kind == CallKind::exception;
}

/// Whether a call may be in doubt of leaving at all under this switch.
constexpr bool is_shut(StaticSwitch s) { return s == StaticSwitch::off || s == StaticSwitch::forced_open; }

namespace proof {

constexpr bool spelled_once(const auto& words) {
  for (std::size_t i = 0; i < words.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (words[i].text == words[j].text || words[i].word == words[j].word) return false;
  return true;
}
static_assert(spelled_once(op_class_words) && spelled_once(static_switch_words) && spelled_once(breaker_state_words) &&
                  spelled_once(breaker_cause_words) && spelled_once(lease_refusal_words),
              "every word has one spelling, and every spelling one word");
static_assert(breaker_cause_words.size() == static_cast<std::size_t>(BreakerCause::config) + 1, "none is missing");

}  // namespace proof
}  // namespace tael
