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

using console::Deed;

/// What an order's owner answered, for the journal and for people.
std::string outcome_of(const OrderReply& reply) {
  if (const auto* refused = std::get_if<Refused>(&reply))
    return "refused: " + (refused->detail.empty() ? std::string{name_of(refused->refusal)} : refused->detail);
  if (const auto* view = std::get_if<OrderView>(&reply))
    return "done, the order is " + std::string{name_of(view->order.state)};
  return "done";
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

/// Written down, done, written down how it went; then the page `back` says so. What cannot be written is not done.
void Console::deed(const VisitRef& visit, const std::string& action, const std::string& target, const std::string& back,
                   std::function<void(const Deed&, std::function<void(std::string)>)> act) {
  const auto finish = [this, visit, back](const std::string& told) {
    peers_.sessions.tell(visit->token, told);
    visit->answer(see_other(back));
  };
  const auto& reason = value_of(visit->form, "reason");
  if (reason.find_first_not_of(' ') == std::string::npos || reason.size() > 256)
    return finish("Not done: a deed needs a reason, 1 to 256 bytes.");
  const Deed made{make_id(peers_.clock.now(), console::deeds_shard(), peers_.dice.roll()), visit->signed_in().actor,
                  action, target, reason};
  peers_.gateway.write_down(
      console::asked_row(made, peers_.clock.now()), [this, made, finish, act = std::move(act)](bool written) {
        if (!written) return finish("Not done: it could not be written down, so it was not tried.");
        act(made, [this, made, finish](const std::string& outcome) {
          peers_.gateway.write_down(
              console::answered_row(made, outcome, peers_.clock.now()),
              [made, finish, outcome](bool) { finish(made.action + " " + made.target + ": " + outcome); });
        });
      });
}

/// The same rules as for `POST /admin/channels/switch`, by the same reader.
void Console::switch_path(const VisitRef& visit) {
  if (!takes_form(visit)) return;
  const auto& path = value_of(visit->form, "path");
  const auto& length = value_of(visit->form, "length");
  boost::json::object body{{"path", path},
                           {"static_switch", value_of(visit->form, "to")},
                           {"actor", visit->signed_in().actor},
                           {"reason", value_of(visit->form, "reason")}};
  if (!length.empty()) body[length == "revoked" ? "until" : "for"] = length;
  deed(visit, "switch " + value_of(visit->form, "to"), path, "/console/paths/" + path,
       [this, body = std::move(body)](const Deed&, std::function<void(std::string)> done) {
         auto read = read_switch(boost::json::serialize(body), peers_.clock.now());
         if (const auto* bad = std::get_if<BadAdminBody>(&read))
           return done("refused: " + bad->errors.front().pointer + " " + bad->errors.front().detail);
         peers_.gateway.switch_path(std::move(std::get<SwitchPath>(read)),
                                    [done](const std::variant<BreakerView, Refused>& reply) {
                                      const auto* refused = std::get_if<Refused>(&reply);
                                      done(refused == nullptr ? "done" : "refused: " + refused->detail);
                                    });
       });
}

void Console::sync_order(const VisitRef& visit) {
  if (!takes_form(visit)) return;
  const std::string id{visit->params[0]};
  deed(visit, "sync", id, "/console/orders/" + id, [this, id](const Deed&, std::function<void(std::string)> done) {
    peers_.gateway.sync(order_of(id).value_or(id), [done](const OrderReply& reply) { done(outcome_of(reply)); });
  });
}

void Console::resume_order(const VisitRef& visit) { do_to_order(visit, "resume", &AdminGateway::resume); }
void Console::close_order(const VisitRef& visit) { do_to_order(visit, "close", &AdminGateway::close); }

void Console::do_to_order(const VisitRef& visit, const std::string& verb, AdminGateway::OrderDeed order_deed) {
  if (!takes_form(visit)) return;
  const std::string id{visit->params[0]};
  deed(visit, verb, id, "/console/orders/" + id,
       [this, id, order_deed](const Deed& made, std::function<void(std::string)> done) {
         (peers_.gateway.*order_deed)(order_of(id).value_or(id), "operator/" + made.actor + ": " + made.reason,
                                      [done](const OrderReply& reply) { done(outcome_of(reply)); });
       });
}

/// The same rules as for `POST /admin/links`, by the same reader.
void Console::turn_links(const VisitRef& visit) {
  if (!takes_form(visit)) return;
  const auto& to = value_of(visit->form, "to");
  const boost::json::object body{
      {"turn", to}, {"actor", visit->signed_in().actor}, {"reason", value_of(visit->form, "reason")}};
  deed(visit, "turn " + to, "the link monitor", "/console/links",
       [this, body](const Deed&, std::function<void(std::string)> done) {
         auto read = read_link_turn(boost::json::serialize(body));
         if (const auto* bad = std::get_if<BadAdminBody>(&read))
           return done("refused: " + bad->errors.front().pointer + " " + bad->errors.front().detail);
         peers_.gateway.turn_links(std::get<TurnLinkMonitor>(read),
                                   [done](const std::variant<LinksView, Refused>& reply) {
                                     const auto* refused = std::get_if<Refused>(&reply);
                                     done(refused == nullptr ? "done" : "refused: " + refused->detail);
                                   });
       });
}

void Console::acknowledge(const VisitRef& visit) { handle_alert(visit, false); }
void Console::resolve(const VisitRef& visit) { handle_alert(visit, true); }

void Console::handle_alert(const VisitRef& visit, bool resolve) {
  if (!takes_form(visit)) return;
  const auto& alert = value_of(visit->form, "alert");
  deed(visit, resolve ? "resolve" : "acknowledge", "alert " + alert, "/console/alerts",
       [this, resolve, id = parse_alert_id(alert)](const Deed& made, std::function<void(std::string)> done) {
         if (!id) return done("refused: there is no such alert");
         peers_.gateway.handle_alert({*id, resolve, made.actor, made.reason}, [done](const AlertReply& reply) {
           const auto* refused = std::get_if<Refused>(&reply);
           done(refused == nullptr ? "done" : "refused: " + refused->detail);
         });
       });
}

}  // namespace tael
