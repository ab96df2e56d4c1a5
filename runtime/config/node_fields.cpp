#include "adapters/network/destinations.hpp"
#include "runtime/config/node.hpp"
#include "runtime/config/table.hpp"

#include <algorithm>
#include <charconv>

namespace tael::config {
namespace {

bool parse_address(std::string_view text, Address& out) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  auto host = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto is_host_char = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           (bracketed && c == ':');
  };
  if (host.empty() || host.size() > 253 || !std::ranges::all_of(host, is_host_char)) return false;
  int number = -1;
  const auto [stop, failed] = std::from_chars(port.data(), port.data() + port.size(), number);
  const bool is_port = failed == std::errc{} && stop == port.data() + port.size() && number >= 0 && number <= 65'535 &&
                       (port.size() == 1 || port[0] != '0');
  if (!is_port) return false;
  out = {std::string{host}, number};
  return true;
}

/// The line of whichever of two keys is written; one of them was left to its default.
int line_of(const Yaml& yaml, std::string_view key, std::string_view or_key) {
  const auto* child = yaml.find(key) == nullptr ? yaml.find(or_key) : yaml.find(key);
  return child == nullptr ? yaml.line : child->line;
}

Shape<std::string> allowance() {
  const std::string words{allowance_words};
  return {words, R"("type": "string", "pattern": "^[0-9A-Za-z._:/-]+$")",
          [words](Reader& reader, const Yaml& yaml, std::string& out) {
            if (yaml.kind != Yaml::Kind::scalar || !is_allowance(yaml.text)) return reader.wrong(yaml, "a " + words);
            out = yaml.text;
          },
          [](const std::string& value) { return json_text(value); }};
}

// clang-format off
Shape<std::string> network() {
  const std::string words = "IP address or network such as 10.0.0.0/8";
  return {words, R"("type": "string", "pattern": "^[0-9A-Fa-f.:/]+$")",
          [words](Reader& reader, const Yaml& yaml, std::string& out) {
            if (yaml.kind != Yaml::Kind::scalar || !read_network(yaml.text)) return reader.wrong(yaml, "an " + words);
            out = yaml.text;
          },
          [](const std::string& value) { return json_text(value); }};
}

const Table<ListenConfig>& listen_table() {
  static const Table<ListenConfig> table{{
    //     key      member                shape      meaning
    field("api",   &ListenConfig::api,   address(), "where businesses, payers and channels reach us; port 0 takes any free port"),
    field("admin", &ListenConfig::admin, address(), "where operators reach us; keep it off public networks"),
    field("trusted_proxies", &ListenConfig::trusted_proxies, list_of(network(), 0), "proxies in front of us whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed: the console counts wrong passwords by the address they name. Nobody else's are"),
  }, [](Reader& reader, const Yaml& yaml, ListenConfig& listen) {
    if (listen.api == listen.admin && listen.api.port != 0)
      reader.error(yaml.line, "'api' and 'admin' cannot both listen on " + to_text(listen.api));
  }};
  return table;
}

