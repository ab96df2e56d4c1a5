// HTTP out, as everyone who calls somebody sees it. The production client is `adapters/http`.
#pragma once

#include "actors/domain/time.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tael {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpCall {
  std::string method = "POST";
  std::string url;
  HttpHeaders headers;
  std::string body;
  Duration connect_deadline{2'000};
  Duration deadline{8'000};                ///< Connect, send and answer together.
  std::size_t answer_bytes_max = 262'144;  ///< A longer answer ends as `unknown`.
  /// Our certificate with its chain, and its key, as PEM, for a server that wants to know who calls. Mostly absent.
  std::shared_ptr<const std::string> client_certificate{};
};

/// How far a call came. The difference decides whether money may have moved.
enum class Transport {
  answered,  ///< A complete HTTP answer of any status.
  not_sent,  ///< No byte of the request left us: resolve, connect or TLS failed.
  unknown,   ///< At least one byte left and no complete answer came back.
};

struct HttpAnswer {
  Transport transport = Transport::unknown;
  int status = 0;
  HttpHeaders headers;  ///< Names in lower case.
  std::string body;     ///< The raw bytes.
  std::string error;    ///< For people; empty when answered.
  Duration took{0};
  bool barred = false;  ///< Not sent, and never will be: we do not call there. `error` says why.
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// Sends once, follows no redirect, never re-sends by itself. `done` is called exactly once, from a
  /// thread of the client; it must not block and must not throw. On shutdown it is called with `unknown`.
  virtual void send(HttpCall call, std::function<void(HttpAnswer)> done) = 0;
};

}  // namespace tael
