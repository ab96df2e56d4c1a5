#include "runtime/console/console.hpp"

#include "adapters/http/forwarded.hpp"
#include "runtime/console/pages.hpp"
#include "runtime/console/reads.hpp"
#include "runtime/console/visit.hpp"
#include "runtime/inspect/order_file.hpp"
#include "runtime/ledger/ledger_check.hpp"
#include "runtime/web/page.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace tael {

std::span<const Asset> console_assets();

namespace {

namespace bj = boost::json;
using console::Frame;

constexpr std::string_view cookie_name = "tael_console";
constexpr std::chrono::seconds charts_show{300};

bj::array conservation_of(postgres::Snapshot& snapshot) {
  bj::array lines;
  for (const auto& line : conservation(snapshot)) lines.push_back(to_json(line));
  return lines;
}

/// What no script may read, and what leaves on the encrypted way only it came by: behind a proxy that ends TLS we hear
/// plain HTTP ourselves. Operators may just as well come without one, on a network of their own.
std::string cookie(bool is_encrypted, std::string_view token, std::string_view lasts) {
  return std::string{cookie_name} + "=" + std::string{token} +
         "; Path=/console; HttpOnly; SameSite=Strict; Max-Age=" + std::string{lasts} + (is_encrypted ? "; Secure" : "");
}

/// The level of the tree that `path` names.
std::optional<bj::value> find_level(const bj::array& levels, const std::string& path) {
  for (const auto& level : levels) {
    const auto name = console::text(level, "path");
    if (name == path) return level;
    if (path.starts_with(name + "/")) return find_level(console::rows_of(level.at("children")), path);
  }
  return std::nullopt;
}

}  // namespace

struct Console::Row {
  Route route;
  Handle handle;
  bool is_open = false;        ///< For who is not logged in, too.
  bool is_for_script = false;  ///< No page: a script hears 401 instead of being led to the login.
  OperatorRole needs = OperatorRole::read;
};

const std::vector<Console::Row>& Console::table() {
  // clang-format off
  constexpr auto operate = OperatorRole::operate;
  static const std::vector<Row> rows{
      {{"GET",  "/console/assets/{name}",                   "console_asset"},       &Console::show_asset, true},
      {{"GET",  "/console/login",                           "console_login"},       &Console::show_login, true},
      {{"POST", "/console/login",                           "console_log_in"},      &Console::log_in,     true},
      {{"POST", "/console/logout",                          "console_log_out"},     &Console::log_out},
      {{"GET",  "/console",                                 "console"},             &Console::show_overview},
      {{"GET",  "/console/paths/{channel}/{method}/{bank}", "console_path"},        &Console::show_path},
      {{"GET",  "/console/paths/{channel}/{method}",        "console_path"},        &Console::show_path},
      {{"GET",  "/console/paths/{channel}",                 "console_path"},        &Console::show_path},
      {{"GET",  "/console/events",                          "console_events"},      &Console::show_events},
      {{"GET",  "/console/orders",                          "console_orders"},      &Console::show_orders},
      {{"GET",  "/console/orders/{id}",                     "console_order"},       &Console::show_order},
      {{"GET",  "/console/alerts",                          "console_alerts"},      &Console::show_alerts},
      {{"GET",  "/console/timers",                          "console_timers"},      &Console::show_timers},
      {{"GET",  "/console/money",                           "console_money"},       &Console::show_money},
      {{"GET",  "/console/deeds",                           "console_deeds"},       &Console::show_deeds},
      {{"GET",  "/console/links",                           "console_links"},       &Console::show_links},
      {{"GET",  "/console/supervision",                     "console_supervision"}, &Console::show_supervision},
      {{"GET",  "/console/live",                            "console_live"},        &Console::follow,       false, true},
      {{"GET",  "/console/seconds",                         "console_seconds"},     &Console::show_seconds, false, true},
      {{"POST", "/console/switch",                          "console_switch"},      &Console::switch_path, false, false, operate},
      {{"POST", "/console/acknowledge",                     "console_acknowledge"}, &Console::acknowledge, false, false, operate},
      {{"POST", "/console/links",                           "console_turn_links"},  &Console::turn_links, false, false, operate},
      {{"POST", "/console/resolve",                         "console_resolve"},     &Console::resolve, false, false, operate},
      {{"POST", "/console/orders/{id}/sync",                "console_sync"},        &Console::sync_order, false, false, operate},
      {{"POST", "/console/orders/{id}/resume",              "console_resume"},      &Console::resume_order, false, false, operate},
      {{"POST", "/console/orders/{id}/close",               "console_close"},       &Console::close_order, false, false, operate},
  };
  // clang-format on
  return rows;
}

