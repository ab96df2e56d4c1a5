#include "runtime/cashier/order_page.hpp"

#include "runtime/cashier/order_detail.hpp"
#include "runtime/web/html.hpp"
#include "runtime/web/qr_code.hpp"

#include <algorithm>

namespace tael {
namespace {

bool is_open(const Attempt& attempt) {
  return attempt.state == AttemptState::sent || attempt.state == AttemptState::pending ||
         attempt.state == AttemptState::in_doubt;
}

bool is_web_address(std::string_view text) { return text.starts_with("https://") || text.starts_with("http://"); }

bool leads_on(const Attempt& attempt) {
  return attempt.state == AttemptState::pending &&
         (attempt.voucher.kind == "qr" || attempt.voucher.kind == "params" ||
          (attempt.voucher.kind == "redirect" && is_web_address(attempt.voucher.value)));
}

class Page {
 public:
  explicit Page(const PageShown& shown) : shown_(shown), order_(shown.order), phase_(phase_of(shown.order)) {}

  std::string render() {
    head();
    html_.open("body");
    top();
    html_.open("main", {{"id", "cashier"},
                        {"data-events", here("/events")},
                        {"data-view", signature_of(order_)},
                        {"data-phase", std::string{phase_name()}},
                        {is_payable() ? "data-left-ms" : "", std::to_string(left().count())}});
    summary();
    html_.open("div", {{"class", "way"}});
    refusal();
    switch (phase_) {
      case PagePhase::choosing: options(Word::choose); break;
      case PagePhase::waiting:
        voucher();
        options(Word::choose_other);
        break;
      case PagePhase::asking:
        status(Word::asking, Word::asking_hint);
        check_again();
        options(Word::choose_other);
        break;
      case PagePhase::closing: status(Word::closing, std::nullopt); break;
      case PagePhase::paid: paid(); break;
      case PagePhase::closed: closed(); break;
      case PagePhase::parked: status(Word::parked, std::nullopt); break;
    }
    html_.close();
    details();
    back();
    html_.close();
    html_.leaf("p", "", {{"id", "news"}, {"class", "unseen"}, {"role", "status"}});
    return "<!doctype html>\n" + html_.take();
  }

 private:
  std::string_view word(Word which) const { return in(shown_.language, which); }
  std::string here(const std::string& rest) const {
    return "/cashier/" + order_.id + rest + "?lang=" + (shown_.language == Language::zh ? "zh" : "en");
  }
  bool is_payable() const {
    return phase_ == PagePhase::choosing || phase_ == PagePhase::waiting || phase_ == PagePhase::asking;
  }
  Duration left() const { return std::max(Duration{0}, order_.expires_at - shown_.now); }
  std::string_view phase_name() const {
    switch (phase_) {
      case PagePhase::choosing: return "choosing";
      case PagePhase::waiting: return "waiting";
      case PagePhase::asking: return "asking";
      case PagePhase::closing: return "closing";
      case PagePhase::paid: return "paid";
      case PagePhase::closed: return "closed";
      case PagePhase::parked: return "parked";
    }
    return "";
  }

