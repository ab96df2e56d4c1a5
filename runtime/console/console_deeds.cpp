// What operators do at the console: each with a reason, written down before and after.
#include "actors/domain/ids.hpp"
#include "adapters/crypto/crypto.hpp"
#include "runtime/admin/admin_requests.hpp"
#include "runtime/console/pages.hpp"
#include "runtime/console/reads.hpp"
#include "runtime/console/visit.hpp"
#include "runtime/inspect/alert_file.hpp"
#include "runtime/web/page.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace tael {
namespace {

/// People filled in a form, no document: its field is named, and not pointed at.
std::string refusal_of(const BadAdminBody& bad) {
  const auto& error = bad.errors.front();
  return "refused: " + error.pointer.substr(error.pointer.starts_with("#/") ? 2 : 0) + ": " + error.detail;
}

}  // namespace

/// False, and the visit answered, when the form is not one of this session's.
bool Console::takes_form(const VisitRef& visit) {
  auto form = read_form(visit->request.body);
  if (form && same_secret(value_of(*form, "csrf"), visit->signed_in().csrf)) {
    visit->form = std::move(*form);
    return true;
  }
  visit->answer(page_response(
      403, console::message_page(frame(visit, "Not done", ""), "This form was not made in this session.")));
  return false;
}

/// Written down, done, written down how it went; then the page `back` says so.
void Console::perform(const VisitRef& visit, Deed deed, const std::string& back, std::function<void(Deeds::Told)> act) {
  const auto finish = [this, visit, back](const std::string& told) {
    peers_.sessions.tell(visit->token, told);
    visit->answer(see_other(back));
  };
  deed.by = visit->signed_in().caller().name;
  deed.reason = value_of(visit->form, "reason");
  if (deed.reason.find_first_not_of(' ') == std::string::npos || deed.reason.size() > 256)
    return finish("Not done: a deed needs a reason, 1 to 256 bytes.");
  deeds_.perform(
      deed, std::move(act),
      [finish, what = deed.action + " " + deed.target](const std::string& outcome) { finish(what + ": " + outcome); },
      [finish] { finish("Not done: it could not be written down, so it was not tried."); });
}

/// The same rules as for `POST /admin/channels/switch`, by the same reader.
void Console::switch_path(const VisitRef& visit) {
  if (!takes_form(visit)) return;
  const auto& path = value_of(visit->form, "path");
  const auto& length = value_of(visit->form, "length");
  boost::json::object body{
      {"path", path}, {"static_switch", value_of(visit->form, "to")}, {"reason", value_of(visit->form, "reason")}};
  if (!length.empty()) body[length == "revoked" ? "until" : "for"] = length;
  Deed deed{
      .by = {}, .action = "switch " + value_of(visit->form, "to"), .target = path, .reason = {}, .is_urgent = true};
  perform(visit, std::move(deed), "/console/paths/" + path,
          [this, visit, body = std::move(body)](const Deeds::Told& told) {
            auto read = read_switch(boost::json::serialize(body), peers_.clock.now());
            if (const auto* bad = std::get_if<BadAdminBody>(&read)) return told(refusal_of(*bad));
            auto hand = std::move(std::get<SwitchPath>(read));
            hand.order.actor = visit->signed_in().caller().name;
            peers_.gateway.switch_path(std::move(hand), [told](const auto& reply) { told(outcome_of(reply)); });
          });
}

void Console::sync_order(const VisitRef& visit) {
  if (!takes_form(visit)) return;
  const std::string id{visit->params[0]};
  perform(visit, {{}, "sync", id, {}}, "/console/orders/" + id, [this, id](const Deeds::Told& told) {
    peers_.gateway.sync(order_of(id).value_or(id), [told](const OrderReply& reply) { told(outcome_of(reply)); });
  });
}

void Console::resume_order(const VisitRef& visit) { do_to_order(visit, "resume", &AdminGateway::resume); }
void Console::close_order(const VisitRef& visit) { do_to_order(visit, "close", &AdminGateway::close); }

void Console::do_to_order(const VisitRef& visit, const std::string& action, AdminGateway::OrderDeed order_deed) {
  if (!takes_form(visit)) return;
  const std::string id{visit->params[0]};
  const auto cause = visit->signed_in().caller().name + ": " + value_of(visit->form, "reason");
  perform(visit, {{}, action, id, {}}, "/console/orders/" + id, [this, id, cause, order_deed](const Deeds::Told& told) {
    (peers_.gateway.*order_deed)(order_of(id).value_or(id), cause,
                                 [told](const OrderReply& reply) { told(outcome_of(reply)); });
  });
}

/// The same rules as for `POST /admin/links`, by the same reader.
void Console::turn_links(const VisitRef& visit) {
  if (!takes_form(visit)) return;
  const auto& to = value_of(visit->form, "to");
  const boost::json::object body{{"turn", to}, {"reason", value_of(visit->form, "reason")}};
  Deed deed{.by = {}, .action = "turn " + to, .target = "the link monitor", .reason = {}, .is_urgent = true};
  perform(visit, std::move(deed), "/console/links", [this, visit, body](const Deeds::Told& told) {
    auto read = read_link_turn(boost::json::serialize(body));
    if (const auto* bad = std::get_if<BadAdminBody>(&read)) return told(refusal_of(*bad));
    auto hand = std::get<TurnLinkMonitor>(std::move(read));
    hand.actor = visit->signed_in().caller().name;
    peers_.gateway.turn_links(std::move(hand), [told](const auto& reply) { told(outcome_of(reply)); });
  });
}

void Console::acknowledge(const VisitRef& visit) { handle_alert(visit, false); }
void Console::resolve(const VisitRef& visit) { handle_alert(visit, true); }

void Console::handle_alert(const VisitRef& visit, bool resolve) {
  if (!takes_form(visit)) return;
  const auto& alert = value_of(visit->form, "alert");
  perform(visit, {{}, resolve ? "resolve" : "acknowledge", "alert " + alert, {}}, "/console/alerts",
          [this, visit, resolve, id = parse_alert_id(alert)](const Deeds::Told& told) {
            if (!id) return told("refused: there is no such alert");
            peers_.gateway.handle_alert(
                {*id, resolve, visit->signed_in().caller().name, value_of(visit->form, "reason")},
                [told](const AlertReply& reply) { told(outcome_of(reply)); });
          });
}

}  // namespace tael