const Table<StoreConfig>& store_table() {
  static const Table<StoreConfig> table{{
    field("url",       &StoreConfig::url,       connection(),    "PostgreSQL to connect to; its role creates the schema, and the role `tael_reader` (with CREATEROLE) unless that is there. Without it the node runs a private cluster of its own"),
    field("folder",    &StoreConfig::folder,    file_path(),     "data folder of the private cluster, relative to the directory the node is started in; unused with `url`"),
    field("batch_max", &StoreConfig::batch_max, whole(1, 4'096), "steps of payments made durable by one transaction; load fills it, nobody waits for it to fill. 1 is one transaction a step, for comparison only"),
  }};
  return table;
}

const Table<LogConfig>& log_table() {
  static const Table<LogConfig> table{{
    field("level", &LogConfig::level, one_of<Level>({{"debug", Level::debug}, {"info", Level::info}, {"warning", Level::warning}, {"error", Level::error}}),
                                                   "the least important lines that are written"),
    field("file",  &LogConfig::file,  file_path(), "file to append to; without it lines go to standard error"),
  }};
  return table;
}

const Table<LimitsConfig>& limits_table() {
  static const Table<LimitsConfig> table{{
    field("orders_in_flight_max", &LimitsConfig::orders_in_flight_max, whole(1, 1'000'000),    "commands worked on at a time; more are refused at once with 503 and a hint when to retry"),
    field("body_bytes_max",       &LimitsConfig::body_bytes_max,       whole(1'024, 1'048'576), "largest request body; a larger one is refused with 413"),
    field("connections_max",      &LimitsConfig::connections_max,      whole(1, 65'536),       "open connections of the API, and as many beside them on which live events go on. When all are taken a newcomer gets the place of whoever has been silent the longest, and 503 when nobody is silent. A node that may not open so many files takes fewer, and says so when it starts"),
    field("connections_per_address_max", &LimitsConfig::connections_per_address_max, whole(1, 65'536), "of both, that one client address may have; behind a proxy, which is one address, give it all of `connections_max`"),
    field("channel_isolation",    &LimitsConfig::channel_isolation,    yes_or_no(),            "each channel has its own places for calls (`in_flight_max`, `queue_max` in its file); false makes all share one pool, so that one that hangs stops the others: for demonstrations only"),
    field("shared_calls_max",     &LimitsConfig::shared_calls_max,     whole(1, 100'000),      "calls out at a time, of all channels together; only without `channel_isolation`"),
  }};
  return table;
}

Shape<OperatorRole> operator_role() {
  return one_of<OperatorRole>({{"read", OperatorRole::read}, {"operate", OperatorRole::operate}, {"approve", OperatorRole::approve}});
}

const Table<OperatorConfig>& operator_table() {
  static const Table<OperatorConfig> table{{
    required("password", &OperatorConfig::password, secret(12),      "what the operator logs in with"),
    field("role",        &OperatorConfig::role,     operator_role(), "read: looks at everything, changes nothing; operate: switches, syncs, closes, resumes, takes alerts on; approve: also says yes to what one person may not decide alone (nothing asks for it yet)"),
  }};
  return table;
}

const Table<AdminTokenConfig>& admin_token_table() {
  static const Table<AdminTokenConfig> table{{
    required("token", &AdminTokenConfig::token, secret(16),      "what is shown as `Tael-Admin-Token`"),
    required("role",  &AdminTokenConfig::role,  operator_role(), "what its holder may do, as for `console.operators`"),
  }};
  return table;
}

const Table<ConsoleConfig>& console_table() {
  static const Table<ConsoleConfig> table{{
    field("operators", &ConsoleConfig::operators, map_of<OperatorConfig>("NAME", operator_table()), "who may log in to `/console` at `listen.admin`, by the name that the journal says; without it nobody may"),
  }};
  return table;
}

const Table<EjectionConfig>& ejection_table() {
  static const Table<EjectionConfig> table{{
    field("percent_max", &EjectionConfig::percent_max, whole(0, 100), "share of the channels that stand in for each other which breakers may shut by themselves; at least one may be shut"),
    field("left_min",    &EjectionConfig::left_min,    whole(0, 100), "channels they must leave; one that may not be shut lets through what succeeds, and a call a second"),
  }};
  return table;
}

const Table<LinkPolicy>& link_table() {
  static const Table<LinkPolicy> table{{
    field("enabled",      &LinkPolicy::enabled,      yes_or_no(),          "false turns it off from the start; `POST /admin/links` does at run time"),
    field("settle",       &LinkPolicy::settle,       length(5s, 1h),       "what a payer is given to complete; sooner, an attempt is not judged"),
    field("recent",       &LinkPolicy::recent,       length(10s, 1h),      "the time that is judged"),
    field("history",      &LinkPolicy::history,      length(1min, 24h),    "the time before it that it is judged by"),
    field("volume_min",   &LinkPolicy::volume_min,   whole(1, 1'000'000),  "attempts in either before anything is judged"),
    field("drop_percent", &LinkPolicy::drop_percent, whole(1, 100),        "alert when the rate has fallen below this share of the usual one"),
    field("back_percent", &LinkPolicy::back_percent, whole(1, 100),        "over when it is above this share of it again"),
  }, [](Reader& reader, const Yaml& yaml, LinkPolicy& link) {
    if (link.back_percent < link.drop_percent)
      reader.error(line_of(yaml, "back_percent", "drop_percent"), "'back_percent' (" + std::to_string(link.back_percent) + ") must not be below 'drop_percent' (" + std::to_string(link.drop_percent) + "): the alert would end while it begins");
    if (link.history < link.recent)
      reader.error(line_of(yaml, "history", "recent"), "'history' (" + to_text(link.history) + ") must not be shorter than 'recent' (" + to_text(link.recent) + ")");
  }};
  return table;
}

const Table<ProxyConfig>& proxy_table() {
  static const Table<ProxyConfig> table{{
    field("url",    &ProxyConfig::url,    web_address(),                 "where it listens, `http://proxy.example:3128`; https goes through it as a tunnel, so it sees no more than names"),
    field("except", &ProxyConfig::except, list_of(line_of_text(255), 0), "hosts that are called directly: a name also stands for what ends in it"),
  }};
  return table;
}

const Table<NoticesConfig>& notices_table() {
  static const Table<NoticesConfig> table{{
    field("allow", &NoticesConfig::allow, list_of(allowance(), 0), "who may be called beside the public network. A name stands for whatever it leads to, an address or network for itself, whatever name leads there. Judged at each connection, when the name has been resolved; behind a `proxy` only by what the address itself says, for it is the proxy that resolves. The port of `listen.admin` on this machine is never called"),
  }};
  return table;
}
// clang-format on

/// Who shows a token is told apart by it, so no two are alike, and `admin` is the name of `admin_token`.
void check_admin_tokens(Reader& reader, const Yaml& yaml, const NodeConfig& node) {
  const auto* written = yaml.find("admin_tokens");
  if (written == nullptr) return;
  if (!node.admin_token.empty() && node.admin_tokens.contains("admin"))
    reader.error(written->line, "'admin_tokens': 'admin' is the name of 'admin_token'; give the one here another");
  for (auto one = node.admin_tokens.begin(); one != node.admin_tokens.end(); ++one) {
    const auto& token = one->second.token;
    if (token.empty() || token.is_stand_in()) continue;
    if (token.reveal() == node.admin_token.reveal())
      reader.error(written->line, "'admin_tokens': '" + one->first + "' has the same value as 'admin_token'");
    for (auto other = node.admin_tokens.begin(); other != one; ++other)
      if (token.reveal() == other->second.token.reveal())
        reader.error(written->line, "'admin_tokens': '" + other->first + "' and '" + one->first +
                                        "' have the same value: nobody could tell who used it");
  }
}

}  // namespace

Shape<Address> address(int port_min) {
  const std::string words = "host:port, port " + std::to_string(port_min) + " to 65535";
  return {words, R"("type": "string", "pattern": "^.+:[0-9]{1,5}$")",
          [words, port_min](Reader& reader, const Yaml& yaml, Address& out) {
            if (yaml.kind != Yaml::Kind::scalar || !parse_address(yaml.text, out) || out.port < port_min)
              reader.wrong(yaml, words);
          },
          [](const Address& value) { return value.host.empty() ? std::string{} : to_text(value); }};
}

std::string to_text(const Address& address) {
  const bool brackets = address.host.find(':') != std::string::npos;
  return (brackets ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

const Table<NodeConfig>& node_table() {
  // clang-format off
  static const Table<NodeConfig> table{{
    required("name",       &NodeConfig::name,       code(),                 "this node's name in logs, metrics and leases"),
    field("listen",        &NodeConfig::listen,     nested(listen_table()), "addresses this node listens on"),
    field("store",         &NodeConfig::store,      nested(store_table()),  "where everything is remembered"),
    field("log",           &NodeConfig::log,        nested(log_table()),    "what is written for people"),
    field("public_url",    &NodeConfig::public_url, web_address(),          "how the outside reaches `listen.api`, for cashier pages; without it `http://` and that address"),
    field("limits",        &NodeConfig::limits,     nested(limits_table()), "how much work is let in"),
    field("proxy",         &NodeConfig::proxy,      nested(proxy_table()),  "the way out, where machines may not call outside by themselves: for institutions, notices and the alerts' webhook"),
    field("notices",       &NodeConfig::notices,    nested(notices_table()), "where notices and the alerts' webhook may go: to the public network, and to whom is listed here"),
    field("ejection",      &NodeConfig::ejection,   nested(ejection_table()), "so that one wrong number cannot shut everything: a cap on what breakers may shut at once, among channels with a method and a currency in common"),
    field("link_monitor",  &NodeConfig::link_monitor, nested(link_table()), "notices that a path's payers no longer complete although its calls succeed, against its own recent past"),
    field("admin_token",   &NodeConfig::admin_token, secret(16),            "what operators show as `Tael-Admin-Token` at `listen.admin`: a token of the name `admin` that may do everything. Without it and `admin_tokens` the routes under `/admin/` answer 403"),
    field("admin_tokens",  &NodeConfig::admin_tokens, map_of<AdminTokenConfig>("NAME", admin_token_table()), "tokens by name, one for each program or person, so that the journal says `token/NAME` of what was done with it"),
    field("console",       &NodeConfig::console,    nested(console_table()), "the operators' pages"),
    field("alerts",        &NodeConfig::alerts,     nested(alerts_table()), "who is told of what people should know; without `email` and `webhook` alerts are only shown"),
  }, [](Reader& reader, const Yaml& yaml, NodeConfig& node) {
    check_admin_tokens(reader, yaml, node);
    const auto& webhook = node.alerts.webhook.url;
    if (webhook.empty()) return;
    if (const auto why = Destinations{node.notices.allow}.refusal_of(webhook); !why.empty())
      reader.error(yaml.find("alerts")->find("webhook")->find("url")->line, "'alerts.webhook.url' would never be called: " + why);
  }};
  // clang-format on
  return table;
}

}  // namespace tael::config
