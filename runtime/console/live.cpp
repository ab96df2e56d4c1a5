#include "runtime/console/live.hpp"

#include "runtime/web/page.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace tael {
namespace {

namespace bj = boost::json;

constexpr std::chrono::seconds beat{1};

}  // namespace

std::string move_event(const BreakerRow& row) {
  return event_text("move", bj::serialize(bj::object{{"path", row.path},
                                                     {"op", row.op},
                                                     {"seq", row.seq},
                                                     {"from", row.from},
                                                     {"state", row.state},
                                                     {"static_switch", row.static_switch},
                                                     {"cause", row.cause},
                                                     {"actor", row.actor},
                                                     {"reason", row.reason},
                                                     {"at", to_rfc3339(row.at)}}));
}

ConsoleLive::ConsoleLive(Figures& figures) : figures_(figures), thread_([this] { run(); }) {}

ConsoleLive::~ConsoleLive() { stop(); }

void ConsoleLive::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    pages_.clear();
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void ConsoleLive::join(StreamRef page) {
  page->send("retry: 1000\n\n");
  {
    const std::lock_guard lock{mutex_};
    if (stopping_) return;
    pages_.push_back(std::move(page));
  }
  wake_.notify_one();
}

void ConsoleLive::hear(const StoreNews& news) {
  if (news.breakers.empty()) return;
  {
    const std::lock_guard lock{mutex_};
    if (pages_.empty()) return;
    for (const auto& row : news.breakers) moves_ += move_event(row);
  }
  wake_.notify_one();
}

void ConsoleLive::run() {
  auto next = std::chrono::steady_clock::now();
  for (std::unique_lock lock{mutex_}; !stopping_;) {
    wake_.wait(lock, [this] { return stopping_ || !pages_.empty(); });  // Nobody looks: nothing is asked.
    wake_.wait_until(lock, next, [this] { return stopping_ || !moves_.empty(); });
    if (stopping_) return;
    const auto moves = std::exchange(moves_, {});
    lock.unlock();
    if (!moves.empty()) tell_all(moves);
    if (const auto now = std::chrono::steady_clock::now(); now >= next || !moves.empty()) {
      if (now >= next) next = now + beat;
      figures_.overview([this, second = figures_.newest_second()](const std::string& overview) {
        tell_all(event_text("overview", overview) + event_text("second", second));
      });
    }
    lock.lock();
  }
}

/// Also how pages that have gone are noticed and forgotten.
void ConsoleLive::tell_all(const std::string& text) {
  const std::lock_guard lock{mutex_};
  std::erase_if(pages_, [&](const StreamRef& page) { return !page->send(text); });
}

}  // namespace tael
