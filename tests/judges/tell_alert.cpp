// Tells one alert by one of the production ways, for other people's servers to judge. One argument: a JSON object with
// the way and what it is configured with; prints `{"acknowledged", "error"}`.
#include "adapters/http/client.hpp"
#include "runtime/alerts/alert_ways.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <future>
#include <iostream>

namespace {

using namespace tael;

std::string text(const boost::json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  return value == nullptr ? std::string{} : std::string{value->as_string()};
}

AlertRecord alert_of(const boost::json::object& asked) {
  AlertRecord record;
  record.id = 7;
  record.told = 1;
  record.count = 3;
  record.owner = text(asked, "owner");
  record.alert.kind = "channel_word";
  record.alert.ref = text(asked, "ref");
  record.alert.message = text(asked, "message");
  record.alert.severity = Severity::critical;
  record.alert.channel = "aurora";
  record.alert.at = record.last_at = *parse_rfc3339("2026-11-11T08:00:00.000Z");
  return record;
}

std::unique_ptr<AlertSender> way_of(const boost::json::object& asked, HttpClient& client) {
  if (text(asked, "way") == "webhook")
    return std::make_unique<WebhookWay>(client, "tael_1", text(asked, "url"), std::vector{text(asked, "secret")});
  const auto tls = text(asked, "tls");
  return std::make_unique<MailWay>(
      MailWayOptions{.node = "tael_1",
                     .from = "tael@example.com",
                     .fallback = "ops@example.com",
                     .smtp = {text(asked, "server"), text(asked, "user"), text(asked, "password"),
                              tls == "tls"   ? MailTls::tls
                              : tls == "off" ? MailTls::off
                                             : MailTls::starttls,
                              text(asked, "ca_file")}});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto asked = boost::json::parse(argv[1]).as_object();
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  CurlClient client;
  const auto way = way_of(asked, client);
  const auto alert = alert_of(asked);
  auto letter = way->write(alert, AlertNews::raised, now);
  AlertMessage message{.shard = 3,
                       .alert = alert.id,
                       .no = alert.told,
                       .way = std::string{way->way()},
                       .news = AlertNews::raised,
                       .recipient = std::move(letter.recipient),
                       .subject = std::move(letter.subject),
                       .body = std::move(letter.body),
                       .at = now,
                       .next_at = now,
                       .last_error = {}};
  std::promise<NoticeTry> promise;
  way->send(message, Duration{asked.contains("deadline_ms") ? asked.at("deadline_ms").as_int64() : 10'000}, now,
            [&](const NoticeTry& outcome) { promise.set_value(outcome); });
  const auto outcome = promise.get_future().get();
  std::cout << boost::json::object{{"acknowledged", outcome.acknowledged}, {"error", outcome.error}} << "\n";
  return 0;
}
