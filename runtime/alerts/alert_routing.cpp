#include "runtime/alerts/alert_routing.hpp"

#include "runtime/alerts/alert_ways.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace tael {
namespace {

/// Rules whose trouble a business can end; every other rule is about a channel.
constexpr std::array<std::string_view, 1> business_rules{"notice_parked"};

struct Owners {
  std::map<std::string, std::string> businesses, channels, institutions;
  std::string fallback;
};

std::string find_in(const std::map<std::string, std::string>& owners, const std::string& name) {
  const auto found = owners.find(name);
  return found == owners.end() ? std::string{} : found->second;
}

std::string first_of(std::initializer_list<std::string> owners) {
  for (const auto& owner : owners)
    if (!owner.empty()) return owner;
  return {};
}

MailTls tls_of(config::MailTlsConfig tls) {
  switch (tls) {
    case config::MailTlsConfig::starttls: return MailTls::starttls;
    case config::MailTlsConfig::tls: return MailTls::tls;
    case config::MailTlsConfig::off: return MailTls::off;
  }
  return MailTls::starttls;
}

}  // namespace

std::function<std::string(const Alert&)> alert_owners_of(const config::Config& config) {
  auto owners = std::make_shared<Owners>();
  for (const auto& [code, business] : config.businesses) owners->businesses[code] = business.owner;
  for (const auto& [code, channel] : config.channels) {
    owners->channels[code] = channel.owner;
    owners->institutions.try_emplace(channel.policy.institution, channel.owner);  // Of several the first by name.
  }
  owners->fallback = config.node.alerts.owner;
  return [owners](const Alert& alert) {
    const auto business = find_in(owners->businesses, alert.context.business);
    if (std::ranges::find(business_rules, alert.kind) != business_rules.end())
      return first_of({business, owners->fallback});
    return first_of({find_in(owners->channels, alert.channel), find_in(owners->institutions, alert.context.institution),
                     owners->fallback, business});
  };
}

std::vector<std::unique_ptr<AlertSender>> alert_ways_of(const config::Config& config, HttpClient& client) {
  std::vector<std::unique_ptr<AlertSender>> ways;
  const auto& alerts = config.node.alerts;
  if (const auto& mail = alerts.email; !mail.server.host.empty())
    ways.push_back(std::make_unique<MailWay>(MailWayOptions{
        .node = config.node.name,
        .from = mail.from,
        .fallback = alerts.owner,
        .smtp = {to_text(mail.server), mail.user, mail.password.reveal(), tls_of(mail.tls), mail.ca_file}}));
  if (const auto& webhook = alerts.webhook; !webhook.url.empty()) {
    std::vector<std::string> secrets{webhook.secret.reveal()};
    if (!webhook.secret_previous.empty()) secrets.push_back(webhook.secret_previous.reveal());
    ways.push_back(std::make_unique<WebhookWay>(client, config.node.name, webhook.url, std::move(secrets)));
  }
  return ways;
}

}  // namespace tael
