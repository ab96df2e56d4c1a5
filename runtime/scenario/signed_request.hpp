// A request as a business signs it.
#pragma once

#include "adapters/http/server.hpp"
#include "runtime/config/config.hpp"

#include <string>

namespace tael::scenario {

ServerRequest signed_request(const config::BusinessConfig& business, const std::string& method,
                             const std::string& target, const std::string& unix_seconds, const std::string& nonce,
                             const std::string& body, const std::string& idempotency_key = {});

}  // namespace tael::scenario
