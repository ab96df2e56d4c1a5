// What is true of every order at every instant, in words and in code. The order actor asserts it before
// anything is remembered, random walks check it after every step, scenarios after every message.
#pragma once

#include "actors/domain/order_life.hpp"

#include <string>
#include <vector>

namespace tael {

/// Broken promises of one state, each as a sentence; empty when all hold.
///  - 0 <= refunded + refunding <= paid <= amount; paid is all or nothing, and equals the paying attempt's money.
///  - At most one attempt succeeded; it is the one that paid.
///  - Every surplus attempt has exactly one refund, of exactly what was received.
///  - A live attempt of an order with time left has its inquiry armed or its ladder used up.
///  - A paid or closed order has no close timer.
std::vector<std::string> violations(const Order& order);

/// Broken promises of one step.
///  - Terminal states of order, attempts and refunds never change; numbers and amounts never change.
///  - Versions have no gap: one journal row each.
///  - Every entry balances, and money that became ours or went back in this step has exactly one entry.
std::vector<std::string> violations(const Order& before, const Step& step);

}  // namespace tael
