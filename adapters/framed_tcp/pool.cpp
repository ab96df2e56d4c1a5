#include "adapters/framed_tcp/pool.hpp"

#include "adapters/framed_tcp/link.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <pthread.h>
#include <signal.h>
#include <thread>
#include <utility>

namespace tael {

namespace net = boost::asio;
using boost::system::error_code;
using framed::CallId;
using framed::Link;
using SteadyTime = std::chrono::steady_clock::time_point;

class FramePool::Loop final : public framed::LinkOwner {
 public:
  Loop(PoolOptions options, FrameProtocol protocol, Dice& dice)
      : options_(std::move(options)), protocol_(std::move(protocol)), work_(loop_.get_executor()) {
    // Machine by machine in turn, so that neighbours in the round are different machines.
    for (int i = 0; i < options_.connections; ++i)
      for (const auto& machine : options_.machines)
        links_.push_back(std::make_shared<Link>(loop_, machine, options_, protocol_, *this, dice));
    net::post(loop_, [this] {
      for (const auto& link : links_) link->dial();
    });
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);  // Signals are for the process's main thread.
    thread_ = std::thread([this] { loop_.run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  ~Loop() override {
    net::post(loop_, [this] {
      closing_ = true;
      for (const auto& link : links_) link->close();
      for (const auto id : std::exchange(parked_, {})) finish(id, Transport::not_sent, {}, "the pool was closed");
      work_.reset();
      loop_.stop();
    });
    thread_.join();
    // Whoever asked too late for the loop to see it.
    for (auto& call : std::exchange(asked_, {})) call.done({Transport::not_sent, {}, "the pool was closed", {}});
  }

  void send(FrameCall call, std::function<void(FrameAnswer)> done) {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      first = asked_.empty();
      asked_.push_back({std::move(call), std::move(done), std::chrono::steady_clock::now(), nullptr, nullptr});
    }
    if (first) net::post(loop_, [this] { take_asked(); });
  }

  std::string next_machine() {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < options_.machines.size(); ++i) {
      const auto name = options_.machines[turn_++ % options_.machines.size()].name();
      if (const auto found = up_.find(name); found != up_.end() && found->second > 0) return name;
    }
    return {};
  }

 private:
  struct Call {
    FrameCall call;
    std::function<void(FrameAnswer)> done;
    SteadyTime begun;
    std::shared_ptr<Link> link;  ///< Null while it waits for a connection.
    std::unique_ptr<net::steady_timer> deadline;
  };

  void take_asked() {
    std::vector<Call> asked;
    {
      const std::lock_guard lock(mutex_);
      asked.swap(asked_);
    }
    for (auto& each : asked) {
      const auto id = ++last_id_;
      auto& call = calls_[id] = std::move(each);
      set_deadline(id, call, call.begun + call.call.deadline);
      dispatch(id, call);
    }
  }

  void set_deadline(CallId id, Call& call, SteadyTime at) {
    if (!call.deadline) call.deadline = std::make_unique<net::steady_timer>(loop_);
    call.deadline->expires_at(at);
    call.deadline->async_wait([this, id](error_code error) {
      if (!error) expire(id);
    });
  }

  void dispatch(CallId id, Call& call) {
    const auto& machine = call.call.machine;
    const auto fits = [&](const Link& link) { return machine.empty() || link.machine() == machine; };
    bool any_up = false, any_dialling = false;
    for (std::size_t i = 0; i < links_.size(); ++i) {
      const auto& link = links_[next_ % links_.size()];
      if (!fits(*link) || !link->is_up() || !link->has_room()) {
        any_up |= fits(*link) && link->is_up();
        any_dialling |= fits(*link) && link->is_dialling();
        ++next_;
        continue;
      }
      ++next_;
      if (!link->send(id, call.call.key, call.call.body))
        return finish(id, Transport::not_sent, {}, "a call with this key is under way");
      call.link = link;
      return;
    }
    // A connection that is coming up may have room in a moment; of those that are up, the next answer makes some.
    if (any_up && !any_dialling) return finish(id, Transport::not_sent, {}, "every connection is full");
    if (!any_dialling) return finish(id, Transport::not_sent, {}, "no front machine can be reached");
    parked_.push_back(id);
    const auto patience = std::min(call.call.deadline, options_.connect_deadline);
    set_deadline(id, call, call.begun + patience);
  }

  void expire(CallId id) {
    const auto found = calls_.find(id);
    if (found == calls_.end()) return;
    const auto& link = found->second.link;
    std::erase(parked_, id);
    if (!link) return finish(id, Transport::not_sent, {}, "no front machine can be reached");
    const bool unsent = link->forget(id, found->second.call.key);
    finish(id, unsent ? Transport::not_sent : Transport::unknown, {}, link->machine() + ": no answer in time");
  }

  void finish(CallId id, Transport transport, std::string body, std::string error) {
    const auto node = calls_.extract(id);
    if (node.empty()) return;
    auto& call = node.mapped();
    const auto took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - call.begun);
    call.done({transport, std::move(body), std::move(error), took});
  }

  // --- what links tell ---

  void answered(CallId id, std::string body) override {
    finish(id, Transport::answered, std::move(body), {});
    if (parked_.empty() || closing_) return;
    const auto next = parked_.front();  // One answer makes room for one call.
    parked_.erase(parked_.begin());
    review(next);
  }

  void lost(CallId id, bool sent, const std::string& why) override {
    finish(id, sent ? Transport::unknown : Transport::not_sent, {}, why);
  }

  void changed(const std::string& machine, bool up, const std::string& why) override {
    {
      const std::lock_guard lock(mutex_);
      up_[machine] += up ? 1 : -1;
    }
    if (options_.on_change) options_.on_change(machine, up, why);
    if (!closing_) review_parked();
  }

  /// After any change: what waits goes out, waits on, or learns that there is nobody to wait for.
  void review_parked() {
    for (const auto id : std::exchange(parked_, {})) review(id);
  }

  void review(CallId id) {
    auto& call = calls_.at(id);
    set_deadline(id, call, call.begun + call.call.deadline);
    dispatch(id, call);
  }

  void failed_to_dial() override {
    if (!closing_) review_parked();
  }

  std::uint32_t next_serial() override { return ++serial_; }

  const PoolOptions options_;
  const FrameProtocol protocol_;
  net::io_context loop_{1};
  net::executor_work_guard<net::io_context::executor_type> work_;
  std::vector<std::shared_ptr<Link>> links_;
  std::map<CallId, Call> calls_;
  std::vector<CallId> parked_;
  std::size_t next_ = 0;
  CallId last_id_ = 0;
  std::uint32_t serial_ = 0;
  bool closing_ = false;

  std::mutex mutex_;  ///< Guards what follows.
  std::vector<Call> asked_;
  std::map<std::string, int> up_;
  std::size_t turn_ = 0;
  std::thread thread_;
};

FramePool::FramePool(PoolOptions options, FrameProtocol protocol, Dice& dice)
    : loop_(std::make_unique<Loop>(std::move(options), std::move(protocol), dice)) {}

FramePool::~FramePool() = default;

void FramePool::send(FrameCall call, std::function<void(FrameAnswer)> done) {
  loop_->send(std::move(call), std::move(done));
}

std::string FramePool::next_machine() { return loop_->next_machine(); }

}  // namespace tael
