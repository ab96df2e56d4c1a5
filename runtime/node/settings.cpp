#include "runtime/node/settings.hpp"

#include "adapters/channels/stripe/stripe_units.hpp"
#include "adapters/crypto/crypto.hpp"
#include "runtime/alerts/alert_routing.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace tael {
namespace {

/// What a method cannot do without; a payer who was not told of it in the order could only be declined.
struct PayerNeed {
  config::Adapter adapter;
  std::string_view method, member;
};
constexpr auto payer_needs = std::to_array<PayerNeed>({{config::Adapter::wechat_v3, "jsapi", "openid"},
                                                       {config::Adapter::wechat_v3, "h5", "client_ip"},
                                                       {config::Adapter::wechat_v2, "jsapi", "openid"},
                                                       {config::Adapter::wechat_v2, "h5", "client_ip"},
                                                       {config::Adapter::wechat_v2, "code", "auth_code"},
                                                       {config::Adapter::alipay, "code", "auth_code"},
                                                       {config::Adapter::stripe, "saved", "payment_method"}});

/// Methods whose voucher is parameters for an app or an SDK. They are for whoever has one, by the API.
struct AppMethod {
  config::Adapter adapter;
  std::string_view method;
};
constexpr auto app_methods = std::to_array<AppMethod>({{config::Adapter::wechat_v3, "app"},
                                                       {config::Adapter::wechat_v3, "jsapi"},
                                                       {config::Adapter::wechat_v2, "app"},
                                                       {config::Adapter::wechat_v2, "jsapi"},
                                                       {config::Adapter::stripe, "card"}});

bool is_for_apps(config::Adapter adapter, std::string_view method) {
  return std::ranges::any_of(app_methods,
                             [&](const AppMethod& row) { return row.adapter == adapter && row.method == method; });
}

std::string payer_need_of(config::Adapter adapter, std::string_view method) {
  const auto found = std::ranges::find_if(
      payer_needs, [&](const PayerNeed& need) { return need.adapter == adapter && need.method == method; });
  return found == payer_needs.end() ? std::string{} : std::string{found->member};
}

/// A channel whose protocol counts some currency more coarsely than ISO 4217 says so to whoever asks for a payment.
ChannelPolicy policy_of(const config::ChannelConfig& channel) {
  auto policy = channel.policy;
  if (channel.adapter != config::Adapter::stripe) return policy;
  for (const auto currency : policy.currencies)
    if (const auto step = stripe_step(currency); step && *step > 1) policy.steps[currency] = *step;
  return policy;
}

PaymentOption option_of(const std::string& path, const config::ChannelConfig& channel) {
  const auto first = path.find('/') + 1;
  const auto method = channel.methods.find(path.substr(first, path.rfind('/') - first));
  const auto shown = [](const config::NameConfig& name) { return ShownName{name.en, name.zh}; };
  return {.path = path,
          .channel_name = shown(channel.name),
          .method_name = method == channel.methods.end() ? ShownName{} : shown(method->second.name),
          .currencies = channel.policy.currencies,
          .steps = policy_of(channel).steps,
          .payer_need = payer_need_of(channel.adapter, method == channel.methods.end() ? "" : method->first),
          .is_for_apps = method != channel.methods.end() && is_for_apps(channel.adapter, method->first)};
}

/// What some channel of the business's paths can be paid in.
std::vector<Currency> currencies_of(const config::Config& config, const config::BusinessConfig& business) {
  std::set<Currency> taken;
  for (const auto& path : business.paths)
    if (const auto channel = config.channels.find(channel_of(path)); channel != config.channels.end())
      taken.insert(channel->second.policy.currencies.begin(), channel->second.policy.currencies.end());
  return {taken.begin(), taken.end()};
}

std::vector<std::string> both(const Secret& current, const Secret& previous) {
  std::vector<std::string> values{current.reveal()};
  if (!previous.empty()) values.push_back(previous.reveal());
  return values;
}

}  // namespace

ActorsSettings actors_settings_of(const config::Config& config, const MakeAdapter& make_adapter) {
  ActorsSettings settings;
  settings.isolation.isolated = config.node.limits.channel_isolation;
  settings.isolation.shared_calls_max = config.node.limits.shared_calls_max;
  settings.links = config.node.link_monitor;
  settings.alerts.policy = config.node.alerts.policy;
  settings.alerts.owner_of = alert_owners_of(config);
  settings.ejection = {config.node.ejection.percent_max, config.node.ejection.left_min};
  settings.batch_max = static_cast<std::size_t>(config.node.store.batch_max);
  auto orders = std::make_shared<OrderPolicies>();
  orders->chart = config.accounts;
  for (const auto& [code, channel] : config.channels) {
    orders->channels[code] = policy_of(channel);
    settings.channels.push_back({channel.policy, [make_adapter, from = channel] { return make_adapter(from); }});
    std::vector<std::string> currencies;
    for (const auto& currency : channel.policy.currencies) currencies.push_back(currency.text());
    for (const auto& path : channel.paths())
      settings.paths.push_back(
          {path, channel.policy.institution, channel.policy.breaker, !channel.switched_on, currencies});
  }
  auto notices = std::make_shared<std::map<std::string, NoticePolicy>>();
  for (const auto& [code, business] : config.businesses) (*notices)[code] = business.notice.policy;
  settings.orders = std::move(orders);
  settings.notices = std::move(notices);
  return settings;
}

