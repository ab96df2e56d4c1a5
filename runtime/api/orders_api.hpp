// The HTTP API of businesses and institutions: from a request to a question the gateway answers, and from its reply
// to a response. Holds no order and decides nothing about money.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/dice.hpp"
#include "actors/ports/meter.hpp"
#include "actors/ports/renderer.hpp"
#include "adapters/http/server.hpp"
#include "runtime/api/business_auth.hpp"
#include "runtime/api/business_settings.hpp"
#include "runtime/api/gateway.hpp"
#include "runtime/api/router.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace tael {

struct RefundAsked;

/// Whether this node should be given work, and which part says no.
struct Readiness {
  bool ready = true;
  std::vector<std::pair<std::string, bool>> parts;
  std::string why{};  ///< A sentence for people; empty when it is ready.
};

/// Everything outlives the API.
struct ApiPeers {
  Gateway& gateway;
  const Renderer& renderer;
  const Clock& clock;
  Dice& dice;
  Meter& meter;
  FindBusiness find_business;
  std::function<Readiness()> readiness;
  std::function<std::string()> metrics;  ///< Prometheus text.
};

class OrdersApi {
 public:
  explicit OrdersApi(ApiPeers peers);

  /// Where a request came in. Metrics name businesses and are shown to operators alone.
  enum class Listener { businesses, operators };

  /// The server's `Handler`.
  void handle(ServerRequest request, Respond respond, Listener at = Listener::businesses);
  /// The server's `RenderRefusal`, so that what never reaches a route reads like what does.
  ServerResponse refuse(int status, std::string_view why, bool was_handed_on = false);

  static std::span<const Route> routes();

 private:
  struct Call;
  using CallRef = std::shared_ptr<Call>;
  using Handle = void (OrdersApi::*)(const CallRef&);
  static const std::vector<std::pair<Route, Handle>>& table();

  void create_order(const CallRef& call);
  void view_order(const CallRef& call);
  void find_order(const CallRef& call);
  void pay_order(const CallRef& call);
  void close_order(const CallRef& call);
  void refund_order(const CallRef& call);
  void view_refund(const CallRef& call);
  void hear_callback(const CallRef& call);
  void livez(const CallRef& call);
  void readyz(const CallRef& call);
  void metrics(const CallRef& call);
  void openapi(const CallRef& call);

  template <class Work>
  static void safely(const CallRef& call, Work work);
  bool authenticate(const CallRef& call);
  bool takes_json(const CallRef& call);
  void with_key(const CallRef& call, std::function<void()> work);
  void replay_or_refuse(const CallRef& call, const Read<std::optional<IdempotencyKey>>& read);
  void ask_refund(const CallRef& call, const RefundAsked& asked);
  Gateway::OnReply replying(const CallRef& call);
  std::string next_request_id();

  ApiPeers peers_;
  BusinessAuth auth_;
};

/// The OpenAPI 3.1 description of exactly these routes, the cashier's and the operators'.
std::string_view openapi_yaml();
/// The same without what is only asked at the operators' listener.
std::string_view openapi_of_businesses();

}  // namespace tael
