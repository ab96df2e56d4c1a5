#include "runtime/api/orders_api.hpp"

#include "adapters/encoding/card_numbers.hpp"
#include "runtime/api/order_json.hpp"
#include "runtime/api/order_requests.hpp"
#include "runtime/api/problem.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace tael {
namespace {

struct StatusRow {
  int status;
  EdgeRefusal refusal;
};
constexpr auto server_refusals = std::to_array<StatusRow>({
    {400, EdgeRefusal::malformed_request},
    {408, EdgeRefusal::request_timeout},
    {413, EdgeRefusal::body_too_large},
    {417, EdgeRefusal::expectation_failed},
    {431, EdgeRefusal::header_too_large},
    {500, EdgeRefusal::internal},
    {503, EdgeRefusal::no_answer},
});

Problem edge(EdgeRefusal refusal, std::string detail = {}) { return {reason_of(refusal), std::move(detail)}; }

Problem owner(const Refused& refused) {
  Problem problem{reason_of(refused.refusal), refused.detail, {}, refused.retry_at};
  if (refused.nothing_done) problem.reason.outcome = "not_sent";
  return problem;
}

Problem bad(BadBody body) {
  return {reason_of(body.malformed ? EdgeRefusal::malformed_body : EdgeRefusal::invalid_fields),
          body.errors.empty() ? "" : body.errors.front().pointer + " " + body.errors.front().detail,
          std::move(body.errors)};
}

/// True for `application/json` with or without parameters.
bool is_json(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  constexpr std::string_view json = "application/json";
  return std::ranges::equal(type, json, {},
                            [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
}

}  // namespace

/// One request on its way through. Whoever holds it may answer it.
struct OrdersApi::Call {
  ServerRequest request;
  Respond respond;
  std::string_view path, query;  ///< Of the request's target.
  const Route* route = nullptr;
  std::vector<std::string_view> params;
  std::string request_id;
  std::shared_ptr<const BusinessSettings> business;
  Listener at = Listener::businesses;
  Claim claim;
  TimePoint began;
  const Clock& clock;
  Meter& meter;

  void answer(ServerResponse response) {
    response.headers.emplace_back("Tael-Request-Id", request_id);
    const std::string name{route == nullptr ? "none" : route->name}, status = std::to_string(response.status);
    meter.count("http_requests_total", {{"type", name}, {"outcome", status}});
    const std::chrono::duration<double> took = clock.now() - began;
    meter.observe("http_request_seconds", {{"type", name}}, took.count());
    respond(std::move(response));
  }
  void answer(const Problem& problem) { answer(to_response(problem, request_id, clock.now())); }
  void answer(StoredAnswer stored, bool replayed = false) {
    ServerResponse response{stored.status, stored.status >= 400 ? "application/problem+json" : "application/json",
                            std::move(stored.body)};
    if (replayed) response.headers.emplace_back("Idempotency-Replayed", "true");
    answer(std::move(response));
  }
};

/// Runs what a gateway's thread must not see fail. What our own mistake says is for us and not for the caller.
template <class Work>
void OrdersApi::safely(const CallRef& call, Work work) {
  try {
    work();
  } catch (const std::exception&) {
    call->answer(edge(EdgeRefusal::internal));
  }
}

const std::vector<std::pair<Route, OrdersApi::Handle>>& OrdersApi::table() {
  // clang-format off
  static const std::vector<std::pair<Route, Handle>> rows{
      {{"POST", "/v1/orders",                   "create"},      &OrdersApi::create_order},
      {{"GET",  "/v1/orders",                   "find"},        &OrdersApi::find_order},
      {{"GET",  "/v1/orders/{id}",              "view"},        &OrdersApi::view_order},
      {{"POST", "/v1/orders/{id}/payments",     "pay"},         &OrdersApi::pay_order},
      {{"POST", "/v1/orders/{id}/close",        "close"},       &OrdersApi::close_order},
      {{"POST", "/v1/orders/{id}/refunds",      "refund"},      &OrdersApi::refund_order},
      {{"GET",  "/v1/refunds/{id}",             "view_refund"}, &OrdersApi::view_refund},
      {{"POST", "/channels/{channel}/callback", "callback"},    &OrdersApi::hear_callback},
      {{"GET",  "/livez",                       "livez"},       &OrdersApi::livez},
      {{"GET",  "/readyz",                      "readyz"},      &OrdersApi::readyz},
      {{"GET",  "/metrics",                     "metrics"},     &OrdersApi::metrics},
      {{"GET",  "/openapi.yaml",                "openapi"},     &OrdersApi::openapi},
  };
  // clang-format on
  return rows;
}

std::span<const Route> OrdersApi::routes() {
  static const std::vector<Route> routes = [] {
    std::vector<Route> all;
    for (const auto& row : table()) all.push_back(row.first);
    return all;
  }();
  return routes;
}

OrdersApi::OrdersApi(ApiPeers peers)
    : peers_(std::move(peers)),
      auth_(peers_.clock, [this](std::string_view code) -> std::shared_ptr<const BusinessKeys> {
        auto settings = peers_.find_business(code);
        if (settings == nullptr) return nullptr;
        return {settings, &settings->keys};
      }) {}

std::string OrdersApi::next_request_id() { return "req_" + make_id(peers_.clock.now(), 0, peers_.dice.roll()); }

void OrdersApi::handle(ServerRequest request, Respond respond, Listener at) {
  const auto call = std::make_shared<Call>(Call{.request = std::move(request),
                                                .respond = std::move(respond),
                                                .path = {},
                                                .query = {},
                                                .params = {},
                                                .request_id = next_request_id(),
                                                .business = nullptr,
                                                .claim = {},
                                                .began = peers_.clock.now(),
                                                .clock = peers_.clock,
                                                .meter = peers_.meter});
  const std::string_view target = call->request.target;
  const auto mark = target.find('?');
  call->path = target.substr(0, mark);
  if (mark != std::string_view::npos) call->query = target.substr(mark + 1);
  auto matched = match(routes(), call->request.method, call->path);
  if (matched.route == nullptr && matched.allowed.empty()) return call->answer(edge(EdgeRefusal::route_not_found));
  if (matched.route == nullptr) {
    auto problem = edge(EdgeRefusal::method_not_allowed);
    problem.headers.emplace_back("Allow", matched.allowed);
    return call->answer(problem);
  }
  if (at == Listener::businesses && matched.route->name == "metrics")
    return call->answer(edge(EdgeRefusal::route_not_found, "metrics are at `listen.admin`"));
  call->at = at;
  call->route = matched.route;
  call->params = std::move(matched.params);
  const auto& row = table()[static_cast<std::size_t>(matched.route - routes().data())];
  safely(call, [&] { (this->*row.second)(call); });
}

ServerResponse OrdersApi::refuse(int status, std::string_view why, bool was_handed_on) {
  const auto* row = std::ranges::find(server_refusals, status, &StatusRow::status);
  auto problem = edge(row == server_refusals.end() ? EdgeRefusal::internal : row->refusal, std::string{why});
  if (status == 503 && !was_handed_on) problem.reason = reason_of(Refusal::overloaded);
  const auto id = next_request_id();
  auto response = to_response(problem, id, peers_.clock.now());
  response.headers.emplace_back("Tael-Request-Id", id);
  return response;
}

// --- before the work -----------------------------------------------------------------------------

/// False when the request was refused and answered.
bool OrdersApi::authenticate(const CallRef& call) {
  auto checked = auth_.check(call->request);
  if (const auto* problem = std::get_if<Problem>(&checked)) {
    call->answer(*problem);
    return false;
  }
  call->claim.business = std::get<std::string>(checked);
  call->claim.route = call->route->name;
  call->claim.request_id = call->request_id;
  call->business = peers_.find_business(call->claim.business);
  if (call->business != nullptr) return true;
  call->answer(edge(EdgeRefusal::unauthenticated, "unknown business, wrong token or wrong signature"));
  return false;
}

bool OrdersApi::takes_json(const CallRef& call) {
  const auto* type = find_header(call->request.headers, "content-type");
  if (type == nullptr || is_json(*type)) return true;
  call->answer(edge(EdgeRefusal::media_type));
  return false;
}

/// Does `work` unless the request's Idempotency-Key has its answer already. An unfinished key goes on to the owner,
/// who alone knows whether the work is still under way. The body is read by `work`: what was acceptable once is
/// answered again, whatever has changed since.
void OrdersApi::with_key(const CallRef& call, std::function<void()> work) {
  const auto* header = find_header(call->request.headers, "idempotency-key");
  if (header == nullptr) return work();
  const auto key = read_idempotency_key(*header);
  if (!key) return call->answer(edge(EdgeRefusal::key_malformed, "1 to 255 visible ASCII characters, quoted or bare"));
  if (find_card_number(*key)) return call->answer(edge(EdgeRefusal::key_malformed, "it must not hold a card number"));
  auto& claim = call->claim;
  claim.key = *key;
  claim.body_hash = fingerprint(call->request.method, call->path, call->request.body);
  peers_.gateway.find_key(claim.business, claim.route, claim.key,
                          [this, call, work = std::move(work)](const Read<std::optional<IdempotencyKey>>& read) {
                            const bool unfinished = read.ok() && read.value && read.value->status == 0 &&
                                                    read.value->body_hash == call->claim.body_hash;
                            call->claim.unfinished = unfinished;
                            if (unfinished || (read.ok() && !read.value)) return safely(call, work);
                            replay_or_refuse(call, read);
                          });
}

void OrdersApi::replay_or_refuse(const CallRef& call, const Read<std::optional<IdempotencyKey>>& read) {
  if (!read.ok()) return call->answer(owner({Refusal::unavailable, "the store cannot be read", {}, true}));
  const auto& known = read.value;
  if (!known || known->body_hash != call->claim.body_hash) return call->answer(owner({Refusal::key_taken, {}, {}}));
  if (known->status == 0) return call->answer(owner({Refusal::key_in_use, {}, {}}));
  call->answer(StoredAnswer{known->status, known->answer}, true);
}

/// Answers with what the owner replies. A key that was taken between our look and the owner's may have been taken by
/// a twin of this very request, and then has its answer.
Gateway::OnReply OrdersApi::replying(const CallRef& call) {
  return [this, call](OrderReply reply) {
    safely(call, [&] {
      if (const auto* view = std::get_if<OrderView>(&reply))
        return call->answer(peers_.renderer.answer(call->claim.route, *view), view->replayed);
      if (auto* stored = std::get_if<StoredAnswer>(&reply)) return call->answer(std::move(*stored), true);
      auto& refused = std::get<Refused>(reply);
      const auto& claim = call->claim;
      // A question changes nothing, whatever became of it.
      if (refused.refusal == Refusal::unavailable && call->request.method != "POST") refused.nothing_done = true;
      if (refused.refusal != Refusal::key_taken || claim.key.empty()) return call->answer(owner(refused));
      peers_.gateway.find_key(claim.business, claim.route, claim.key,
                              [this, call](const auto& read) { replay_or_refuse(call, read); });
    });
  };
}

// --- businesses ----------------------------------------------------------------------------------

void OrdersApi::create_order(const CallRef& call) {
  if (!authenticate(call) || !takes_json(call)) return;
  with_key(call, [this, call] {
    auto read = read_create(call->request.body, *call->business, peers_.clock.now());
    if (auto* body = std::get_if<BadBody>(&read)) return call->answer(bad(std::move(*body)));
    auto reply = replying(call);
    peers_.gateway.ask(CreateOrder{call->claim, std::move(std::get<Order>(read))},
                       [call, reply = std::move(reply)](OrderReply answer) {
                         const auto* refused = std::get_if<Refused>(&answer);
                         if (refused == nullptr || refused->refusal != Refusal::expired)
                           return reply(std::move(answer));
                         safely(call, [&] { call->answer(bad({false, {{"#/expires_at", expiry_rule}}})); });
                       });
  });
}

void OrdersApi::view_order(const CallRef& call) {
  if (!authenticate(call)) return;
  peers_.gateway.ask(ViewOrder{call->claim.business, std::string{call->params[0]}}, replying(call));
}

void OrdersApi::find_order(const CallRef& call) {
  if (!authenticate(call)) return;
  const auto order_no = query_value(call->query, "order_no");
  if (!order_no || !is_order_no(*order_no))
    return call->answer(edge(EdgeRefusal::invalid_query, "order_no is required, once: 1 to 64 of A-Z a-z 0-9 _ . -"));
  peers_.gateway.ask(FindOrder{call->claim.business, *order_no}, replying(call));
}

void OrdersApi::pay_order(const CallRef& call) {
  if (!authenticate(call) || !takes_json(call)) return;
  with_key(call, [this, call] {
    auto read = read_payment(call->request.body);
    if (auto* body = std::get_if<BadBody>(&read)) return call->answer(bad(std::move(*body)));
    const auto& path = std::get<PaymentAsked>(read).path;
    if (!may_use(*call->business, path)) return call->answer(owner({Refusal::path_unknown, {}, {}}));
    peers_.gateway.ask(PayOrder{call->claim, std::string{call->params[0]}, path}, replying(call));
  });
}

void OrdersApi::close_order(const CallRef& call) {
  if (!authenticate(call) || !takes_json(call)) return;
  with_key(call, [this, call] {
    auto read = read_close(call->request.body);
    if (auto* body = std::get_if<BadBody>(&read)) return call->answer(bad(std::move(*body)));
    peers_.gateway.ask(CloseOrder{call->claim, std::string{call->params[0]}}, replying(call));
  });
}

void OrdersApi::refund_order(const CallRef& call) {
  if (!authenticate(call) || !takes_json(call)) return;
  with_key(call, [this, call] {
    auto read = read_refund(call->request.body);
    if (auto* body = std::get_if<BadBody>(&read)) return call->answer(bad(std::move(*body)));
    ask_refund(call, std::get<RefundAsked>(read));
  });
}

/// The owner counts in the order's currency, so one that was named is compared before the owner hears of it.
void OrdersApi::ask_refund(const CallRef& call, const RefundAsked& asked) {
  RefundOrder ask{call->claim,  std::string{call->params[0]},        asked.refund_no,
                  asked.amount, asked.currency.value_or(Currency{}), asked.reason};
  if (!asked.currency) return peers_.gateway.ask(std::move(ask), replying(call));
  peers_.gateway.ask(ViewOrder{call->claim.business, ask.order_id}, [this, call, ask](OrderReply reply) {
    const auto* view = std::get_if<OrderView>(&reply);
    if (view == nullptr) return replying(call)(std::move(reply));
    if (view->order.currency == ask.currency) return peers_.gateway.ask(ask, replying(call));
    call->answer(bad({false, {{"#/currency", "differs from the order's, " + view->order.currency.text()}}}));
  });
}

void OrdersApi::view_refund(const CallRef& call) {
  if (!authenticate(call)) return;
  const std::string id{call->params[0]};
  const auto order_id = order_of(id);
  if (!order_id) return call->answer(edge(EdgeRefusal::refund_not_found));
  peers_.gateway.ask(ViewOrder{call->claim.business, *order_id}, [this, call, id](OrderReply reply) {
    const auto* view = std::get_if<OrderView>(&reply);
    const auto* refund = view == nullptr ? nullptr : find_refund(view->order, id);
    if (refund != nullptr) return call->answer(StoredAnswer{200, refund_json(view->order, *refund)});
    const auto* refused = std::get_if<Refused>(&reply);
    if (view != nullptr || (refused != nullptr && refused->refusal == Refusal::order_not_found))
      return call->answer(edge(EdgeRefusal::refund_not_found));
    replying(call)(std::move(reply));
  });
}

// --- institutions, operators, tools --------------------------------------------------------------

void OrdersApi::hear_callback(const CallRef& call) {
  auto& request = call->request;
  RawCallback raw{request.target, request.headers, request.body, peers_.clock.now()};
  peers_.gateway.ask(HearCallback{std::string{call->params[0]}, std::move(raw)}, [call](Acknowledgement said) {
    call->answer(ServerResponse{said.status, std::move(said.content_type), std::move(said.body)});
  });
}

void OrdersApi::livez(const CallRef& call) { call->answer(StoredAnswer{200, R"({"alive":true})"}); }

void OrdersApi::readyz(const CallRef& call) {
  const auto readiness = peers_.readiness();
  boost::json::object parts;
  for (const auto& [name, ready] : readiness.parts) parts[name] = ready;
  boost::json::object body{{"ready", readiness.ready}, {"parts", std::move(parts)}};
  if (!readiness.why.empty()) body["why"] = readiness.why;
  call->answer(ServerResponse{readiness.ready ? 200 : 503, "application/json", boost::json::serialize(body)});
}

void OrdersApi::metrics(const CallRef& call) {
  call->answer(ServerResponse{200, "text/plain; version=0.0.4; charset=utf-8", peers_.metrics()});
}

void OrdersApi::openapi(const CallRef& call) {
  call->answer(ServerResponse{200, "application/yaml",
                              std::string{call->at == Listener::operators ? openapi_yaml() : openapi_of_businesses()}});
}

}  // namespace tael
