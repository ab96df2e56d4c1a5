// What the API needs of the actors, without knowing one: ask, and be answered later from whatever thread. The
// composition root implements it over actors, tests over a table.
#pragma once

#include "actors/messages.hpp"

#include <functional>
#include <optional>
#include <string>

namespace tael {

class Gateway {
 public:
  virtual ~Gateway() = default;
  using OnReply = std::function<void(OrderReply)>;

  /// `done` is called exactly once; deadlines are the gateway's to keep, and end as `Refusal::unavailable`.
  virtual void ask(CreateOrder, OnReply done) = 0;
  virtual void ask(PayOrder, OnReply done) = 0;
  virtual void ask(ViewOrder, OnReply done) = 0;
  virtual void ask(FindOrder, OnReply done) = 0;
  virtual void ask(CloseOrder, OnReply done) = 0;
  virtual void ask(RefundOrder, OnReply done) = 0;
  /// A channel nobody knows is acknowledged with 404.
  virtual void ask(HearCallback, std::function<void(Acknowledgement)> done) = 0;
  virtual void find_key(std::string business, std::string route, std::string key,
                        std::function<void(Read<std::optional<IdempotencyKey>>)> done) = 0;
};

}  // namespace tael
