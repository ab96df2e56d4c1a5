// Step three of the house protocol: bytes become fields. Money is an integer or it is nothing; text
// that could not be stored or printed makes the whole body unreadable.
#pragma once

#include "adapters/channels/access/steps.hpp"

namespace tael {

class HttpJsonParser final : public Parser {
 public:
  Reading parse(const HttpAnswer& answer, const ChannelRequest& asked) const override;
  Reading parse(const RawCallback& callback) const override;
};

}  // namespace tael
