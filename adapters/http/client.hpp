// HTTP out, through libcurl's multi interface on one thread of its own. A request is sent at most once: libcurl's
// habit of repeating a request when a reused connection dies is taken from it, and the call ends as `unknown`.
// Follows no redirect, asks no proxy but the one it is told of, and verifies every certificate.
#pragma once

#include "actors/ports/http_client.hpp"
#include "adapters/network/destinations.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael {

struct ClientOptions {
  std::string ca_file{};                 ///< Trusted certificates (PEM); empty: the system's.
  long connections_per_host_max = 256;   ///< Further calls to the host wait, within their deadline.
  long connections_kept_max = 1'024;     ///< Idle ones kept for reuse, over all hosts.
  Duration connection_idle_max{30'000};  ///< An older idle connection is not trusted to be alive.
  std::string proxy{};                   ///< `http://host:port` that all calls go through; empty: none.
  std::vector<std::string> no_proxy{};   ///< Hosts that are called directly all the same, and what ends in them.
  /// For addresses that others choose: who may be connected to, judged when the name has been resolved. Through the
  /// proxy it is the proxy that resolves, and we judge what the address says by itself. Null: anybody.
  std::shared_ptr<const Destinations> destinations{};
};

class CurlClient final : public HttpClient {
 public:
  /// Throws std::runtime_error when the system refuses what it needs (descriptors).
  explicit CurlClient(ClientOptions options = {});
  /// Calls still under way end as `unknown`.
  ~CurlClient() override;
  void send(HttpCall call, std::function<void(HttpAnswer)> done) override;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace tael
