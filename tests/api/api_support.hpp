// A business, its signature, a clock turned by hand and a gateway that answers from what the test put there.
#pragma once

#include "actors/domain/assert.hpp"
#include "adapters/crypto/crypto.hpp"
#include "runtime/api/order_json.hpp"
#include "runtime/api/orders_api.hpp"

#include <atomic>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tael::test {

using namespace std::chrono_literals;

class HandClock final : public Clock {
 public:
  TimePoint now() const override { return now_; }
  void turn(Duration by) { now_ += by; }

 private:
  TimePoint now_ = *parse_rfc3339("2026-11-21T08:30:00.000Z");
};

class CountingDice final : public Dice {
 public:
  std::uint64_t roll() override { return ++rolls_; }

 private:
  std::atomic<std::uint64_t> rolls_ = 0;
};

class DeafMeter final : public Meter {
 public:
  void count(std::string_view, std::initializer_list<Label>, double) override {}
  void observe(std::string_view, std::initializer_list<Label>, double) override {}
  void set(std::string_view, std::initializer_list<Label>, double) override {}
};

inline BusinessSettings bakery() {
  BusinessSettings settings;
  settings.code = "bakery";
  settings.keys = {"bakery", {"token-old", "token"}, {"salt-old", "salt"}};
  settings.types_allowed = {"instant", "escrow"};
  settings.paths_allowed = {"alpha", "beta/qr"};
  settings.fee_bps = 60;
  return settings;
}

struct Signing {
  std::string business = "bakery", token = "token", salt = "salt", nonce, timestamp;
};

/// A request as a business would sign it, at the clock's time, each with a nonce of its own.
inline ServerRequest signed_request(const Clock& clock, std::string method, std::string target, std::string body = {},
                                    Signing signing = {}) {
  static std::atomic<int> nonces = 0;
  if (signing.nonce.empty()) signing.nonce = "nonce-" + std::to_string(++nonces);
  if (signing.timestamp.empty()) signing.timestamp = std::to_string(unix_ms(clock.now()) / 1'000);
  const auto base = signature_base(method, target, signing.timestamp, signing.nonce, body);
  return {std::move(method),
          std::move(target),
          {{"host", "tael"},
           {"content-type", "application/json"},
           {"tael-business", signing.business},
           {"tael-token", signing.token},
           {"tael-timestamp", signing.timestamp},
           {"tael-nonce", signing.nonce},
           {"tael-signature", hmac_sha256_hex(signing.salt, base)}},
          std::move(body),
          "127.0.0.1"};
}

inline OrderView sample_view() {
  OrderView view;
  auto& order = view.order;
  order.id = make_id(*parse_rfc3339("2026-11-21T08:00:00Z"), 3, 7);
  order.context = {"bakery", "instant", "counter", ""};
  order.order_no = "B-1";
  order.amount = 2'500;
  order.currency = cny;
  order.subject = "Two loaves";
  order.created_at = *parse_rfc3339("2026-11-21T08:00:00Z");
  order.expires_at = *parse_rfc3339("2026-11-21T08:30:00Z");
  order.version = 1;
  return view;
}

/// An order paid by its second attempt, with one refund under way.
inline OrderView paid_view() {
  auto view = sample_view();
  auto& order = view.order;
  Attempt first, second;
  first.number = attempt_number(order.id, 1);
  first.no = 1;
  first.path = "alpha/qr/any";
  first.state = AttemptState::declined;
  first.amount = 2'500;
  first.code = "NO_FUNDS";
  second = first;
  second.number = attempt_number(order.id, 2);
  second.no = 2;
  second.path = "beta/qr/cmb";
  second.state = AttemptState::succeeded;
  second.code = "";
  second.channel_transaction = "42000";
  second.voucher = {"params", R"({"appId":"a"})"};
  second.sent_at = *parse_rfc3339("2026-11-21T08:01:00Z");
  second.paid_at = *parse_rfc3339("2026-11-21T08:01:59Z");
  second.finished_at = *parse_rfc3339("2026-11-21T08:02:00.125Z");
  order.attempts = {first, second};
  order.state = OrderState::paid;
  order.paid_by = second.number;
  order.paid_amount = 2'500;
  order.paid_at = second.paid_at;
  order.heard_at = second.finished_at;
  Refund refund;
  refund.id = refund_number(order.id, 1);
  refund.refund_no = "R-1";
  refund.amount = 500;
  refund.reason = "one loaf was old";
  refund.created_at = *parse_rfc3339("2026-11-21T09:00:00Z");
  order.refunds = {refund};
  order.version = 9;
  view.number = second.number;
  return view;
}

using Asked = std::variant<CreateOrder, PayOrder, ViewOrder, FindOrder, CloseOrder, RefundOrder, HearCallback>;

class FakeGateway final : public Gateway {
 public:
  std::vector<Asked> asked;
  OrderReply reply = sample_view();  ///< To everything about orders, unless `replies` has more.
  std::vector<OrderReply> replies;   ///< Taken first, from the front.
  Acknowledgement acknowledgement{200, "text/plain", "success"};
  std::map<std::string, IdempotencyKey> keys;  ///< By `route/key`.
  std::vector<IdempotencyKey> keys_later;      ///< Known from the second look on.
  std::string store_error;

  void ask(CreateOrder ask, OnReply done) override { answer(std::move(ask), done); }
  void ask(PayOrder ask, OnReply done) override { answer(std::move(ask), done); }
  void ask(ViewOrder ask, OnReply done) override { answer(std::move(ask), done); }
  void ask(FindOrder ask, OnReply done) override { answer(std::move(ask), done); }
  void ask(CloseOrder ask, OnReply done) override { answer(std::move(ask), done); }
  void ask(RefundOrder ask, OnReply done) override { answer(std::move(ask), done); }
  void ask(HearCallback ask, std::function<void(Acknowledgement)> done) override {
    asked.emplace_back(std::move(ask));
    done(acknowledgement);
  }
  void find_key(std::string, std::string route, std::string key,
                std::function<void(Read<std::optional<IdempotencyKey>>)> done) override {
    Read<std::optional<IdempotencyKey>> read;
    read.error = store_error;
    if (const auto found = keys.find(route + "/" + key); found != keys.end()) read.value = found->second;
    for (auto& later : std::exchange(keys_later, {})) keys[later.route + "/" + later.key] = later;
    done(std::move(read));
  }

  template <class Message>
  const Message& only() const {
    TAEL_ASSERT(asked.size() == 1, "the gateway was asked once");
    return std::get<Message>(asked.front());
  }

 private:
  void answer(Asked ask, const OnReply& done) {
    asked.push_back(std::move(ask));
    if (replies.empty()) return done(reply);
    auto next = std::move(replies.front());
    replies.erase(replies.begin());
    done(std::move(next));
  }
};

inline ApiPeers peers_of(FakeGateway& gateway, const Renderer& renderer, const Clock& clock, Dice& dice, Meter& meter) {
  return {gateway,
          renderer,
          clock,
          dice,
          meter,
          [settings = std::make_shared<const BusinessSettings>(bakery())](std::string_view code)
              -> std::shared_ptr<const BusinessSettings> { return code == settings->code ? settings : nullptr; },
          [] {
            return Readiness{true, {{"store", true}}};
          },
          [] { return std::string{"tael_up 1\n"}; }};
}

}  // namespace tael::test
