// Plays orders through the real decisions into a real database, as the actors would: each step one commit,
// accounts applied behind them, notices tried. Time is told by the story.
#pragma once

#include "actors/domain/order_life.hpp"
#include "actors/messages.hpp"
#include "actors/ports/store.hpp"
#include "tests/support/test_database.hpp"

#include <memory>
#include <string>

namespace tael::testing {

class Story {
 public:
  explicit Story(const std::string& url);
  Story(const std::string& url, TimePoint start);
  ~Story();

  /// A new order of 25.00 CNY, committed.
  Order create(const std::string& order_no, std::int64_t amount = 2500);
  /// Opens an attempt on `path`; the number is `attempt_number(order.id, n)`.
  void pay(Order& order, const std::string& path = "aurora/qr/alder");
  /// The channel says so about `number`, by callback; with an exchange.
  void hear(Order& order, ChannelOp op, const std::string& number, Ending ending, std::int64_t amount = 0);
  void refund(Order& order, const std::string& refund_no, std::int64_t amount);
  void close(Order& order);
  /// Account actors apply everything on its way.
  void apply_postings();
  /// Every due notice is acknowledged, or refused until it is parked.
  void deliver_notices();
  void park_notices();
  void move_breaker(const BreakerRow& row);

  /// As a node that was away takes its shards again.
  void begin_anew();
  /// Five orders that together have met everything: paid, refunded, paid twice, paid late, closed, open.
  void play_everything();
  Order paid(const std::string& order_no);

  void write(Commit commit);
  /// As whoever looks after alerts does it.
  AlertReply handle_alert(const HandleAlert& hand);
  TimePoint now() const { return now_; }
  std::string notify_url = "https://bakery.example/notices";  ///< Of orders still to be made.
  void wait(Duration length) { now_ += length; }

 private:
  class StoryClock;
  void take(Order& order, const Step& step, const std::string& said = {}, ChannelOp op = ChannelOp::inquire);
  void try_notices(bool acknowledged, int tries_max);

  TimePoint now_;
  OrderPolicies policies_;
  std::string url_;
  std::unique_ptr<StoryClock> clock_;
  std::unique_ptr<Store> store_;
  std::uint64_t dice_ = 1;
};

}  // namespace tael::testing
