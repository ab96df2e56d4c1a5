// How a simulated institution behaves when nothing is wrong, as values. Every wait is here and can be
// changed while it runs (POST /control/settings).
#pragma once

#include "actors/domain/time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tael {

using namespace std::chrono_literals;

class Dialect;
class Dice;

struct InstitutionKey {
  std::string id, secret;
};

struct InstitutionMethod {
  std::string method;
  std::string voucher = "qr";      ///< qr, redirect or params; none: decided in the answer itself.
  std::vector<std::string> banks;  ///< Offered ones; empty: any.
};

struct InstitutionDelays {
  Duration answer_after{0};       ///< Every answer.
  Duration answer_jitter{0};      ///< Up to this much more, by the dice.
  Duration pay_after{1s};         ///< The payer, after the payment was made.
  Duration callback_after{20ms};  ///< A callback, after what it tells.
  Duration callback_gap{200ms};   ///< Between two copies of a callback.
  Duration slow_answer{3s};       ///< answer_slow: late, within any sane deadline.
  Duration late_answer{15s};      ///< answer_late: after any sane deadline.
  Duration early_lead{300ms};     ///< callback_early: how far the answer comes behind the callback.
  Duration refund_after{1s};      ///< refund_pending: until the refund is decided.
  Duration late_pay_after{1s};    ///< paid_after_close: after the close.
  Duration held_for{10s};         ///< callback_reordered: the longest a payment's callback waits for a refund's.
  Duration drip_pause{50ms};      ///< answer_dripped: between two bytes.
  std::vector<Duration> callback_ladder{1s, 5s, 15s, 60s};  ///< Between tries that nobody acknowledged.
};

struct InstitutionOptions {
  std::string channel;
  std::string url = "http://127.0.0.1:0";  ///< Where it listens; vouchers point here.
  std::string merchant;
  std::vector<InstitutionKey> merchant_keys;  ///< Accepted; two during a rotation.
  std::vector<InstitutionKey> keys;           ///< Its own; the first signs.
  std::vector<InstitutionMethod> methods;     ///< Empty: any method and bank, by QR code.
  bool payers_wait = false;                   ///< Nobody pays unless by hand (`/control/pay`).
  bool magic_amounts = true;                  ///< Last two digits of an amount choose a fault.
  std::int64_t fee_bps = 60;
  InstitutionDelays delays;
  std::function<std::unique_ptr<Dialect>(Dice&)> make_dialect{};  ///< Empty: the house protocol.
};

}  // namespace tael
