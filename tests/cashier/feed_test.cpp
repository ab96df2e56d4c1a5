// Live events: every open page hears of its own order and of all paths, soon and once.
#include "runtime/cashier/feed.hpp"

#include "runtime/cashier/order_page.hpp"
#include "tests/support/orders.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <thread>
#include <utility>

namespace tael {
namespace {

using namespace std::chrono_literals;

class FixedClock final : public Clock {
 public:
  TimePoint now() const override { return testing::morning; }
};

/// What a page would have heard.
class Page final : public Stream {
 public:
  std::function<void()> before_first;  ///< Done as it is told its first word.

  bool send(std::string bytes) override {
    if (before_first) std::exchange(before_first, nullptr)();
    const std::lock_guard lock{mutex_};
    if (gone_) return false;
    heard_ += bytes;
    changed_.notify_all();
    return true;
  }
  void close() override {}
  void cut() override {}
  void leave() {
    const std::lock_guard lock{mutex_};
    gone_ = true;
  }
  /// `after`: how much it had heard before; what stands there does not count.
  bool hears(const std::string& piece, std::size_t after = 0, std::chrono::milliseconds patience = 60s) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, patience, [&] { return heard_.find(piece, after) != std::string::npos; });
  }
  std::string heard() {
    const std::lock_guard lock{mutex_};
    return heard_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string heard_;
  bool gone_ = false;
};

/// Orders as a test puts them.
class Orders {
 public:
  void put(const Order& order) {
    const std::lock_guard lock{mutex_};
    orders_[order.id] = order;
  }
  int reads() {
    const std::lock_guard lock{mutex_};
    return reads_;
  }
  void load_order(const std::string& id, const std::function<void(Read<std::optional<OrderRecord>>)>& done) {
    Read<std::optional<OrderRecord>> read;
    {
      const std::lock_guard lock{mutex_};
      ++reads_;
      if (orders_.contains(id)) read.value = OrderRecord{orders_[id], {}};
    }
    done(std::move(read));
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Order> orders_;
  int reads_ = 0;
};

struct Feed : ::testing::Test {
  Orders store;
  std::mutex mutex;
  BreakerState state = BreakerState::closed;
  PathBoard board{[this](auto done) {
    BreakersView view;
    view.breakers.emplace_back();
    view.breakers[0].path = "a/qr/x";
    {
      const std::lock_guard lock{mutex};
      view.breakers[0].state = state;
    }
    done(view);
  }};
  FixedClock clock;
  CashierFeed feed{[this](const std::string& id, const auto& done) { store.load_order(id, done); }, board, clock};
  Order order = testing::created();
  std::shared_ptr<const CashierBusiness> bakery = [] {
    auto made = std::make_shared<CashierBusiness>();
    made->options = {{"a/qr/x", {}, {}, {cny}}};
    return made;
  }();

  void join(const std::string& order_id, StreamRef page) { feed.join(order_id, bakery, std::move(page)); }
  void set(BreakerState to) {
    {
      const std::lock_guard lock{mutex};
      state = to;
    }
    feed.breakers_moved();
  }
};

TEST_F(Feed, TellsAPageAtOnceHowThingsStand) {
  store.put(order);
  const auto page = std::make_shared<Page>();
  join(order.id, page);
  EXPECT_TRUE(page->hears("event: options"));
  EXPECT_TRUE(page->hears(R"("view":"created","left_ms":1800000)"));
}

TEST_F(Feed, TellsOfTheOrderOnlyThoseWhoLookAtIt) {
  store.put(order);
  auto other = order;
  other.id = make_id(testing::morning, 5, 43);
  store.put(other);
  const auto page = std::make_shared<Page>(), others = std::make_shared<Page>();
  join(order.id, page);
  join(other.id, others);
  EXPECT_TRUE(page->hears("created") && others->hears("created"));
  order.state = OrderState::paid;
  store.put(order);
  feed.orders_changed({order.id, "somebody else's"});
  EXPECT_TRUE(page->hears(R"("view":"paid")"));
  set(BreakerState::open);
  EXPECT_TRUE(others->hears(R"("a/qr/x":false)"));
  EXPECT_EQ(others->heard().find("paid"), std::string::npos);
}

TEST_F(Feed, TellsEveryPageWhenAPathRestsAndWhenItIsBack) {
  const auto page = std::make_shared<Page>();
  join(order.id, page);
  set(BreakerState::open);
  EXPECT_TRUE(page->hears(R"({"a/qr/x":false})"));
  const auto before = page->heard().size();
  set(BreakerState::half_open);
  EXPECT_TRUE(page->hears(R"({"a/qr/x":true}})", before));  // That it was so when the page opened does not count.
}

TEST_F(Feed, TellsAPageNothingOfPathsThatItsBusinessDoesNotOffer) {
  const auto page = std::make_shared<Page>(), strangers = std::make_shared<Page>();
  join(order.id, page);
  feed.join("another", std::make_shared<CashierBusiness>(), strangers);
  set(BreakerState::open);
  EXPECT_TRUE(page->hears(R"({"a/qr/x":false})"));
  EXPECT_EQ(strangers->heard().find("a/qr/x"), std::string::npos);
}

/// What moves while a page joins is in the first it is told, or is told after; it fell between the two once.
TEST_F(Feed, APageThatJoinsWhileAPathMovesIsNotLeftWithTheStateBefore) {
  const auto other = std::make_shared<Page>(), joins = std::make_shared<Page>();
  join("another", other);
  EXPECT_TRUE(other->hears(R"("a/qr/x":true)"));
  std::jthread mover;
  // Between what stands and the page's place among those that listen, the path shuts and everybody is told who can be.
  joins->before_first = [&] {
    mover = std::jthread{[&] { set(BreakerState::open); }};
    other->hears(R"("a/qr/x":false)", 0, 200ms);  // Not while it joins, as it must be.
  };
  join(order.id, joins);
  EXPECT_TRUE(joins->hears(R"("a/qr/x":false)"));
}

TEST_F(Feed, AsksNothingForOrdersThatNobodyLooksAt) {
  store.put(order);
  feed.orders_changed({order.id});
  const auto page = std::make_shared<Page>();
  join("another", page);
  set(BreakerState::open);
  EXPECT_TRUE(page->hears("false"));
  EXPECT_LE(store.reads(), 1);  // For the page that joined.
}

TEST_F(Feed, ForgetsAPageThatHasLeft) {
  store.put(order);
  const auto left = std::make_shared<Page>(), stays = std::make_shared<Page>();
  join(order.id, left);
  join(order.id, stays);
  EXPECT_TRUE(left->hears("created") && stays->hears("created"));
  left->leave();
  set(BreakerState::open);
  EXPECT_TRUE(stays->hears(R"({"a/qr/x":false}})"));
  set(BreakerState::closed);
  EXPECT_TRUE(stays->hears(R"({"a/qr/x":true}})"));
  EXPECT_EQ(left.use_count(), 1);  // Ours alone.
}

}  // namespace
}  // namespace tael
