#include "runtime/institutions/simulator.hpp"

#include "runtime/institutions/branch.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

namespace tael {

namespace {

/// The pacing thread wakes at most this often: at 2000 payments a second each waking serves a dozen.
constexpr Duration pace_min{4};
/// And at least this often, should the wall clock be turned.
constexpr Duration pace_max{500};

/// Between the half of an answer and the break of its connection: the half shall arrive.
constexpr Duration reset_pause{20};

constexpr std::string_view control_path = "/control/";

FrameReply::Manner manner_of(Manner manner) {
  switch (manner) {
    case Manner::answer:
    case Manner::drip: return FrameReply::Manner::answer;
    case Manner::hang: return FrameReply::Manner::silence;
    case Manner::reset: return FrameReply::Manner::half;
    case Manner::cut:
    case Manner::refuse: return FrameReply::Manner::cut;
  }
  return FrameReply::Manner::cut;
}

}  // namespace

struct Simulator::Life : std::enable_shared_from_this<Simulator::Life> {
  Life(SimulatorOptions given, SimulatorPeers given_peers) : options(std::move(given)), peers(given_peers) {
    for (auto& each : options.institutions) branches.push_back(std::make_unique<Branch>(std::move(each), peers.dice));
    for (auto& bank : options.banks)
      branches.push_back(std::make_unique<Branch>(std::move(bank.ledger), std::move(bank.fronts), peers.dice));
  }

  // --- on servers' threads ---

  ServerResponse to_response(InstitutionReply reply) {
    const bool is_partial = reply.manner == Manner::reset || reply.manner == Manner::drip;
    if (reply.manner != Manner::answer && (!is_partial || reply.body.empty()))
      return {.status = 0, .content_type = "", .body = ""};
    ServerResponse response{reply.status, std::move(reply.content_type), std::move(reply.body),
                            std::move(reply.headers)};
    if (!is_partial) return response;
    response.stream = [life = weak_from_this(), manner = reply.manner, pause = reply.drip_pause,
                       body = std::exchange(response.body, {})](const StreamRef& stream) {
      const auto alive = life.lock();
      if (!alive) return;
      if (manner == Manner::drip) return alive->drip(stream, body, pause);
      stream->send(body.substr(0, body.size() / 2));
      alive->at(alive->peers.clock.now() + reset_pause, [stream] { stream->cut(); });
    };
    return response;
  }

  /// A byte now, the others later.
  void drip(const StreamRef& stream, std::string left, Duration pause) {
    if (left.empty()) return stream->close();
    if (!stream->send(left.substr(0, 1))) return;
    at(peers.clock.now() + pause, [life = weak_from_this(), stream, pause, rest = left.substr(1)] {
      if (const auto alive = life.lock()) alive->drip(stream, rest, pause);
    });
  }

  void serve(Branch& branch, ServerRequest request, Respond respond) {
    const auto now = peers.clock.now();
    const bool is_control = request.target.starts_with(control_path);
    auto reply = branch.handle(
        {std::move(request.method), std::move(request.target), std::move(request.headers), std::move(request.body)},
        now);
    if (reply.manner == Manner::hang) reply.after = options.hang_for;
    if (const auto wait = reply.after; wait > Duration::zero()) {
      at(now + wait, [life = weak_from_this(), respond = std::move(respond), reply = std::move(reply)]() mutable {
        if (const auto alive = life.lock()) respond(alive->to_response(std::move(reply)));
      });
    } else {
      respond(to_response(std::move(reply)));
    }
    if (is_control) return wake();
    if (const auto due = branch.next_due(now)) wake_by(*due);
  }

  /// `/control/{channel}/faults` goes to that channel's institution as `/control/faults`.
  void serve_control(ServerRequest request, Respond respond) {
    for (const auto& branch : branches) {
      const auto prefix = std::string{control_path} + branch->channel() + "/";
      if (!request.target.starts_with(prefix)) continue;
      request.target = std::string{control_path} + request.target.substr(prefix.size());
      return serve(*branch, std::move(request), std::move(respond));
    }
    std::string channels;
    for (const auto& branch : branches) channels += (channels.empty() ? "\"" : ",\"") + branch->channel() + "\"";
    respond(
        {request.target == "/control/channels" ? 200 : 404, "application/json", R"({"channels":[)" + channels + "]}"});
  }

  /// A front machine hears a frame: the same bank, another door.
  void serve_frame(Branch& branch, const std::string& frame, std::function<void(FrameReply)> respond) {
    const auto now = peers.clock.now();
    auto reply = branch.hear(frame, now);
    FrameReply given;
    given.manner = manner_of(reply.manner);
    given.piece = reply.manner == Manner::drip ? 1 : 0;
    given.pause = reply.drip_pause;
    given.body = std::move(reply.body);
    if (reply.after > Duration::zero())
      at(now + reply.after, [respond = std::move(respond), given = std::move(given)] { respond(given); });
    else
      respond(std::move(given));
    if (const auto due = branch.next_due(now)) wake_by(*due);
  }

  Branch::Doors doors_of(Branch& branch) {
    return {handler_of(branch), [life = weak_from_this(), &branch](const std::string& frame, const auto& respond) {
              if (const auto alive = life.lock()) alive->serve_frame(branch, frame, respond);
            }};
  }

  Handler handler_of(Branch& branch) {
    return [life = weak_from_this(), &branch](ServerRequest request, Respond respond) {
      if (const auto alive = life.lock()) alive->serve(branch, std::move(request), std::move(respond));
    };
  }

  // --- the pacing thread ---

  void at(TimePoint when, std::function<void()> then) {
    {
      const std::lock_guard lock(mutex);
      later.emplace(when, std::move(then));
    }
    wake_by(when);
  }