std::span<const Route> Console::routes() {
  static const std::vector<Route> routes = [] {
    std::vector<Route> all;
    for (const auto& row : table()) all.push_back(row.route);
    return all;
  }();
  return routes;
}

void Console::handle(ServerRequest request, Respond respond) {
  const auto path = request.target.substr(0, request.target.find('?'));
  if (path == "/" || path == "/admin/console") return respond(see_other("/console"));
  if (path != "/console" && !path.starts_with("/console/"))
    return peers_.otherwise(std::move(request), std::move(respond));
  const auto visit = std::make_shared<Visit>(Visit{.request = std::move(request),
                                                   .respond = std::move(respond),
                                                   .params = {},
                                                   .query = {},
                                                   .form = {},
                                                   .token = {},
                                                   .session = {}});
  const std::string_view kept = visit->request.target;
  const auto mark = kept.find('?');
  if (mark != std::string_view::npos) visit->query = read_form(kept.substr(mark + 1)).value_or(Form{});
  const auto matched = match(routes(), visit->request.method, kept.substr(0, mark));
  if (const auto* cookies = find_header(visit->request.headers, "cookie"))
    visit->token = cookie_of(*cookies, cookie_name);
  visit->session = peers_.sessions.find(visit->token);
  if (matched.route == nullptr && !matched.allowed.empty()) {
    auto response = page_response(405, "");
    response.headers.emplace_back("Allow", matched.allowed);
    return visit->answer(std::move(response));
  }
  const auto* row =
      matched.route == nullptr ? nullptr : &table()[static_cast<std::size_t>(matched.route - routes().data())];
  if (!visit->session && (row == nullptr || !row->is_open)) {
    const bool wants_page = visit->request.method == "GET" && (row == nullptr || !row->is_for_script);
    return visit->answer(wants_page ? see_other("/console/login") : page_response(401, ""));
  }
  if (row == nullptr)
    return visit->answer(
        page_response(404, console::message_page(frame(visit, "Not here", ""), "There is no such page.")));
  if (visit->session && !may(visit->session->role, row->needs))
    return visit->answer(page_response(
        403,
        console::message_page(frame(visit, "Not done", ""), "You may look and change nothing: your role is " +
                                                                std::string{name_of(visit->session->role)} + ".")));
  visit->params = matched.params;
  (this->*row->handle)(visit);
}

void Console::show_asset(const VisitRef& visit) {
  visit->answer(asset_response(console_assets(), visit->params.at(0)));
}

// --- who -----------------------------------------------------------------------------------------

void Console::show_login(const VisitRef& visit) {
  const std::string_view closed =
      "No operator is configured: add `console.operators` to node.yaml and start the node again.";
  visit->answer(page_response(200, console::login_page(peers_.sessions.anybody_may() ? "" : closed)));
}

