// The wires of a live play: HTTP to the node and to the control API of its institutions, and one endpoint per business
// that takes its notices. What comes back is heard in the order it came, on the thread that listens.
#pragma once

#include "actors/domain/order.hpp"
#include "adapters/http/client.hpp"
#include "adapters/http/server.hpp"
#include "runtime/config/config.hpp"
#include "runtime/receiver/receiver.hpp"
#include "runtime/wall/wall_clock.hpp"

#include <boost/json/fwd.hpp>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace tael::scenario {

/// From the threads of clients to the one thread that plays.
class Inbox {
 public:
  void put(std::function<void()> news);
  /// Hears all there is; waits for the first until `latest`.
  void hear(std::chrono::steady_clock::time_point latest);

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::function<void()>> news_;
};

class LiveWire {
 public:
  LiveWire(Inbox& inbox, std::string node_url, std::string control_url);

  /// `done` hears status 0 when nothing came back.
  void ask_node(ServerRequest request, std::function<void(ServerResponse)> done);
  /// `path` after `/control/`, for example `aurora/pay`.
  void ask_control(const std::string& path, const boost::json::object& body, std::function<void(int status)> done);

 private:
  void send(HttpCall call, std::function<void(ServerResponse)> done);
  Inbox& inbox_;
  std::string node_url_, control_url_;
  CurlClient client_;
};

/// A business's endpoint; down is a closed port, as in life.
class Endpoint {
 public:
  Endpoint(Inbox& inbox, std::string secret, std::function<void(const std::string& line)> heard);
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/notices"; }
  void go_down() { receiver_.reset(); }
  void come_back();

 private:
  Inbox& inbox_;
  std::string secret_;
  std::function<void(const std::string& line)> heard_;
  WallClock clock_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Receiver> receiver_;
};

/// An order as the API shows it: enough for every fact that is seen from outside.
Order order_from_json(const boost::json::object& json);

}  // namespace tael::scenario
