#include "runtime/alerts/alert_ways.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace tael {
namespace {

/// How a subject begins: a mailbox sorts by it.
std::string_view word_of(AlertNews news) {
  switch (news) {
    case AlertNews::raised: return "";
    case AlertNews::reminder: return "still open: ";
    case AlertNews::resolved: return "over: ";
  }
  return "";
}

void add_line(std::string& text, std::string_view name, const std::string& value) {
  if (!value.empty()) text.append(name).append(value).append("\n");
}

}  // namespace

AlertLetter mail_letter(const std::string& node, const std::string& fallback, const AlertRecord& alert,
                        AlertNews news) {
  const auto& what = alert.alert;
  const auto id = std::to_string(alert.id);
  AlertLetter letter;
  letter.recipient = is_mail_address(alert.owner) ? alert.owner : fallback;
  letter.subject = "[" + node + "] " + std::string{word_of(news)} + std::string{name_of(what.severity)} + ": " +
                   what.kind + " " + what.ref;
  auto& body = letter.body;
  body = what.message + "\n\n";
  if (news == AlertNews::resolved) add_line(body, "Over: ", alert.resolved_note);
  add_line(body, "Rule:       ", what.kind);
  add_line(body, "About:      ", what.ref);
  add_line(body, "Channel:    ", what.channel);
  add_line(body, "Business:   ", what.context.business);
  add_line(body, "First seen: ", to_rfc3339(what.at));
  add_line(body, "Last seen:  ", to_rfc3339(alert.last_at));
  add_line(body, "Times:      ", std::to_string(alert.count));
  if (news == AlertNews::resolved) return letter;
  body += "\nTake it on:   tael alert acknowledge " + id + " --reason \"...\"\nIt is over:   tael alert resolve " + id +
          " --reason \"...\"\nAll about it: tael alert show " + id + "\n";
  return letter;
}

AlertLetter MailWay::write(const AlertRecord& alert, AlertNews news, TimePoint) const {
  return mail_letter(options_.node, options_.fallback, alert, news);
}

void MailWay::send(const AlertMessage& message, Duration deadline, TimePoint now, std::function<void(NoticeTry)> done) {
  client_.send({message_id(message), options_.from, message.recipient, message.subject, message.body, now}, deadline,
               [done = std::move(done)](std::string error) {
                 NoticeTry outcome;
                 outcome.acknowledged = error.empty();
                 outcome.error = std::move(error);
                 done(outcome);
               });
}

WebhookWay::WebhookWay(HttpClient& client, std::string node, std::string url, std::vector<std::string> secrets)
    : node_(std::move(node)),
      url_(std::move(url)),
      webhooks_(client, [secrets = std::move(secrets)](std::string_view) { return secrets; }) {}

AlertLetter WebhookWay::write(const AlertRecord& alert, AlertNews news, TimePoint now) const {
  namespace bj = boost::json;
  const auto& what = alert.alert;
  const auto instant = [](TimePoint at) -> bj::value {
    if (at == TimePoint{}) return nullptr;
    return bj::string{to_rfc3339(at)};
  };
  const bj::object data{{"id", alert.id},
                        {"node", node_},
                        {"kind", what.kind},
                        {"ref", what.ref},
                        {"severity", name_of(what.severity)},
                        {"message", what.message},
                        {"owner", alert.owner},
                        {"business", what.context.business},
                        {"institution", what.context.institution},
                        {"channel", what.channel},
                        {"count", alert.count},
                        {"first_seen", instant(what.at)},
                        {"last_seen", instant(alert.last_at)},
                        {"resolved_at", instant(alert.resolved_at)},
                        {"resolved_note", alert.resolved_note}};
  const auto type = "alert." + std::string{name_of(news)};
  return {url_, type, bj::serialize(bj::object{{"type", type}, {"timestamp", to_rfc3339(now)}, {"data", data}})};
}

void WebhookWay::send(const AlertMessage& message, Duration deadline, TimePoint now,
                      std::function<void(NoticeTry)> done) {
  Notice notice;
  notice.id = message_id(message);
  notice.type = message.subject;
  notice.url = message.recipient;
  notice.body = message.body;
  webhooks_.send(notice, deadline, now, std::move(done));
}

}  // namespace tael