void Console::log_in(const VisitRef& visit) {
  const auto* site = find_header(visit->request.headers, "sec-fetch-site");
  const auto form = read_form(visit->request.body);
  if (!form || (site != nullptr && *site != "same-origin" && *site != "none"))
    return visit->answer(page_response(400, console::login_page("This form was not made here.")));
  const auto address = client_address(visit->request, peers_.proxies);
  const auto answer = peers_.sessions.log_in(value_of(*form, "actor"), value_of(*form, "password"), address);
  switch (answer.ending) {
    case LoginEnding::wrong:
      peers_.log.line(Level::warning, "console_login_wrong",
                      {{"actor", answer.actor},
                       {"address", address},
                       {"tries_left", static_cast<std::int64_t>(answer.tries_left)}});
      return visit->answer(page_response(401, console::login_page("No operator has this name and password.")));
    case LoginEnding::too_many: {  // The wrong try that left none is in the log: whoever repeats itself cannot fill it.
      auto response = page_response(429, console::login_page("Too many wrong tries. Wait five minutes."));
      response.headers.emplace_back("Retry-After", "300");
      return visit->answer(std::move(response));
    }
    case LoginEnding::done: break;
  }
  peers_.log.line(Level::info, "console_login", {{"actor", answer.actor}, {"address", address}});
  auto response = see_other("/console");
  response.headers.emplace_back("Set-Cookie",
                                cookie(came_encrypted(visit->request, peers_.proxies), answer.token, "28800"));
  visit->answer(std::move(response));
}

void Console::log_out(const VisitRef& visit) {
  if (!takes_form(visit)) return;
  peers_.sessions.log_out(visit->token);
  auto response = see_other("/console/login");
  response.headers.emplace_back("Set-Cookie", cookie(came_encrypted(visit->request, peers_.proxies), "", "0"));
  visit->answer(std::move(response));
}

// --- pages ---------------------------------------------------------------------------------------

Frame Console::frame(const VisitRef& visit, std::string_view title, std::string_view here, bool is_live) {
  return {std::string{title},
          here,
          peers_.node,
          visit->signed_in().actor,
          visit->signed_in().csrf,
          peers_.sessions.take_told(visit->token),
          is_live,
          may(visit->signed_in().role, OperatorRole::operate)};
}

/// A page made of one snapshot of the store.
void Console::page(const VisitRef& visit, Frame around, Body body) {
  peers_.reads.ask(
      [visit, around, body = std::move(body)](postgres::Snapshot& snapshot) {
        const auto shown = body(snapshot, around);
        visit->answer(shown ? page_response(200, *shown)
                            : page_response(404, console::message_page(around, "There is nothing of this number.")));
      },
      [visit, around](const std::string& why) {
        visit->answer(page_response(503, console::message_page(around, "The store cannot be read now: " + why)));
      });
}

void Console::show_overview(const VisitRef& visit) {
  auto around = frame(visit, "Overview", "/console", true);
  peers_.figures.overview([this, visit, around](const std::string& overview) {
    page(visit, around, [overview](postgres::Snapshot& snapshot, const Frame& framed) {
      return console::overview_page(framed, bj::parse(overview), bj::parse(console::breaker_events(snapshot, "")),
                                    bj::parse(console::alerts(snapshot)));
    });
  });
}

void Console::show_path(const VisitRef& visit) {
  std::string path;
  for (const auto& part : visit->params) path.append(path.empty() ? "" : "/").append(part);
  auto around = frame(visit, "", "/console", true);
  peers_.figures.overview([this, visit, around, path](const std::string& overview) mutable {
    around.title = path;
    const auto all = bj::parse(overview);
    const auto level = find_level(console::rows_of(all.at("tree")), path);
    if (!level)
      return visit->answer(
          page_response(404, console::message_page(around, "There is no such path, or its breaker is starting.")));
    page(visit, around, [path, level = *level](postgres::Snapshot& snapshot, const Frame& framed) {
      return console::path_page(framed, level, bj::parse(console::breaker_events(snapshot, path)));
    });
  });
}

