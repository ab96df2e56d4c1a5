#include "runtime/admin/admin_api.hpp"

#include "actors/domain/ids.hpp"
#include "adapters/crypto/crypto.hpp"
#include "runtime/admin/admin_requests.hpp"
#include "runtime/api/problem.hpp"
#include "runtime/inspect/alert_file.hpp"
#include "runtime/inspect/order_file.hpp"

#include <algorithm>
#include <charconv>

namespace tael {
namespace {

constexpr std::string_view prefix = "/admin/";
constexpr std::int64_t rows_usual = 100, rows_max = 1000;

const Reason no_token_set{403, "ADMIN_CLOSED", "The node has no admin token", false, "rejected", 0};
const Reason no_such_path{404, "PATH_UNKNOWN", "There is no such path", false, "rejected", 0};
const Reason wrong_token{401, "UNAUTHENTICATED", "Not an admin token of this node", false, "rejected", 0};
const Reason role_lacks{403, "ROLE_LACKING", "The token's role may not do this", false, "rejected", 0};
const Reason not_written_down{503, "UNAVAILABLE", "The deed could not be written down", true, "not_sent", 1};

constexpr const char* breaker_events_sql =
    "select e.seq, e.from_state as \"from\", e.state, e.static_switch, e.cause, e.actor, "
    "coalesce(nullif(e.reason, ''), j.body::json ->> 'reason', '') as reason, e.op, e.generation, "
    "json_build_object('total', e.total, 'failures', e.failures, 'timeouts', e.timeouts, 'exceptions', e.exceptions, "
    "'slow', e.slow) as window, e.probes_admitted, e.probes_allowed, "
    "to_char(e.until at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as until, "
    "to_char(e.at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') as at "
    "from tael.breaker_events e left join tael.journal j "
    "on j.shard = e.shard and j.entity = 'breaker:' || case e.op when 'pay' then '' else e.op || ':' end || e.path and "
    "j.version = e.seq "
    "where e.shard = $1::smallint and e.path = $2::text and e.op = $4::text order by e.seq desc limit $3::bigint";

Problem owner(const Refused& refused) { return {reason_of(refused.refusal), refused.detail, {}, refused.retry_at}; }

/// To an operator a path is a thing that is there or not; to a business it is one it may use or not.
Problem owner_of_path(const Refused& refused) {
  return refused.refusal == Refusal::path_unknown ? Problem{no_such_path, refused.detail} : owner(refused);
}

bool has_path(const BreakersView& view, const std::string& path) {
  return std::ranges::any_of(view.breakers, [&](const auto& breaker) { return breaker.path == path; });
}

/// By the names of the members, as people type them: `errors` has their pointers.
std::string wrong_words(const std::vector<FieldError>& errors) {
  std::string all;
  for (const auto& [pointer, detail] : errors)
    all += (all.empty() ? "" : "; ") + (pointer.size() > 2 ? "'" + pointer.substr(2) + "' " : std::string{}) + detail;
  return all;
}

Problem bad(const BadAdminBody& body) {
  return {reason_of(body.malformed ? EdgeRefusal::malformed_body : EdgeRefusal::invalid_fields),
          wrong_words(body.errors), body.errors};
}

}  // namespace

struct AdminApi::Call {
  ServerRequest request;
  Respond respond;
  std::string_view query;  ///< Of the request's target.
  std::vector<std::string_view> params;
  std::string request_id;
  const Clock& clock;
  Operator caller{};

