#include "runtime/cashier/feed.hpp"

#include "runtime/cashier/order_page.hpp"
#include "runtime/web/page.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace tael {
namespace {

namespace bj = boost::json;

/// So that both ends know the other is there; a breaker whose move was not told is seen then, too.
constexpr std::chrono::seconds heartbeat{10};
constexpr std::string_view beat = ": still here\n\n";
constexpr std::string_view come_back = "retry: 1000\n\n";

/// What concerns a business of what is known, or of what is new.
std::map<std::string, bool> among(const std::map<std::string, bool>& options, const CashierBusiness& business) {
  std::map<std::string, bool> own;
  for (const auto& [path, open] : options)
    if (std::ranges::find(business.options, path, &PaymentOption::path) != business.options.end()) own[path] = open;
  return own;
}

}  // namespace

std::string order_event(const Order& order, TimePoint now) {
  const auto left = std::max(Duration{0}, order.expires_at - now);
  return event_text("order", bj::serialize(bj::object{{"view", signature_of(order)}, {"left_ms", left.count()}}));
}

std::string options_event(const std::map<std::string, bool>& options) {
  bj::object all;
  for (const auto& [path, open] : options) all[path] = open;
  return event_text("options", bj::serialize(bj::object{{"options", std::move(all)}}));
}

CashierFeed::CashierFeed(LoadOrder load_order, PathBoard& board, const Clock& clock)
    : load_order_(std::move(load_order)), board_(board), clock_(clock), thread_([this] { run(); }) {}

CashierFeed::~CashierFeed() { stop(); }

void CashierFeed::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    pages_.clear();
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void CashierFeed::join(const std::string& order_id, std::shared_ptr<const CashierBusiness> business, StreamRef page) {
  {
    const std::lock_guard lock{mutex_};  // Over both: what moves in between would be told before the page listens.
    if (stopping_) return;
    page->send(std::string{come_back} + options_event(among(board_.all(), *business)));
    pages_[order_id].push_back({std::move(business), std::move(page)});
    changed_.insert(order_id);
  }
  wake_.notify_one();
}

void CashierFeed::orders_changed(const std::vector<std::string>& ids) {
  bool any = false;
  {
    const std::lock_guard lock{mutex_};
    if (pages_.empty()) return;
    for (const auto& id : ids)
      if (pages_.contains(id)) any = changed_.insert(id).second || any;
  }
  if (any) wake_.notify_one();
}

void CashierFeed::breakers_moved() {
  {
    const std::lock_guard lock{mutex_};
    moved_ = true;
  }
  wake_.notify_one();
}

void CashierFeed::run() {
  for (std::unique_lock lock{mutex_}; !stopping_;) {
    const bool woken = wake_.wait_for(lock, heartbeat, [this] { return stopping_ || moved_ || !changed_.empty(); });
    if (stopping_) return;
    const bool moved = std::exchange(moved_, false) || !woken;
    const auto changed = std::exchange(changed_, {});
    lock.unlock();
    if (moved)
      board_.refresh([this](const std::map<std::string, bool>& news) {
        tell_all([&](const CashierBusiness& business) {
          const auto own = among(news, business);
          return own.empty() ? std::string{} : options_event(own);
        });
      });
    for (const auto& id : changed) tell_about(id);
    if (!woken) tell_all([](const CashierBusiness&) { return std::string{beat}; });
    lock.lock();
  }
}

/// Also how pages that have gone are noticed and forgotten.
void CashierFeed::tell_all(const TextFor& text_for) {
  const std::lock_guard lock{mutex_};
  std::map<const CashierBusiness*, std::string> texts;  // One for the many pages of a business.
  for (auto& [id, pages] : pages_)
    std::erase_if(pages, [&](const Listener& each) {
      const auto [text, is_new] = texts.try_emplace(each.business.get());
      if (is_new) text->second = text_for(*each.business);
      return !text->second.empty() && !each.page->send(text->second);
    });
  std::erase_if(pages_, [](const auto& order) { return order.second.empty(); });
}

void CashierFeed::tell_about(const std::string& order_id) {
  load_order_(order_id, [this, order_id](const Read<std::optional<OrderRecord>>& read) {
    if (!read.ok() || !read.value) return;  // The next change or the browser's own next look tells.
    const auto text = order_event(read.value->order, clock_.now());
    const std::lock_guard lock{mutex_};
    const auto found = pages_.find(order_id);
    if (found == pages_.end()) return;
    std::erase_if(found->second, [&](const Listener& each) { return !each.page->send(text); });
  });
}

}  // namespace tael
