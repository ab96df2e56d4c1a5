// Step three of Alipay: bytes become fields.
#pragma once

#include "adapters/channels/access/steps.hpp"

#include <string>

namespace tael {

class AlipayParser final : public Parser {
 public:
  explicit AlipayParser(std::string app, std::string merchant = {})
      : app_(std::move(app)), merchant_(std::move(merchant)) {}
  Reading parse(const HttpAnswer& answer, const ChannelRequest& asked) const override;
  Reading parse(const RawCallback& callback) const override;

 private:
  std::string app_, merchant_;
};

}  // namespace tael
