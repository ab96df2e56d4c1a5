#include "runtime/cashier/cashier.hpp"

#include "actors/domain/ids.hpp"
#include "adapters/crypto/crypto.hpp"
#include "runtime/cashier/order_detail.hpp"
#include "runtime/web/page.hpp"

#include <algorithm>
#include <set>

namespace tael {

std::span<const Asset> cashier_assets();

namespace {

constexpr std::string_view prefix = "/cashier/", assets_base = "/cashier/assets/", cookie_name = "tael_cashier";

/// What a refusal means to a payer. No row: the page of the order's own state says it better.
struct RefusalRow {
  Refusal refusal;
  int status;
  Word word;
};
constexpr auto refusal_rows = std::to_array<RefusalRow>({
    {Refusal::path_unknown, 409, Word::refused_path},
    {Refusal::currency_not_taken, 409, Word::refused_path},
    {Refusal::amount_not_taken, 409, Word::refused_path},
    {Refusal::path_open, 503, Word::refused_path},
    {Refusal::overloaded, 503, Word::refused_busy},
    {Refusal::unavailable, 503, Word::refused_busy},
});

bool is_token(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_count(std::string_view text) {
  return !text.empty() && text.size() <= 4 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_payable(const Order& order) {
  const auto phase = phase_of(order);
  return phase == PagePhase::choosing || phase == PagePhase::waiting || phase == PagePhase::asking;
}

/// Browsers say where a form was sent from; one that was sent from another site is none of ours.
bool is_from_elsewhere(const ServerRequest& request) {
  const auto* site = find_header(request.headers, "sec-fetch-site");
  return site != nullptr && *site != "same-origin" && *site != "none";
}

}  // namespace

/// One request on its way through.
struct Cashier::Visit {
  ServerRequest request;
  Respond respond;
  const Route* route = nullptr;
  std::string name;  ///< The order's id, or a file's name.
  Form query;
  Language language = Language::en;
  std::string browser;  ///< The cookie's value: what ties a form to the browser that was shown it.
  bool is_new_browser = false;
  Order order{};
  std::shared_ptr<const CashierBusiness> business{};
  Meter& meter;
  TimePoint began{};
  const Clock& clock;
  bool is_https = false;

  void answer(ServerResponse response) {
    if (is_new_browser && response.status != 404)
      response.headers.emplace_back("Set-Cookie", std::string{cookie_name} + "=" + browser +
                                                      "; Path=/cashier/; HttpOnly; SameSite=Lax; Max-Age=86400" +
                                                      (is_https ? "; Secure" : ""));
    const auto name_of_route = route == nullptr ? std::string_view{"cashier_none"} : route->name;
    meter.count("http_requests_total", {{"type", name_of_route}, {"outcome", std::to_string(response.status)}});
    const std::chrono::duration<double> took = clock.now() - began;
    meter.observe("http_request_seconds", {{"type", name_of_route}}, took.count());
    respond(std::move(response));
  }
  std::string token() const { return hmac_sha256_hex(business->form_key, order.id + " " + browser); }
  std::string here() const {
    return std::string{prefix} + order.id + "?lang=" + (language == Language::zh ? "zh" : "en");
  }
};

/// Runs what the thread of a store, of a lookup or of the gateway must not see fail: that would end the process, or an
/// actor, for a page that cannot be made.
template <class Work>
void Cashier::safely(const VisitRef& visit, Work work) {
  try {
    work();
  } catch (const std::exception&) {
    say(visit, 500, Word::not_now, Word::not_now_hint);
  }
}

const std::vector<std::pair<Route, Cashier::Handle>>& Cashier::table() {
  // clang-format off
  static const std::vector<std::pair<Route, Handle>> rows{
      {{"GET",  "/cashier/assets/{name}",   "cashier_asset"},  &Cashier::show_asset},
      {{"GET",  "/cashier/{id}",            "cashier"},        &Cashier::show_order},
      {{"GET",  "/cashier/{id}/events",     "cashier_events"}, &Cashier::follow_order},
      {{"POST", "/cashier/{id}/payments",   "cashier_pay"},    &Cashier::take_choice},
  };
  // clang-format on
  return rows;
}

std::span<const Route> Cashier::routes() {
  static const std::vector<Route> routes = [] {
    std::vector<Route> all;
    for (const auto& row : table()) all.push_back(row.first);
    return all;
  }();
  return routes;
}

void Cashier::handle(ServerRequest request, Respond respond) {
  if (!request.target.starts_with(prefix)) return peers_.otherwise(std::move(request), std::move(respond));
  const auto visit = std::make_shared<Visit>(Visit{.request = std::move(request),
                                                   .respond = std::move(respond),
                                                   .name = {},
                                                   .query = {},
                                                   .browser = {},
                                                   .meter = peers_.meter,
                                                   .began = peers_.clock.now(),
                                                   .clock = peers_.clock,
                                                   .is_https = peers_.is_https});
  const std::string_view target = visit->request.target;
  const auto mark = target.find('?');
  if (mark != std::string_view::npos) visit->query = read_form(target.substr(mark + 1)).value_or(Form{});
  const auto* accepted = find_header(visit->request.headers, "accept-language");
  visit->language = language_of(accepted == nullptr ? std::string_view{} : *accepted);
  if (value_of(visit->query, "lang") == "zh") visit->language = Language::zh;
  if (value_of(visit->query, "lang") == "en") visit->language = Language::en;

  const auto matched = match(routes(), visit->request.method, target.substr(0, mark));
  if (matched.route == nullptr) {
    if (matched.allowed.empty()) return say(visit, 404, Word::not_found, Word::not_found_hint);
    auto response = page_response(405, "");
    response.headers.emplace_back("Allow", matched.allowed);
    return visit->answer(std::move(response));
  }
  visit->route = matched.route;
  visit->name = matched.params.at(0);
  const auto& row = table()[static_cast<std::size_t>(matched.route - routes().data())];
  (this->*row.second)(visit);
}

void Cashier::show_asset(const VisitRef& visit) { visit->answer(asset_response(cashier_assets(), visit->name)); }

void Cashier::show_order(const VisitRef& visit) {
  with_order(visit, [this, visit] { render(visit, 200, std::nullopt); });
}

void Cashier::follow_order(const VisitRef& visit) {
  with_order(visit, [this, visit] {
    visit->is_new_browser = false;
    visit->answer(event_stream([&feed = peers_.feed, id = visit->order.id, business = visit->business](StreamRef page) {
      feed.join(id, business, std::move(page));
    }));
  });
}

void Cashier::take_choice(const VisitRef& visit) {
  with_order(visit, [this, visit] {
    const auto* type = find_header(visit->request.headers, "content-type");
    const auto form = read_form(visit->request.body);
    if (type == nullptr || !type->starts_with("application/x-www-form-urlencoded") || !form)
      return say(visit, 400, Word::not_a_form, Word::not_found_hint);
    if (is_from_elsewhere(visit->request) || visit->is_new_browser ||
        !same_secret(value_of(*form, "token"), visit->token()))
      return render(visit, 403, Word::refused_form);
    const auto& path = value_of(*form, "path");
    const auto& after = value_of(*form, "after");
    if (!is_count(after)) return render(visit, 403, Word::refused_form);
    if (!is_payable(visit->order)) return visit->answer(see_other(visit->here()));
    // What may be chosen is looked up anew: a browser can send what its page never offered.
    look_up(visit, [this, visit, path, after](const LookedUp& looked_up) {
      const auto offers = offers_of(*visit, looked_up);
      const auto offer = std::ranges::find(offers, path, &OptionShown::path);
      if (offer == offers.end() || offer->over_limit) return show(visit, 409, Word::refused_path, looked_up);
      pay(visit, path, after);
    });
  });
}

/// One press is one attempt, however often the browser sends it: the key says which page the payer saw.
void Cashier::pay(const VisitRef& visit, const std::string& path, const std::string& after) {
  const auto* open = attempt_shown(visit->order);
  if (open != nullptr && open->path == path) return visit->answer(see_other(visit->here()));
  PayOrder ask;
  ask.claim.business = visit->business->code;
  ask.claim.route = "pay";
  ask.claim.key = "cashier/" + visit->order.id + "/" + after + "/" + path;
  ask.claim.body_hash = sha256_hex(ask.claim.key);
  ask.claim.request_id = "cashier";
  ask.order_id = visit->order.id;
  ask.path = path;
  peers_.gateway.ask(std::move(ask),
                     [this, visit](const OrderReply& reply) { safely(visit, [&] { hear_reply(visit, reply); }); });
}

void Cashier::hear_reply(const VisitRef& visit, const OrderReply& reply) {
  const auto* refused = std::get_if<Refused>(&reply);
  const auto row =
      refused == nullptr ? refusal_rows.end() : std::ranges::find(refusal_rows, refused->refusal, &RefusalRow::refusal);
  if (row != refusal_rows.end()) {
    // Whatever else has become of the order meanwhile, the page shall show.
    return with_order(visit, [this, visit, row] { render(visit, row->status, row->word); });
  }
  const auto* view = std::get_if<OrderView>(&reply);
  const auto* attempt = view == nullptr ? nullptr : attempt_shown(view->order);
  const bool leads_away = attempt != nullptr && attempt->voucher.kind == "redirect";
  visit->answer(see_other(visit->here() + (leads_away ? "&go=1" : "")));
}

/// Reads the order and its business; ends the visit itself when that cannot be.
void Cashier::with_order(const VisitRef& visit, std::function<void()> then) {
  if (order_of(visit->name) != visit->name) return say(visit, 404, Word::not_found, Word::not_found_hint);
  const auto* cookies = find_header(visit->request.headers, "cookie");
  visit->browser = cookies == nullptr ? std::string{} : cookie_of(*cookies, cookie_name);
  visit->is_new_browser = !is_token(visit->browser);
  if (visit->is_new_browser) visit->browser = random_text();
  peers_.load_order(visit->name, [this, visit, then = std::move(then)](const Read<std::optional<OrderRecord>>& read) {
    safely(visit, [&] {
      if (!read.ok()) return say(visit, 503, Word::not_now, Word::not_now_hint);
      if (read.value) visit->business = peers_.find_business(read.value->order.context.business);
      if (!visit->business) return say(visit, 404, Word::not_found, Word::not_found_hint);
      visit->order = read.value->order;
      then();
    });
  });
}

void Cashier::render(const VisitRef& visit, int status, std::optional<Word> refused) {
  if (!is_payable(visit->order)) return show(visit, status, std::nullopt, {});
  look_up(visit,
          [this, visit, status, refused](const LookedUp& looked_up) { show(visit, status, refused, looked_up); });
}

void Cashier::look_up(const VisitRef& visit, std::function<void(LookedUp)> then) {
  LookupAsked asked{visit->order.id,       visit->order.order_no, visit->order.amount,
                    visit->order.currency, visit->order.payer,    {}};
  for (const auto& option : visit->business->options) asked.paths.push_back(option.path);
  peers_.lookups.ask(visit->business, asked, [this, visit, then = std::move(then)](const LookedUp& looked_up) {
    safely(visit, [&] { then(looked_up); });
  });
}

/// The ways that can work for this order, in the order they are shown.
std::vector<OptionShown> Cashier::offers_of(const Visit& visit, const LookedUp& looked_up) const {
  const auto& order = visit.order;
  const auto& configured = visit.business->options;
  std::vector<OptionShown> offers;
  const auto add = [&](const PaymentOption& option) {
    if (std::ranges::find(option.currencies, order.currency) == option.currencies.end()) return;
    if (const auto step = option.steps.find(order.currency);
        step != option.steps.end() && order.amount % step->second != 0)
      return;
    if (option.is_for_apps) return;
    if (!option.payer_need.empty() && !tells_of_payer(order.payer, option.payer_need)) return;
    const auto quota = looked_up.quota.find(option.path);
    const auto promotion = looked_up.promotions.find(option.path);
    offers.push_back({.path = option.path,
                      .called = option_title(option.path, option.channel_name, option.method_name, visit.language),
                      .takes_payers = peers_.board.takes_payers(option.path),
                      .over_limit = quota != looked_up.quota.end() && quota->second < order.amount,
                      .promotion = promotion == looked_up.promotions.end() ? "" : promotion->second});
  };
  if (!looked_up.paths_shown)
    for (const auto& option : configured) add(option);
  else {
    std::set<std::string> added;
    for (const auto& path : *looked_up.paths_shown) {
      const auto option = std::ranges::find(configured, path, &PaymentOption::path);
      if (option != configured.end() && added.insert(path).second) add(*option);
    }
  }
  return offers;
}

void Cashier::show(const VisitRef& visit, int status, std::optional<Word> refused, const LookedUp& looked_up) {
  const auto& order = visit->order;
  PageShown shown{.order = order,
                  .business = visit->business->name,
                  .language = visit->language,
                  .now = peers_.clock.now(),
                  .options = offers_of(*visit, looked_up),
                  .user = looked_up.user,
                  .promotion = looked_up.promotion,
                  .refused = refused,
                  .form_token = visit->token(),
                  .goes_on = value_of(visit->query, "go") == "1",
                  .style_url = asset_url(cashier_assets(), assets_base, "cashier.css"),
                  .script_url = asset_url(cashier_assets(), assets_base, "cashier.js"),
                  .icon_url = asset_url(cashier_assets(), assets_base, "icon.svg")};
  visit->answer(page_response(status, order_page(shown)));
}

void Cashier::say(const VisitRef& visit, int status, Word title, Word hint) {
  visit->is_new_browser = false;
  visit->answer(
      page_response(status, message_page({.language = visit->language,
                                          .title = title,
                                          .hint = hint,
                                          .style_url = asset_url(cashier_assets(), assets_base, "cashier.css"),
                                          .icon_url = asset_url(cashier_assets(), assets_base, "icon.svg")})));
}

std::string Cashier::random_text() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::size_t length : {16U, 32U})
    for (auto rolled = peers_.dice.roll(); text.size() < length; rolled >>= 4U) text += digits[rolled & 15U];
  return text;
}

}  // namespace tael