  /// The name of the token, and for whom its holder says to ask: the first is proved, the second told.
  std::string by(const std::string& actor) const { return caller.name + (actor.empty() ? "" : " for " + actor); }
  void answer(ServerResponse response) const {
    response.headers.emplace_back("Tael-Request-Id", request_id);
    respond(std::move(response));
  }
  void answer(const Problem& problem) const { answer(to_response(problem, request_id, clock.now())); }
  void answer(std::string body) const { answer(ServerResponse{200, "application/json", std::move(body)}); }
};

struct AdminApi::Row {
  Route route;
  Handle handle;
  OperatorRole needs = OperatorRole::read;
};

const std::vector<AdminApi::Row>& AdminApi::table() {
  // clang-format off
  constexpr auto operate = OperatorRole::operate;
  static const std::vector<Row> rows{
      {{"GET",  "/admin/channels",                                "admin_channels"}, &AdminApi::list_channels},
      {{"POST", "/admin/channels/switch",                         "admin_switch"},   &AdminApi::switch_channel, operate},
      {{"GET",  "/admin/channels/{channel}/{method}/{bank}/events", "admin_bank_events"}, &AdminApi::list_breaker_events},
      {{"GET",  "/admin/channels/{channel}/{method}/events",      "admin_method_events"},   &AdminApi::list_breaker_events},
      {{"GET",  "/admin/channels/{channel}/events",               "admin_channel_events"},   &AdminApi::list_breaker_events},
      {{"GET",  "/admin/orders/{id}",                             "admin_order"},    &AdminApi::show_order},
      {{"POST", "/admin/orders/{id}/sync",                        "admin_sync"},     &AdminApi::sync_order, operate},
      {{"POST", "/admin/orders/{id}/close",                       "admin_close"},    &AdminApi::close_order, operate},
      {{"POST", "/admin/orders/{id}/resume",                      "admin_resume"},   &AdminApi::resume_order, operate},
      {{"GET",  "/admin/links",                                   "admin_links"},    &AdminApi::show_links},
      {{"POST", "/admin/links",                                   "admin_turn_links"},    &AdminApi::turn_links, operate},
      {{"GET",  "/admin/supervision",                             "admin_supervision"}, &AdminApi::show_supervision},
      {{"GET",  "/admin/alerts",                                  "admin_alerts"},   &AdminApi::list_alerts},
      {{"GET",  "/admin/alerts/{id}",                             "admin_alert"},    &AdminApi::show_alert},
      {{"POST", "/admin/alerts/{id}/acknowledge",                 "admin_acknowledge_alert"},    &AdminApi::acknowledge_alert, operate},
      {{"POST", "/admin/alerts/{id}/resolve",                     "admin_resolve_alert"},    &AdminApi::resolve_alert, operate},
      {{"GET",  "/admin/overview",                                "admin_overview"}, &AdminApi::show_overview},
  };
  // clang-format on
  return rows;
}

std::span<const Route> AdminApi::routes() {
  static const std::vector<Route> routes = [] {
    std::vector<Route> all;
    for (const auto& row : table()) all.push_back(row.route);
    return all;
  }();
  return routes;
}

std::vector<Reason> AdminApi::reasons() {
  return {no_token_set, no_such_path, wrong_token, role_lacks, not_written_down};
}

void AdminApi::handle(ServerRequest request, Respond respond) {
  if (!request.target.starts_with(prefix)) return peers_.otherwise(std::move(request), std::move(respond));
  const auto call =
      std::make_shared<Call>(Call{.request = std::move(request),
                                  .respond = std::move(respond),
                                  .query = {},
                                  .params = {},
                                  .request_id = "req_" + make_id(peers_.clock.now(), 0, peers_.dice.roll()),
                                  .clock = peers_.clock});
  if (!is_let_in(call)) return;
  const std::string_view target = call->request.target;
  const auto mark = target.find('?');
  if (mark != std::string_view::npos) call->query = target.substr(mark + 1);
  auto matched = match(routes(), call->request.method, target.substr(0, mark));
  if (matched.route == nullptr) {
    const bool known = !matched.allowed.empty();
    Problem problem{reason_of(known ? EdgeRefusal::method_not_allowed : EdgeRefusal::route_not_found), ""};
    if (known) problem.headers.emplace_back("Allow", matched.allowed);
    return call->answer(problem);
  }
  const auto& row = table()[static_cast<std::size_t>(matched.route - routes().data())];
  if (!may(call->caller.role, row.needs))
    return call->answer(Problem{role_lacks, call->caller.name + " has the role " +
                                                std::string{name_of(call->caller.role)} + "; this wants " +
                                                std::string{name_of(row.needs)}});
  call->params = std::move(matched.params);
  (this->*row.handle)(call);
}

bool AdminApi::is_let_in(const CallRef& call) const {
  if (peers_.tokens.empty()) {
    call->answer(Problem{
        no_token_set, "set `admin_token` or `admin_tokens` in node.yaml (secret references) and start the node again"});
    return false;
  }
  const auto* shown = find_header(call->request.headers, "tael-admin-token");
  const AdminToken* found = nullptr;
  for (const auto& token : peers_.tokens)  // All of them, however early one fits: the time tells nothing.
    if (shown != nullptr && same_secret(*shown, token.value)) found = &token;
  if (found == nullptr) {
    call->answer(Problem{wrong_token,
                         "the header Tael-Admin-Token must hold what `admin_token`, or one of `admin_tokens`, "
                         "in node.yaml leads to"});
    return false;
  }
  call->caller = {"token/" + found->name, found->role};
  return true;
}

/// `act` answers the call itself and tells the journal what came of it.
void AdminApi::perform(const CallRef& call, const Deed& deed, std::function<void(Deeds::Told)> act) {
  deeds_.perform(
      deed, std::move(act), [](const std::string&) {},
      [call] {
        call->answer(Problem{not_written_down, "so it was not tried; the store does not take it now"});
      });
}

void AdminApi::list_channels(const CallRef& call) {
  peers_.gateway.view_breakers([call](const std::variant<BreakersView, Refused>& reply) {
    if (const auto* refused = std::get_if<Refused>(&reply)) return call->answer(owner(*refused));
    call->answer(to_json(std::get<BreakersView>(reply)));
  });
}

void AdminApi::switch_channel(const CallRef& call) {
  auto read = read_switch(call->request.body, peers_.clock.now());
  if (const auto* body = std::get_if<BadAdminBody>(&read)) return call->answer(bad(*body));
  auto hand = std::move(std::get<SwitchPath>(read));
  hand.order.actor = call->by(hand.order.actor);
  const Deed deed{hand.order.actor, "switch " + std::string{name_of(hand.order.to)}, hand.path, hand.order.reason,
                  true};
  perform(call, deed, [this, call, hand](const Deeds::Told& told) {
    peers_.gateway.switch_path(hand, [call, told](const std::variant<BreakerView, Refused>& reply) {
      told(outcome_of(reply));
      if (const auto* refused = std::get_if<Refused>(&reply)) return call->answer(owner_of_path(*refused));
      call->answer(to_json(std::get<BreakerView>(reply)));
    });
  });
}

/// Answers with what `body` makes of a snapshot; an empty text says there is no such order.
void AdminApi::read(const CallRef& call, std::function<std::string(postgres::Snapshot&)> body) {
  peers_.reads.ask(
      [call, body = std::move(body)](postgres::Snapshot& snapshot) {
        auto text = body(snapshot);
        if (text.empty()) return call->answer(owner({Refusal::order_not_found, {}, {}}));
        call->answer(std::move(text));
      },
      [call](const std::string& why) {
        call->answer(owner({Refusal::unavailable, "the store: " + why, {}}));
      });
}

void AdminApi::list_breaker_events(const CallRef& call) {
  std::string path;
  for (const auto part : call->params) path += (path.empty() ? "" : "/") + std::string{part};
  const auto op = query_value(call->query, "op").value_or("pay");
  if (!parse_op_class(op))
    return call->answer(Problem{reason_of(EdgeRefusal::invalid_query), "op is pay, refund, query, close or notify"});
  peers_.gateway.view_breakers([this, call, path, op = std::string{op}](const auto& reply) {
    if (const auto* refused = std::get_if<Refused>(&reply)) return call->answer(owner(*refused));
    answer_with_events(call, path, op, has_path(std::get<BreakersView>(reply), path));
  });
}

/// A path that is not configured any more still has its past; one without either is not there.
void AdminApi::answer_with_events(const CallRef& call, const std::string& path, const std::string& op, bool is_there) {
  peers_.reads.ask(
      [call, path, op, is_there](postgres::Snapshot& snapshot) {
        const auto shard = static_cast<std::int16_t>(shard_for("breaker", path));
        const auto rows = snapshot.rows(
            breaker_events_sql,
            postgres::Parameters{}.add(shard).add(std::string_view{path}).add(rows_usual).add(std::string_view{op}));
        if (rows == "[]" && !is_there)
          return call->answer(owner_of_path({Refusal::path_unknown, "there is no path '" + path + "'", {}}));
        call->answer("{\"events\":" + rows + "}");
      },
      [call](const std::string& why) {
        call->answer(owner({Refusal::unavailable, "the store: " + why, {}}));
      });
}

void AdminApi::show_order(const CallRef& call) {
  read(call, [id = std::string{call->params[0]}](postgres::Snapshot& snapshot) {
    const auto found = find_order(snapshot, {.id = id, .business = {}, .order_no = {}});
    return found ? order_file(snapshot, *found) : std::string{};
  });
}

AdminGateway::OnOrder AdminApi::replying(const CallRef& call, Deeds::Told told) {
  return [this, call, told = std::move(told)](const OrderReply& reply) {
    told(outcome_of(reply));
    if (const auto* refused = std::get_if<Refused>(&reply)) return call->answer(owner(*refused));
    const auto answer = std::holds_alternative<OrderView>(reply)
                            ? peers_.renderer.answer("view", std::get<OrderView>(reply))
                            : std::get<StoredAnswer>(reply);
    call->answer(ServerResponse{answer.status, "application/json", answer.body});
  };
}

void AdminApi::sync_order(const CallRef& call) {
  // An attempt, a refund or a notice stands for its order.
  const std::string id{call->params[0]};
  perform(call, {call->by({}), "sync", id, {}}, [this, call, id](const Deeds::Told& told) {
    peers_.gateway.sync(order_of(id).value_or(id), replying(call, told));
  });
}

void AdminApi::close_order(const CallRef& call) { do_to_order(call, "close", &AdminGateway::close); }
void AdminApi::resume_order(const CallRef& call) { do_to_order(call, "resume", &AdminGateway::resume); }

void AdminApi::do_to_order(const CallRef& call, const std::string& action, AdminGateway::OrderDeed order_deed) {
  const auto read = read_operator(call->request.body);
  if (const auto* body = std::get_if<BadAdminBody>(&read)) return call->answer(bad(*body));
  const auto& asked = std::get<OperatorAsked>(read);
  const std::string id{call->params[0]};
  const Deed deed{call->by(asked.actor), action, id, asked.reason};
  perform(call, deed, [this, call, id, deed, order_deed](const Deeds::Told& told) {
    (peers_.gateway.*order_deed)(order_of(id).value_or(id), deed.by + ": " + deed.reason, replying(call, told));
  });
}

void AdminApi::show_supervision(const CallRef& call) {
  call->answer(to_json(peers_.supervision ? peers_.supervision() : std::vector<Supervised>{}));
}

void AdminApi::show_links(const CallRef& call) {
  peers_.gateway.view_links([call](const std::variant<LinksView, Refused>& reply) {
    if (const auto* refused = std::get_if<Refused>(&reply)) return call->answer(owner(*refused));
    call->answer(to_json(std::get<LinksView>(reply)));
  });
}

void AdminApi::turn_links(const CallRef& call) {
  auto read = read_link_turn(call->request.body);
  if (const auto* body = std::get_if<BadAdminBody>(&read)) return call->answer(bad(*body));
  auto hand = std::get<TurnLinkMonitor>(std::move(read));
  hand.actor = call->by(hand.actor);
  const Deed deed{hand.actor, "turn " + std::string{name_of(hand.to)}, "the link monitor", hand.reason, true};
  perform(call, deed, [this, call, hand](const Deeds::Told& told) {
    peers_.gateway.turn_links(hand, [call, told](const std::variant<LinksView, Refused>& reply) {
      told(outcome_of(reply));
      if (const auto* refused = std::get_if<Refused>(&reply)) return call->answer(owner(*refused));
      call->answer(to_json(std::get<LinksView>(reply)));
    });
  });
}

void AdminApi::list_alerts(const CallRef& call) {
  std::int64_t limit = rows_usual;
  if (const auto given = query_value(call->query, "limit")) {
    const auto [end, failed] = std::from_chars(given->data(), given->data() + given->size(), limit);
    if (failed != std::errc{} || end != given->data() + given->size() || limit < 1 || limit > rows_max)
      return call->answer(Problem{reason_of(EdgeRefusal::invalid_query), "limit is a number from 1 to 1000"});
  }
  const auto state = parse_alert_state(query_value(call->query, "state").value_or(""));
  if (!state)
    return call->answer(
        Problem{reason_of(EdgeRefusal::invalid_query), "state is open (unresolved), acknowledged or resolved"});
  read(call, [limit, state = *state](postgres::Snapshot& snapshot) {
    return "{\"alerts\":" + alert_rows(snapshot, state, limit) + "}";
  });
}

void AdminApi::show_alert(const CallRef& call) {
  const auto id = parse_alert_id(call->params[0]);
  if (!id) return call->answer(owner({Refusal::alert_not_found, "an alert's id is its number", {}}));
  answer_with_alert(call, *id);
}

void AdminApi::answer_with_alert(const CallRef& call, std::int64_t id) {
  peers_.reads.ask(
      [call, id](postgres::Snapshot& snapshot) {
        auto text = alert_file(snapshot, id);
        if (text.empty()) return call->answer(owner({Refusal::alert_not_found, {}, {}}));
        call->answer(std::move(text));
      },
      [call](const std::string& why) {
        call->answer(owner({Refusal::unavailable, "the store: " + why, {}}));
      });
}

void AdminApi::acknowledge_alert(const CallRef& call) { handle_alert(call, false); }
void AdminApi::resolve_alert(const CallRef& call) { handle_alert(call, true); }

void AdminApi::handle_alert(const CallRef& call, bool resolve) {
  const auto read = read_operator(call->request.body);
  if (const auto* body = std::get_if<BadAdminBody>(&read)) return call->answer(bad(*body));
  const auto id = parse_alert_id(call->params[0]);
  if (!id) return call->answer(owner({Refusal::alert_not_found, "an alert's id is its number", {}}));
  const auto& asked = std::get<OperatorAsked>(read);
  const Deed deed{call->by(asked.actor), resolve ? "resolve" : "acknowledge", "alert " + std::to_string(*id),
                  asked.reason};
  perform(call, deed, [this, call, resolve, id = *id, deed](const Deeds::Told& told) {
    peers_.gateway.handle_alert({id, resolve, deed.by, deed.reason}, [this, call, told](const AlertReply& reply) {
      told(outcome_of(reply));
      if (const auto* refused = std::get_if<Refused>(&reply)) return call->answer(owner(*refused));
      answer_with_alert(call, std::get<AlertRecord>(reply).id);
    });
  });
}

void AdminApi::show_overview(const CallRef& call) {
  peers_.overview([call](std::string body) { call->answer(std::move(body)); });
}

}  // namespace tael
