#include "runtime/institutions/branch.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace tael {

namespace {

/// Answers on their way when a port closes get this long to leave.
constexpr Duration drain_patience{200};
/// Longer than any answer that is late on purpose.
constexpr Duration answer_deadline{300'000};

}  // namespace

Branch::Branch(InstitutionOptions options, Dice& dice)
    : institution_(std::move(options), dice), listen_(parse_listen_url(institution_.options().url)) {}

Branch::Branch(InstitutionOptions options, BankFronts fronts, Dice& dice)
    : institution_(std::move(options), dice),
      front_(BankFront{std::move(fronts.options),
                       [this](const InstitutionRequest& request, TimePoint now) { return handle(request, now); }}),
      machines_(std::move(fronts.machines)) {
  listen_.port = machines_.front().port;
}

InstitutionReply Branch::handle(const InstitutionRequest& request, TimePoint now) {
  const std::lock_guard lock(mutex_);
  return institution_.handle(request, now);
}

std::vector<InstitutionCallback> Branch::tick(TimePoint now) {
  const std::lock_guard lock(mutex_);
  return institution_.tick(now);
}

bool Branch::callback_answered(std::uint64_t id, const HttpAnswer& answer, TimePoint now) {
  const std::lock_guard lock(mutex_);
  const bool acknowledged = institution_.is_acknowledged(answer);
  institution_.callback_answered(id, acknowledged, now);
  return acknowledged;
}

std::optional<TimePoint> Branch::next_due(TimePoint now) {
  const std::lock_guard lock(mutex_);
  const auto due = institution_.next_due(), end = institution_.next_fault_end(now);
  return due && end ? std::min(*due, *end) : due ? due : end;
}

std::string Branch::channel() {
  const std::lock_guard lock(mutex_);
  return institution_.options().channel;
}

void Branch::open(const Doors& doors) {
  for (auto& machine : machines_) {
    fronts_.push_back(
        std::make_unique<FrameServer>(FrameServerOptions{machine.address, machine.port, 256}, doors.frames));
    machine.port = fronts_.back()->port();  // Any free one at first; the same one when it opens again.
  }
  if (front_) {
    listen_.port = machines_.front().port;
    return;
  }
  ServerOptions options;
  options.address = listen_.address;
  options.port = listen_.port;
  options.answer_deadline = answer_deadline;
  auto server = std::make_unique<Server>(options, doors.http);
  server->start();
  server_ = std::move(server);
  if (listen_.port != 0) return;
  listen_.port = server_->port();
  const std::lock_guard lock(mutex_);
  institution_.set_url("http://" + listen_.address + ":" + std::to_string(listen_.port));
}

void Branch::look_after(TimePoint now, const Doors& doors) {
  bool refuses = false;
  {
    const std::lock_guard lock(mutex_);
    refuses = institution_.refuses_connections(now);
  }
  if (refuses && server_) {
    server_->drain(drain_patience);
    server_.reset();
  }
  if (refuses) fronts_.clear();
  if (refuses || server_ || !fronts_.empty()) return;
  try {
    open(doors);
  } catch (const std::runtime_error&) {
    close();  // Somebody else has the port now; the next look tries again.
  }
}

std::vector<std::uint16_t> Branch::machine_ports() const {
  std::vector<std::uint16_t> ports;
  std::ranges::transform(machines_, std::back_inserter(ports), &ListenUrl::port);
  return ports;
}

void Branch::close() {
  server_.reset();
  fronts_.clear();
}

}  // namespace tael