  void head() {
    html_.open("html", {{"lang", std::string{tag_of(shown_.language)}}}).open("head");
    html_.lone("meta", {{"charset", "utf-8"}});
    html_.lone("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
    html_.lone("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
    html_.leaf("title", std::string{word(Word::page_title)} + " · " + shown_.business);
    html_.lone("link", {{"rel", "icon"}, {"href", shown_.icon_url}});
    html_.lone("link", {{"rel", "stylesheet"}, {"href", shown_.style_url}});
    html_.leaf("script", "", {{"src", shown_.script_url}, {"defer", ""}});
    const auto* attempt = attempt_shown(order_);
    if (shown_.goes_on && phase_ == PagePhase::waiting && attempt->voucher.kind == "redirect")
      html_.lone("meta", {{"http-equiv", "refresh"}, {"content", "1; url=" + attempt->voucher.value}});
    else if (phase_ == PagePhase::waiting || phase_ == PagePhase::asking || phase_ == PagePhase::closing)
      // With scripts the page follows by itself; without them it looks again.
      html_.open("noscript").lone("meta", {{"http-equiv", "refresh"}, {"content", "5"}}).close();
    html_.close();
  }

  void top() {
    html_.open("header").leaf("p", shown_.business, {{"class", "business"}});
    const auto other = shown_.language == Language::zh ? Language::en : Language::zh;
    html_.leaf("a", word(Word::other_language),
               {{"href", "/cashier/" + order_.id + "?lang=" + (other == Language::zh ? "zh" : "en")},
                {"lang", std::string{tag_of(other)}},
                {"hreflang", std::string{tag_of(other)}}});
    html_.close();
  }

  void summary() {
    html_.open("section", {{"class", "summary"}});
    if (!shown_.user.empty() && is_payable())
      html_.leaf("p", std::string{word(Word::greeting)} + (shown_.language == Language::zh ? "" : " ") + shown_.user,
                 {{"class", "greeting"}});
    html_.leaf("h1", order_.subject, {{"tabindex", "-1"}});
    html_.open("p", {{"class", "amount"}});
    if (is_payable()) html_.leaf("span", word(Word::to_be_paid), {{"class", "label"}});
    html_.leaf("strong", amount_text({order_.amount, order_.currency})).close();
    if (is_payable()) {
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left()).count();
      html_.open("p", {{"class", "left"}}).leaf("span", word(Word::time_left), {{"class", "label"}});
      html_.leaf("span", clock_text(seconds), {{"id", "left"}, {"role", "timer"}});
      html_.leaf("span", "",
                 {{"id", "live"},
                  {"class", "live"},
                  {"data-on", std::string{word(Word::live)}},
                  {"data-off", std::string{word(Word::not_live)}}});
      html_.close();
    }
    if (!shown_.promotion.empty() && is_payable()) html_.leaf("p", shown_.promotion, {{"class", "promotion"}});
    html_.close();
  }

  static std::string clock_text(std::int64_t seconds) {
    const auto two = [](std::int64_t number) { return std::to_string(100 + number).substr(1); };
    const auto minutes = seconds / 60;
    return (minutes >= 60 ? std::to_string(minutes / 60) + ":" + two(minutes % 60) : std::to_string(minutes)) + ":" +
           two(seconds % 60);
  }

  void refusal() {
    if (shown_.refused) html_.leaf("p", word(*shown_.refused), {{"class", "notice"}, {"role", "alert"}});
    if (phase_ != PagePhase::choosing || shown_.refused || order_.attempts.empty()) return;
    const auto last = order_.attempts.back().state;
    if (last == AttemptState::declined) html_.leaf("p", word(Word::was_declined), {{"class", "notice"}});
    if (last == AttemptState::not_sent) html_.leaf("p", word(Word::was_not_sent), {{"class", "notice"}});
  }

  void status(Word title, std::optional<Word> hint) {
    html_.open("section", {{"class", "status"}}).leaf("h2", word(title));
    if (hint) html_.leaf("p", word(*hint));
    html_.close();
  }

  void check_again() { html_.leaf("a", word(Word::check_again), {{"href", here("")}, {"class", "again"}}); }

  void voucher() {
    const auto& voucher = attempt_shown(order_)->voucher;
    html_.open("section", {{"class", "voucher"}});
    if (voucher.kind == "qr") {
      html_.leaf("h2", word(Word::scan));
      if (const auto svg = qr_svg(voucher.value, word(Word::scan_label))) html_.trusted(*svg);
      html_.leaf("p", word(Word::scan_hint));
      if (is_web_address(voucher.value))  // On the phone itself there is nothing to scan with.
        html_.leaf("a", word(Word::go_on), {{"href", voucher.value}, {"rel", "noreferrer"}, {"class", "go_on"}});
    } else if (voucher.kind == "redirect") {
      html_.leaf("h2", word(Word::waiting)).leaf("p", word(Word::going_on));
      html_.leaf("a", word(Word::go_on), {{"href", voucher.value}, {"rel", "noreferrer"}, {"class", "go_on main"}});
    } else {
      html_.leaf("h2", word(Word::waiting)).leaf("p", word(Word::app_hint));
    }
    check_again();
    html_.close();
  }

  void options(Word title) {
    html_.open("form", {{"method", "post"}, {"action", here("/payments")}, {"class", "options"}});
    html_.lone("input", {{"type", "hidden"}, {"name", "token"}, {"value", shown_.form_token}});
    html_.lone("input", {{"type", "hidden"}, {"name", "after"}, {"value", std::to_string(order_.attempts.size())}});
    html_.leaf("h2", word(title));
    const bool any = std::ranges::any_of(shown_.options, [](const auto& o) { return o.takes_payers && !o.over_limit; });
    html_.leaf("p", word(Word::no_option), {{"class", "none"}, {any ? "hidden" : "", ""}});
    html_.open("ul");
    const auto* open = attempt_shown(order_);  // Its path is the one under way, not another.
    for (const auto& each : shown_.options)
      if (open == nullptr || open->path != each.path) option(each);
    html_.close().close();
  }

  void option(const OptionShown& each) {
    const bool can = each.takes_payers && !each.over_limit;
    html_.open("li").open("button", {{"type", "submit"},
                                     {"name", "path"},
                                     {"value", each.path},
                                     {"data-path", each.path},
                                     {each.over_limit ? "data-fixed" : "", ""},
                                     {can ? "" : "disabled", ""}});
    html_.leaf("span", each.called.title, {{"class", "title"}});
    if (!each.called.channel.empty()) html_.leaf("span", each.called.channel, {{"class", "channel"}});
    if (!each.promotion.empty()) html_.leaf("span", each.promotion, {{"class", "promotion"}});
    const auto why = word(each.over_limit ? Word::over_limit : Word::resting);
    html_.leaf("span", why, {{"class", "why"}, {can ? "hidden" : "", ""}});
    html_.close().close();
  }

  void moment(Word label, TimePoint at) {
    const auto stamp = to_rfc3339(at);
    html_.open("p").text(word(label)).text(" ");
    html_.leaf("time", stamp.substr(0, 10) + " " + stamp.substr(11, 5) + " UTC", {{"datetime", stamp}}).close();
  }

  void returns() {
    for (const auto& refund : order_.refunds) {
      if (refund.state == RefundState::rejected) continue;
      const auto label = refund.state == RefundState::refunded ? Word::money_returned : Word::money_returns;
      html_.leaf("p", std::string{word(label)} + " " + amount_text({refund.amount, order_.currency}),
                 {{"class", "returns"}});
    }
  }

  void paid() {
    html_.open("section", {{"class", "result good"}}).leaf("h2", word(Word::paid));
    moment(Word::paid_at, order_.paid_at);
    html_.leaf("p", word(Word::paid_hint));
    returns();
    html_.close();
  }

  void closed() {
    html_.open("section", {{"class", "result over"}});
    html_.leaf("h2", word(order_.close_reason == "expiry" ? Word::closed_expired : Word::closed));
    html_.leaf("p", word(Word::closed_hint));
    returns();
    html_.close();
  }

  void details() {
    const auto detail = read_detail(order_.detail);
    html_.open("section", {{"class", "details"}}).leaf("h2", word(Word::details));
    if (!detail.items.empty()) {
      html_.open("ul");
      for (const auto& item : detail.items) {
        html_.open("li").leaf("span", item.name);
        if (item.quantity > 0)
          html_.leaf("span", std::string{word(Word::quantity)} + std::to_string(item.quantity),
                     {{"class", "quantity"}});
        if (item.amount) html_.leaf("span", amount_text({*item.amount, order_.currency}), {{"class", "price"}});
        html_.close();
      }
      html_.close();
    }
    html_.open("dl").leaf("dt", word(Word::order_number)).leaf("dd", order_.order_no);
    if (!detail.seller.empty()) html_.leaf("dt", word(Word::seller)).leaf("dd", detail.seller);
    for (const auto& [label, value] : detail.lines) html_.leaf("dt", label).leaf("dd", value);
    html_.close().close();
  }

  void back() {
    if (!is_web_address(order_.cancel_url) || phase_ == PagePhase::paid) return;
    html_.leaf("a", word(Word::back_to_shop), {{"href", order_.cancel_url}, {"rel", "noreferrer"}, {"class", "back"}});
  }

  const PageShown& shown_;
  const Order& order_;
  PagePhase phase_;
  Html html_;
};

}  // namespace

const Attempt* attempt_shown(const Order& order) {
  const auto newest = std::ranges::find_if(order.attempts.rbegin(), order.attempts.rend(), is_open);
  return newest == order.attempts.rend() ? nullptr : &*newest;
}

PagePhase phase_of(const Order& order) {
  switch (order.state) {
    case OrderState::paid: return PagePhase::paid;
    case OrderState::closed: return PagePhase::closed;
    case OrderState::closing: return PagePhase::closing;
    case OrderState::created:
    case OrderState::paying: break;
  }
  if (order.poisoned) return PagePhase::parked;
  const auto* attempt = attempt_shown(order);
  if (attempt == nullptr) return PagePhase::choosing;
  return leads_on(*attempt) ? PagePhase::waiting : PagePhase::asking;
}

std::string signature_of(const Order& order) {
  auto signature = std::string{name_of(order.state)};
  for (const auto& attempt : order.attempts) signature.append("-").append(name_of(attempt.state));
  for (const auto& refund : order.refunds) signature.append("+").append(name_of(refund.state));
  return signature;
}

std::string order_page(const PageShown& shown) { return Page{shown}.render(); }

std::string message_page(const MessageShown& shown) {
  Html html;
  html.open("html", {{"lang", std::string{tag_of(shown.language)}}}).open("head");
  html.lone("meta", {{"charset", "utf-8"}});
  html.lone("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.lone("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  html.leaf("title", in(shown.language, shown.title));
  html.lone("link", {{"rel", "icon"}, {"href", shown.icon_url}});
  html.lone("link", {{"rel", "stylesheet"}, {"href", shown.style_url}}).close();
  html.open("body").open("main").open("header").leaf("p", in(shown.language, Word::page_title),
                                                     {{"class", "business"}});
  const auto other = shown.language == Language::zh ? Language::en : Language::zh;
  html.leaf("a", in(shown.language, Word::other_language),
            {{"href", other == Language::zh ? "?lang=zh" : "?lang=en"},
             {"lang", std::string{tag_of(other)}},
             {"hreflang", std::string{tag_of(other)}}});
  html.close().open("section", {{"class", "result over"}});
  html.leaf("h1", in(shown.language, shown.title)).leaf("p", in(shown.language, shown.hint));
  return "<!doctype html>\n" + html.take();
}

}  // namespace tael
