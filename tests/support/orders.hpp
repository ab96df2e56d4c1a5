// Builders of domain values: one line each in a test.
#pragma once

#include "actors/domain/order_life.hpp"

namespace tael::testing {

inline const TimePoint morning = *parse_rfc3339("2026-11-11T08:00:00.000Z");

inline ChartOfAccounts small_chart() {
  return {.accounts = {{"channel_receivable", AccountClass::asset, AccountHeat::normal, AccountOwner::channel},
                       {"business_payable", AccountClass::liability, AccountHeat::normal, AccountOwner::business},
                       {"fee_income", AccountClass::income, AccountHeat::internal, AccountOwner::none},
                       {"suspense", AccountClass::liability, AccountHeat::normal, AccountOwner::channel}},
          .rules = {
              {"payment",
               {{true, "channel_receivable", Share::amount},
                {false, "business_payable", Share::net},
                {false, "fee_income", Share::fee}}},
              {"refund", {{true, "business_payable", Share::amount}, {false, "channel_receivable", Share::amount}}},
              {"surplus_received", {{true, "channel_receivable", Share::amount}, {false, "suspense", Share::amount}}},
              {"surplus_refunded", {{true, "suspense", Share::amount}, {false, "channel_receivable", Share::amount}}}}};
}

inline OrderPolicies policies() {
  ChannelPolicy aurora;
  aurora.channel = "aurora";
  aurora.institution = "aurora_bank";
  ChannelPolicy borealis = aurora;
  borealis.channel = "borealis";
  borealis.institution = "borealis_bank";
  return {.channels = {{"aurora", aurora}, {"borealis", borealis}}, .chart = small_chart()};
}

inline Order draft(std::int64_t amount = 2500) {
  Order order;
  order.context = {"bakery", "instant", "presale", ""};
  order.order_no = "o-1";
  order.body_hash = "hash-1";
  order.amount = amount;
  order.currency = cny;
  order.subject = "bread";
  order.notify_url = "https://bakery.example/notices";
  order.expires_at = morning + 30min;
  order.fee_bps = 60;
  return order;
}

inline Order created(std::int64_t amount = 2500) {
  return create_order(draft(amount), make_id(morning, 5, 42), 5, morning, "test").order;
}

inline ChannelWord word(ChannelOp op, std::string number, Ending ending, std::int64_t amount = 0) {
  ChannelWord news;
  news.op = op;
  news.number = std::move(number);
  news.ending = ending;
  if (amount > 0) {
    news.amount = Money{amount, cny};
    news.channel_transaction = "T-" + news.number;
  }
  return news;
}

}  // namespace tael::testing
