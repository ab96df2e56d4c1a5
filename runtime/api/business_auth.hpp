// Who calls: token and signature, freshness, and no request twice. An unknown business, a wrong token and a wrong
// signature look alike from outside, in words and in work done.
#pragma once

#include "actors/ports/clock.hpp"
#include "adapters/http/server.hpp"
#include "runtime/api/business_settings.hpp"
#include "runtime/api/problem.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

namespace tael {

/// Null when there is no such business.
using FindKeys = std::function<std::shared_ptr<const BusinessKeys>(std::string_view code)>;

/// What is signed: method, path and query, timestamp, nonce and the body's SHA-256, joined by line feeds.
std::string signature_base(std::string_view method, std::string_view target, std::string_view timestamp,
                           std::string_view nonce, std::string_view body);

struct AuthPolicy {
  Duration window{300'000};            ///< How far a timestamp may be off, either way.
  std::size_t nonces_max = 1'000'000;  ///< Remembered per business; beyond it requests are refused.
};

class BusinessAuth {
 public:
  BusinessAuth(const Clock& clock, FindKeys find_keys, AuthPolicy policy = {});

  /// The business's code, or why the request is nobody's. May be called from any thread.
  std::variant<std::string, Problem> check(const ServerRequest& request);

 private:
  enum class Memory { fresh, known, full };
  /// Nonces of one business by the second from which their timestamp is too old to come back.
  struct Nonces {
    std::unordered_set<std::uint64_t> seen;
    std::map<std::int64_t, std::vector<std::uint64_t>> until;
  };
  Memory remember(const std::string& business, std::string_view nonce, std::int64_t signed_at, std::int64_t now);

  const Clock& clock_;
  const FindKeys find_keys_;
  const AuthPolicy policy_;
  std::mutex mutex_;  ///< Guards what follows.
  std::unordered_map<std::string, Nonces> nonces_;
};

}  // namespace tael
