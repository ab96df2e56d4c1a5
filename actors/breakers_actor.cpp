#include "actors/breakers_actor.hpp"

#include <algorithm>
#include <utility>

namespace tael {
namespace {

constexpr Duration start_retry = 1s;
constexpr Duration view_deadline = 2s;

std::string_view channel_part(std::string_view path) { return path.substr(0, path.find('/')); }

caf::error no_breaker(const std::string& path) {
  return caf::make_error(caf::sec::invalid_argument, path + ": no such path, or its breaker is starting");
}

}  // namespace

BreakersActor::BreakersActor(caf::actor_config& config, std::vector<BreakerPath> paths, BreakersPeers peers,
                             EjectionCap::Rule cap)
    : BreakersRef::base(config),
      cap_(std::make_shared<SharedCap>(cap)),
      peers_(std::move(peers)),
      again_(peers_.breaker.timers) {
  for (auto& path : paths) {
    enlist(path);
    children_[std::string{channel_part(path.path)}].paths.push_back(std::move(path));
  }
}

/// Channels that serve one method in one currency stand in for each other. A bank shuts nobody but itself.
void BreakersActor::enlist(const BreakerPath& path) {
  const auto end = path.path.rfind('/');
  if (end == std::string::npos) return;
  const auto method = path.path.substr(0, end);
  const std::string channel{channel_part(method)};
  auto currencies = path.currencies;
  if (currencies.empty()) currencies.emplace_back();
  for (const auto& [op, word] : op_class_words)
    for (const auto& currency : currencies) {
      const auto group =
          std::string{word} + "/" + method.substr(std::min(channel.size() + 1, method.size())) + "/" + currency;
      cap_->cap.enlist(std::string{word} + ":" + channel, group, channel);
      if (method != channel) cap_->cap.enlist(std::string{word} + ":" + method, group, channel);
    }
}

auto BreakersActor::make_behavior() -> behavior_type {
  kit::mind_manners(this);
  set_down_handler([this](const caf::down_msg& down) { hear_down(down); });
  load();
  return {
      [this](const AskPermit& asked) { return ask_permit(asked); },
      [this](const ReportCall& call) { report(call); },
      [this](const SwitchPath& hand) { return turn(hand); },
      [this](const SwitchChannel& hand) { turn_all(hand); },
      [this](const ViewBreaker& wanted) { return view(wanted); },
      [this](const ViewBreakers&) { return view_all(); },
      [](const kit::Run& run) { run.what(); },
  };
}

void BreakersActor::on_exit() {
  for (auto& [path, child] : children_)
    if (child.breaker) send_exit(child.breaker, caf::exit_reason::user_shutdown);
  children_.clear();
  answer_waiting();
}

caf::result<PermitReply> BreakersActor::ask_permit(const AskPermit& asked) {
  const auto* child = find(asked.path);
  if (child == nullptr)
    return PermitReply{PermitRefused{"path_unknown", std::nullopt, Refusal::path_unknown, asked.path}};
  if (child->breaker) return delegate(child->breaker, asked);
  if (!reading_) return not_there();
  waiting_.push_back({asked, make_response_promise<PermitReply>()});
  return waiting_.back().asker;
}

PermitReply BreakersActor::not_there() const {
  return PermitRefused{"starting", peers_.breaker.clock.now() + start_retry, Refusal::path_open, {}};
}

void BreakersActor::report(const ReportCall& call) {
  if (const auto* child = find(call.permit.path); child != nullptr && child->breaker)
    caf::anon_send(child->breaker, call);
}

caf::result<BreakerView> BreakersActor::turn(const SwitchPath& hand) {
  const auto* child = find(hand.path);
  if (child == nullptr || !child->breaker) return no_breaker(hand.path);
  return delegate(child->breaker, hand);
}

void BreakersActor::turn_all(const SwitchChannel& hand) {
  auto* child = find(hand.channel);
  if (child == nullptr) return;
  if (child->breaker)
    caf::anon_send(child->breaker, SwitchPath{hand.channel, hand.order, {}});
  else
    child->waiting.push_back(hand.order);
}

caf::result<BreakerView> BreakersActor::view(const ViewBreaker& wanted) {
  const auto* child = find(wanted.path);
  if (child == nullptr || !child->breaker) return no_breaker(wanted.path);
  return delegate(child->breaker, wanted);
}

/// Gathers what every breaker says of itself; one that does not answer is left out.
caf::result<BreakersView> BreakersActor::view_all() {
  struct Gathering {
    caf::typed_response_promise<BreakersView> asker;
    BreakersView view;
    std::size_t missing = 0;
  };
  auto all = std::make_shared<Gathering>();
  for (const auto& [path, child] : children_) all->missing += child.breaker != nullptr;
  if (all->missing == 0) return BreakersView{};
  all->asker = make_response_promise<BreakersView>();
  const auto one_less = [all] {
    if (--all->missing > 0) return;
    std::ranges::stable_sort(all->view.breakers, {}, &BreakerView::path);
    all->asker.deliver(std::move(all->view));
  };
  for (const auto& [path, child] : children_) {
    if (!child.breaker) continue;
    kit::ask<BreakersView>(
        this, peers_.breaker.timers, view_deadline, child.breaker, ViewBreakers{},
        [all, one_less](const BreakersView& view) {
          all->view.breakers.insert(all->view.breakers.end(), view.breakers.begin(), view.breakers.end());
          one_less();
        },
        [one_less](const caf::error&) { one_less(); });
  }
  return all->asker;
}

void BreakersActor::load() {
  reading_ = true;
  peers_.rows.load_breakers(kit::inside<Read<std::vector<BreakerRow>>>(
      this, "breakers loaded", [this](const Read<std::vector<BreakerRow>>& read) {
        reading_ = false;
        if (read.ok()) start(read.value);
        answer_waiting();
        if (read.ok()) return;
        peers_.log.line(Level::warning, "breakers_not_loaded", {{"error", read.error}});
        again_.set(this, start_retry, "load breakers", [this] { load(); });
      }));
}

void BreakersActor::start(const std::vector<BreakerRow>& rows) {
  for (auto& [channel, child] : children_) {
    if (child.breaker) continue;
    std::vector<BreakerRow> known;
    for (const auto& row : rows)
      if (channel_part(row.path) == channel) known.push_back(row);
    child.breaker = spawn<BreakerActor>(child.paths, known, cap_, peers_.breaker);
    monitor(child.breaker);
    if (peers_.board != nullptr)
      peers_.board->started("breakers/" + channel, Lifetime::permanent, peers_.breaker.clock.now());
    for (const auto& path : child.paths)
      if (path.starts_off && std::ranges::none_of(known, [&](const BreakerRow& row) { return row.path == path.path; }))
        anon_send(child.breaker,
                  SwitchPath{path.path, {StaticSwitch::off, {}, "configuration", "static_switch is off"}, {}});
    for (auto& order : std::exchange(child.waiting, {}))
      caf::anon_send(child.breaker, SwitchPath{channel, std::move(order), {}});
  }
}

void BreakersActor::answer_waiting() {
  for (auto& [asked, asker] : std::exchange(waiting_, {})) {
    const auto* child = find(asked.path);
    if (child != nullptr && child->breaker)
      asker.delegate(child->breaker, asked);
    else
      asker.deliver(not_there());
  }
}

void BreakersActor::hear_down(const caf::down_msg& down) {
  for (auto& [path, child] : children_) {
    if (!child.breaker || child.breaker.address() != down.source) continue;
    child.breaker = nullptr;
    const auto now = peers_.breaker.clock.now();
    if (peers_.board != nullptr)
      peers_.board->fell("breakers/" + path, Health::restarting, now, now + start_retry, system().render(down.reason));
    peers_.log.line(Level::error, "breaker_died", {{"channel", path}, {"reason", system().render(down.reason)}});
    if (!again_.is_set()) again_.set(this, start_retry, "restart breaker", [this] { load(); });
  }
}

auto BreakersActor::find(std::string_view path) -> Child* {
  const auto found = children_.find(channel_part(path));
  return found == children_.end() ? nullptr : &found->second;
}

}  // namespace tael