void Console::show_events(const VisitRef& visit) {
  page(visit, frame(visit, "Events", "/console/events", true), [](postgres::Snapshot& snapshot, const Frame& framed) {
    return console::events_page(framed, bj::parse(console::breaker_events(snapshot, "")));
  });
}

void Console::show_orders(const VisitRef& visit) {
  const auto asked = value_of(visit->query, "q").substr(0, 128);
  const auto around = frame(visit, "Orders", "/console/orders");
  peers_.reads.ask(
      [this, visit, around, asked](postgres::Snapshot& snapshot) {
        const auto found =
            asked.empty() ? bj::array{}
                          : bj::parse(console::orders_by_any_number(snapshot, asked, peers_.businesses)).as_array();
        if (found.size() == 1)
          return visit->answer(see_other("/console/orders/" + std::string{found.front().at("id").as_string()}));
        if (!found.empty()) return visit->answer(page_response(200, console::orders_page(around, found, asked, true)));
        visit->answer(
            page_response(asked.empty() ? 200 : 404,
                          console::orders_page(around, bj::parse(console::newest_orders(snapshot)), asked, false)));
      },
      [visit, around](const std::string& why) {
        visit->answer(page_response(503, console::message_page(around, "The store cannot be read now: " + why)));
      });
}

void Console::show_order(const VisitRef& visit) {
  const std::string id{visit->params[0]};
  const auto around = frame(visit, "Order", "/console/orders");
  page(visit, around, [id](postgres::Snapshot& snapshot, const Frame& framed) -> std::optional<std::string> {
    const auto found = find_order(snapshot, {.id = id, .business = {}, .order_no = {}});
    if (!found) return std::nullopt;
    return console::order_page(framed, bj::parse(order_file(snapshot, *found)), order_history(snapshot, *found));
  });
}

void Console::show_alerts(const VisitRef& visit) {
  page(visit, frame(visit, "Alerts", "/console/alerts"), [](postgres::Snapshot& snapshot, const Frame& framed) {
    return console::alerts_page(framed, bj::parse(console::alerts(snapshot)));
  });
}

void Console::show_timers(const VisitRef& visit) {
  page(visit, frame(visit, "Timers", "/console/timers"),
       [now = peers_.clock.now()](postgres::Snapshot& snapshot, const Frame& framed) {
         return console::timers_page(framed, bj::parse(console::timers(snapshot, now)));
       });
}

void Console::show_money(const VisitRef& visit) {
  page(visit, frame(visit, "Money", "/console/money"), [](postgres::Snapshot& snapshot, const Frame& framed) {
    return console::money_page(framed, conservation_of(snapshot), bj::parse(console::accounts(snapshot)));
  });
}

void Console::show_deeds(const VisitRef& visit) {
  page(visit, frame(visit, "Audit", "/console/deeds"), [](postgres::Snapshot& snapshot, const Frame& framed) {
    return console::deeds_page(framed, bj::parse(console::deeds(snapshot)));
  });
}

void Console::show_links(const VisitRef& visit) {
  const auto around = frame(visit, "Links", "/console/links", true);
  peers_.figures.overview([visit, around](const std::string& overview) {
    visit->answer(page_response(200, console::links_page(around, bj::parse(overview).at("links"))));
  });
}

void Console::show_supervision(const VisitRef& visit) {
  const auto around = frame(visit, "Supervision", "/console/supervision", true);
  peers_.figures.overview([visit, around](const std::string& overview) {
    visit->answer(page_response(200, console::supervision_page(around, bj::parse(overview).at("supervision"))));
  });
}

void Console::follow(const VisitRef& visit) {
  visit->answer(event_stream([&live = peers_.live](StreamRef page) { live.join(std::move(page)); }));
}

void Console::show_seconds(const VisitRef& visit) {
  auto response = ServerResponse{200, "application/json", peers_.figures.seconds(charts_show)};
  response.headers.emplace_back("Cache-Control", "no-store");
  visit->answer(std::move(response));
}

}  // namespace tael