std::function<std::vector<std::string>(std::string_view)> notice_secrets_of(const config::Config& config) {
  auto secrets = std::make_shared<std::map<std::string, std::vector<std::string>, std::less<>>>();
  for (const auto& [code, business] : config.businesses)
    (*secrets)[code] = both(business.notice.secret, business.notice.secret_previous);
  return [secrets](std::string_view business) {
    const auto found = secrets->find(business);
    return found == secrets->end() ? std::vector<std::string>{} : found->second;
  };
}

caf::actor_system_config& caf_settings() {
  static caf::actor_system_config settings;
  settings.set("scheduler.max-threads", std::size_t{2});
  settings.set("scheduler.policy", caf::atom("sharing"));
  settings.set("scheduler.max-throughput", std::size_t{100});
  return settings;
}

ClientOptions way_out_of(const config::ProxyConfig& proxy, std::shared_ptr<const Destinations> destinations) {
  return {.proxy = proxy.url, .no_proxy = proxy.except, .destinations = std::move(destinations)};
}

FindBusiness find_business_of(const config::Config& config, const std::shared_ptr<const Destinations>& destinations) {
  auto businesses = std::make_shared<std::map<std::string, std::shared_ptr<const BusinessSettings>, std::less<>>>();
  for (const auto& [code, business] : config.businesses)
    (*businesses)[code] = std::make_shared<BusinessSettings>(
        BusinessSettings{.code = code,
                         .keys = {.code = code,
                                  .tokens = both(business.token, business.token_previous),
                                  .salts = both(business.salt, business.salt_previous)},
                         .types_allowed = business.types,
                         .scenes_allowed = business.scenes,
                         .paths_allowed = business.paths,
                         .currencies = currencies_of(config, business),
                         .fee_bps = business.fee_bps,
                         .http_allowed = business.http_allowed,
                         .destinations = destinations,
                         .expires_default = business.expires_default});
  return [businesses](std::string_view code) -> std::shared_ptr<const BusinessSettings> {
    const auto found = businesses->find(code);
    return found == businesses->end() ? nullptr : found->second;
  };
}

FindCashierBusiness find_cashier_business_of(const config::Config& config) {
  auto businesses = std::make_shared<std::map<std::string, std::shared_ptr<const CashierBusiness>, std::less<>>>();
  for (const auto& [code, business] : config.businesses) {
    CashierBusiness made{.code = code,
                         .name = business.name,
                         .options = {},
                         .lookups = {},
                         .form_key = hmac_sha256_hex(business.salt.reveal(), "forms of the cashier")};
    for (const auto& path : business.paths) {
      const auto channel = config.channels.find(channel_of(path));
      if (channel != config.channels.end()) made.options.push_back(option_of(path, channel->second));
    }
    const auto& asked = business.cashier;
    const std::array all{&asked.user, &asked.quota, &asked.promotion, &asked.options};
    for (std::size_t i = 0; i < all.size(); ++i)
      made.lookups.at(i) = {all.at(i)->url, all.at(i)->deadline, all.at(i)->in_flight_max, all.at(i)->switched_on};
    (*businesses)[code] = std::make_shared<CashierBusiness>(std::move(made));
  }
  return [businesses](std::string_view code) -> std::shared_ptr<const CashierBusiness> {
    const auto found = businesses->find(code);
    return found == businesses->end() ? nullptr : found->second;
  };
}

std::vector<std::string> secrets_of(const config::Config& config) {
  std::vector<std::string> secrets;
  const auto add = [&](const Secret& secret) {
    if (!secret.empty()) secrets.push_back(secret.reveal());
  };
  add(config.node.store.url);
  add(config.node.admin_token);
  for (const auto& [name, shown] : config.node.admin_tokens) add(shown.token);
  add(config.node.alerts.email.password);
  add(config.node.alerts.webhook.secret), add(config.node.alerts.webhook.secret_previous);
  for (const auto& [name, person] : config.node.console.operators) add(person.password);
  for (const auto& [code, channel] : config.channels)
    add(channel.key), add(channel.channel_key), add(channel.pkcs12_password);
  for (const auto& [code, business] : config.businesses) {
    add(business.token), add(business.token_previous), add(business.salt), add(business.salt_previous);
    add(business.notice.secret), add(business.notice.secret_previous);
  }
  return secrets;
}

}  // namespace tael
