// Live events of the cashier's pages. One thread gathers what happened to orders and to paths and tells every page that
// is open; a page that cannot keep up is let go and comes back by itself. Nothing is asked of the store for an order
// that nobody looks at.
#pragma once

#include "actors/ports/clock.hpp"
#include "adapters/http/server.hpp"
#include "runtime/cashier/cashier_settings.hpp"
#include "runtime/cashier/path_board.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace tael {

class CashierFeed {
 public:
  /// Both outlive the feed, and `load_order` calls nobody back any more when the feed ends.
  CashierFeed(LoadOrder load_order, PathBoard& board, const Clock& clock);
  ~CashierFeed();
  CashierFeed(const CashierFeed&) = delete;

  /// The page of `order_id` listens; it hears at once how things stand. Of paths it hears only those of `business`.
  void join(const std::string& order_id, std::shared_ptr<const CashierBusiness> business, StreamRef page);
  // Called from any thread, never blocking.
  void orders_changed(const std::vector<std::string>& ids);
  void breakers_moved();
  /// Ends every page's stream.
  void stop();

 private:
  void run();
  struct Listener {
    std::shared_ptr<const CashierBusiness> business;
    StreamRef page;
  };
  using TextFor = std::function<std::string(const CashierBusiness&)>;
  void tell_all(const TextFor& text_for);
  void tell_about(const std::string& order_id);

  const LoadOrder load_order_;
  PathBoard& board_;
  const Clock& clock_;
  std::mutex mutex_;  ///< Guards what follows.
  std::condition_variable wake_;
  std::map<std::string, std::vector<Listener>> pages_;
  std::set<std::string> changed_;
  bool moved_ = true;  ///< Breakers: asked for at the start.
  bool stopping_ = false;
  std::thread thread_;
};

/// `{"view", "left_ms"}`: what a page compares itself with.
std::string order_event(const Order& order, TimePoint now);
/// `{"options": {path: whether it takes payers}}`
std::string options_event(const std::map<std::string, bool>& options);

}  // namespace tael