  void wake_by(TimePoint when) {
    if (unix_ms(when) < wakes_at.load()) wake();
  }

  void wake() {
    {
      const std::lock_guard lock(mutex);
      woken = true;
    }
    changed.notify_one();
  }

  void pace() {
    for (std::unique_lock lock(mutex); !stopping;) {
      woken = false;
      wakes_at = std::numeric_limits<std::int64_t>::max();  // Whatever comes up from here on wakes us again.
      const auto now = peers.clock.now();
      std::vector<std::function<void()>> due;
      while (!later.empty() && later.begin()->first <= now) due.push_back(later.extract(later.begin()).mapped());
      lock.unlock();
      for (const auto& then : due) then();
      for (const auto& branch : branches) look_after(*branch, now);
      lock.lock();
      const auto next = next_waking(now);
      wakes_at = unix_ms(next);
      changed.wait_for(lock, next - now, [this] { return woken || stopping; });
    }
  }

  void look_after(Branch& branch, TimePoint now) {
    branch.look_after(now, doors_of(branch));
    auto due = branch.tick(now);
    {
      const std::lock_guard lock(mutex);
      for (auto& callback : due) leaving.push_back({&branch, std::move(callback)});
    }
    send_callbacks();
  }

  // --- on the pacing thread and the client's ---

  /// Sends what waits while fewer than `callbacks_in_flight_max` are out: a client that queues thousands is slow.
  void send_callbacks() {
    for (;;) {
      std::unique_lock lock(mutex);
      if (leaving.empty() || in_flight >= options.callbacks_in_flight_max) return;
      auto next = std::move(leaving.front());
      leaving.pop_front();
      ++in_flight;
      lock.unlock();
      next.second.call.deadline = options.callback_deadline;
      peers.client.send(std::move(next.second.call),
                        [life = shared_from_this(), &branch = *next.first, id = next.second.id](
                            const HttpAnswer& answer) { life->callback_answered(branch, id, answer); });
    }
  }

  void callback_answered(Branch& branch, std::uint64_t id, const HttpAnswer& answer) {
    const auto now = peers.clock.now();
    const bool acknowledged = branch.callback_answered(id, answer, now);
    bool more = false;
    {
      const std::lock_guard lock(mutex);
      --in_flight;
      more = !leaving.empty() && !stopping;
    }
    if (more) return send_callbacks();
    if (const auto due = branch.next_due(now); due && !acknowledged) wake_by(*due);
  }

  // --- the pacing thread ---

  TimePoint next_waking(TimePoint now) {
    auto next = now + pace_max;
    if (!later.empty()) next = std::min(next, later.begin()->first);
    for (const auto& branch : branches)
      if (const auto due = branch->next_due(now)) next = std::min(next, *due);
    return std::max(next, now + pace_min);
  }

  SimulatorOptions options;
  SimulatorPeers peers;
  std::vector<std::unique_ptr<Branch>> branches;
  std::unique_ptr<Server> control;
  std::mutex mutex;  ///< Guards what follows; a branch's own lock may be taken under it.
  std::condition_variable changed;
  std::multimap<TimePoint, std::function<void()>> later;
  std::deque<std::pair<Branch*, InstitutionCallback>> leaving;
  int in_flight = 0;
  bool woken = false, stopping = false;
  std::atomic<std::int64_t> wakes_at{0};
  std::thread pacer;
};

Simulator::Simulator(SimulatorOptions options, SimulatorPeers peers)
    : life_(std::make_shared<Life>(std::move(options), peers)) {}

Simulator::~Simulator() { stop(); }

void Simulator::start() {
  auto& life = *life_;
  for (const auto& branch : life.branches) branch->open(life.doors_of(*branch));
  ServerOptions options;
  options.port = life.options.control_port;
  life.control =
      std::make_unique<Server>(options, [weak = life_->weak_from_this()](ServerRequest request, Respond respond) {
        if (const auto alive = weak.lock()) alive->serve_control(std::move(request), std::move(respond));
      });
  life.control->start();
  life.pacer = std::thread([&life] { life.pace(); });
}

void Simulator::stop() {
  auto& life = *life_;
  {
    const std::lock_guard lock(life.mutex);
    life.stopping = true;
  }
  life.changed.notify_one();
  if (life.pacer.joinable()) life.pacer.join();
  for (const auto& branch : life.branches) branch->close();
  life.control.reset();
  life.later.clear();
}

std::optional<std::uint16_t> Simulator::port(std::string_view channel) const {
  for (const auto& branch : life_->branches)
    if (branch->channel() == channel) return branch->port();
  return std::nullopt;
}

std::vector<std::uint16_t> Simulator::machine_ports(std::string_view channel) const {
  for (const auto& branch : life_->branches)
    if (branch->channel() == channel) return branch->machine_ports();
  return {};
}

std::uint16_t Simulator::control_port() const { return life_->control ? life_->control->port() : std::uint16_t{0}; }

std::string_view usual_voucher(std::string_view method) {
  struct Row {
    std::string_view method, voucher;
  };
  static constexpr auto rows = std::to_array<Row>({
      {"qr", "qr"},
      {"native", "qr"},
      {"page", "redirect"},
      {"wallet", "qr"},
      {"card", "redirect"},
      {"bank", "redirect"},
      {"web", "redirect"},
      {"h5", "redirect"},
      {"app", "params"},
      {"jsapi", "params"},
      {"balance", "none"},
      {"code", "none"},
      {"saved", "none"},
  });
  const auto* row = std::ranges::find(rows, method, &Row::method);
  return row == rows.end() ? std::string_view{"qr"} : row->voucher;
}

}  // namespace tael
