// Prints one notice as the production sender signs it, {"headers": {...}, "body": "..."}, for judges in other
// languages.
//
//   print_notice UNIX_SECONDS SECRET...
#include "adapters/notices/standard_webhooks.hpp"
#include "tests/adapters/notices/fake_http_client.hpp"

#include <boost/json.hpp>

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: print_notice UNIX_SECONDS SECRET...\n";
    return 2;
  }
  tael::Notice notice;
  notice.id = "msg_01JD7Q5K3R00ATHE0ORDER0PAIDN01";
  notice.business = "bakery";
  notice.url = "https://bakery.example/notices";
  notice.body =
      "{\"type\":\"order.paid\",\"timestamp\":\"2026-11-21T08:30:00.000Z\",\"data\":{\"subject\":\"包子 ☕\"}}";

  tael::test::FakeHttpClient client;
  const std::vector<std::string> secrets(argv + 2, argv + argc);
  tael::StandardWebhooks sender(client, [&](std::string_view) { return secrets; });
  sender.send(notice, tael::Duration{15'000}, tael::TimePoint{std::chrono::seconds{std::atoll(argv[1])}},
              [](const tael::NoticeTry&) {});
  if (client.heard.empty()) return 1;

  boost::json::object headers;
  for (const auto& [name, value] : client.heard[0].headers) headers[name] = value;
  std::cout << boost::json::serialize(boost::json::object{{"headers", headers}, {"body", client.heard[0].body}})
            << '\n';
}
