#include "runtime/scenario/live_wire.hpp"

#include <boost/json.hpp>

#include <utility>

namespace tael::scenario {
namespace {

template <class Enum>
Enum named(const boost::json::object& json, const char* key, Enum last) {
  const auto& name = json.at(key).as_string();
  for (int i = 0; i <= static_cast<int>(last); ++i)
    if (name_of(static_cast<Enum>(i)) == std::string_view{name}) return static_cast<Enum>(i);
  throw std::runtime_error("the node answered an unknown " + std::string{key} + " '" + std::string{name} + "'");
}

std::string text(const boost::json::object& json, const char* key) { return std::string{json.at(key).as_string()}; }

}  // namespace

void Inbox::put(std::function<void()> news) {
  {
    const std::lock_guard lock{mutex_};
    news_.push_back(std::move(news));
  }
  arrived_.notify_one();
}

void Inbox::hear(std::chrono::steady_clock::time_point latest) {
  std::deque<std::function<void()>> all;
  {
    std::unique_lock lock{mutex_};
    arrived_.wait_until(lock, latest, [this] { return !news_.empty(); });
    all.swap(news_);
  }
  for (auto& news : all) news();
}

LiveWire::LiveWire(Inbox& inbox, std::string node_url, std::string control_url)
    : inbox_(inbox), node_url_(std::move(node_url)), control_url_(std::move(control_url)) {
  while (node_url_.ends_with('/')) node_url_.pop_back();
  while (control_url_.ends_with('/')) control_url_.pop_back();
}

void LiveWire::send(HttpCall call, std::function<void(ServerResponse)> done) {
  call.deadline = 20s;
  call.answer_bytes_max = 1 << 20;
  client_.send(std::move(call), [&inbox = inbox_, done = std::move(done)](HttpAnswer answer) {
    const bool answered = answer.transport == Transport::answered;
    inbox.put([done, response = ServerResponse{answered ? answer.status : 0, {}, std::move(answer.body), {}}] {
      done(response);
    });
  });
}

void LiveWire::ask_node(ServerRequest request, std::function<void(ServerResponse)> done) {
  send({.method = std::move(request.method),
        .url = node_url_ + request.target,
        .headers = std::move(request.headers),
        .body = std::move(request.body)},
       std::move(done));
}

void LiveWire::ask_control(const std::string& path, const boost::json::object& body,
                           std::function<void(int status)> done) {
  send({.url = control_url_ + "/control/" + path,
        .headers = {{"content-type", "application/json"}},
        .body = boost::json::serialize(body)},
       [done = std::move(done)](const ServerResponse& response) { done(response.status); });
}

Endpoint::Endpoint(Inbox& inbox, std::string secret, std::function<void(const std::string& line)> heard)
    : inbox_(inbox), secret_(std::move(secret)), heard_(std::move(heard)) {
  come_back();
}

void Endpoint::come_back() {
  if (receiver_) return;
  ReceiverOptions options;
  options.port = port_;
  options.secrets = {secret_};
  receiver_ = std::make_unique<Receiver>(std::move(options), clock_, [this](std::string_view line) {
    inbox_.put([this, said = std::string{line}] { heard_(said); });
  });
  receiver_->start();
  port_ = receiver_->port();
}

Order order_from_json(const boost::json::object& json) {
  Order order;
  order.id = text(json, "id");
  order.context.business = text(json, "business");
  order.order_no = text(json, "order_no");
  order.currency = Currency::parse(text(json, "currency")).value_or(cny);
  order.amount = json.at("amount").to_number<std::int64_t>();
  order.paid_amount = json.at("paid_amount").to_number<std::int64_t>();
  order.refunded_amount = json.at("refunded_amount").to_number<std::int64_t>();
  order.version = json.at("version").to_number<std::int64_t>();
  order.state = named(json, "state", OrderState::closed);
  for (const auto& each : json.at("attempts").as_array()) {
    const auto& shown = each.as_object();
    Attempt attempt;
    attempt.number = text(shown, "id");
    attempt.no = shown.at("no").to_number<int>();
    attempt.path = text(shown, "path");
    attempt.state = named(shown, "state", AttemptState::surplus);
    if (attempt.state == AttemptState::succeeded) order.paid_by = attempt.number;
    order.attempts.push_back(std::move(attempt));
  }
  for (const auto& each : json.at("refunds").as_array()) {
    const auto& shown = each.as_object();
    Refund refund;
    refund.id = text(shown, "id");
    refund.refund_no = text(shown, "refund_no");
    refund.amount = shown.at("amount").to_number<std::int64_t>();
    refund.cause = named(shown, "cause", RefundCause::mismatch);
    refund.state = named(shown, "state", RefundState::parked);
    order.refunds.push_back(std::move(refund));
  }
  return order;
}

}  // namespace tael::scenario
