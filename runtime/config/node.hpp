// `node.yaml`: what one node is and where it listens, remembers and writes.
#pragma once

#include "actors/domain/link_health.hpp"
#include "actors/domain/operator_role.hpp"
#include "actors/ports/log.hpp"
#include "runtime/config/alerts.hpp"
#include "runtime/config/secret.hpp"

#include <map>
#include <string>
#include <vector>

namespace tael::config {

template <class S>
class Table;

struct ListenConfig {
  Address api{"127.0.0.1", 8080};
  Address admin{"127.0.0.1", 8081};
  std::vector<std::string> trusted_proxies;  ///< Addresses and networks.
  friend bool operator==(const ListenConfig&, const ListenConfig&) = default;
};

struct StoreConfig {
  Secret url;                           ///< libpq conninfo; empty: a private cluster in `folder`.
  std::string folder = "run/postgres";  ///< Relative to the directory the node was started in.
  int batch_max = 256;                  ///< Steps made durable by one transaction.
  friend bool operator==(const StoreConfig&, const StoreConfig&) = default;
};

struct LogConfig {
  Level level = Level::info;
  std::string file;  ///< Empty: standard error.
  friend bool operator==(const LogConfig&, const LogConfig&) = default;
};

struct LimitsConfig {
  bool channel_isolation = true;  ///< False only to show what it costs.
  int shared_calls_max = 64;      ///< Of all channels together, without isolation.
  int orders_in_flight_max = 10'000;
  int body_bytes_max = 65'536;
  int connections_max = 1'024;
  int connections_per_address_max = 512;
  friend bool operator==(const LimitsConfig&, const LimitsConfig&) = default;
};

struct OperatorConfig {
  Secret password;
  OperatorRole role = OperatorRole::operate;
  friend bool operator==(const OperatorConfig&, const OperatorConfig&) = default;
};

/// What a program, or a person at the command line, shows at the admin routes.
struct AdminTokenConfig {
  Secret token;
  OperatorRole role = OperatorRole::read;
  friend bool operator==(const AdminTokenConfig&, const AdminTokenConfig&) = default;
};

struct ConsoleConfig {
  std::map<std::string, OperatorConfig> operators;  ///< By the name that the journal will say. Empty: nobody logs in.
  friend bool operator==(const ConsoleConfig&, const ConsoleConfig&) = default;
};

/// What stands between us and everybody we call: institutions, businesses' notices, the alerts' webhook.
struct ProxyConfig {
  std::string url;                  ///< Empty: none.
  std::vector<std::string> except;  ///< Hosts that are called directly.
  friend bool operator==(const ProxyConfig&, const ProxyConfig&) = default;
};

/// Of calls to addresses that businesses choose, and of the alerts' webhook.
struct NoticesConfig {
  std::vector<std::string> allow;  ///< Hosts, addresses and networks that may be called although they are not public.
  friend bool operator==(const NoticesConfig&, const NoticesConfig&) = default;
};

/// Of the channels that serve one method and currency, how many statistics may shut.
struct EjectionConfig {
  int percent_max = 50;
  int left_min = 1;
  friend bool operator==(const EjectionConfig&, const EjectionConfig&) = default;
};

struct NodeConfig {
  std::string name;
  ListenConfig listen;
  StoreConfig store;
  LogConfig log;
  std::string public_url;  ///< Empty: where the API listens.
  LimitsConfig limits;
  ProxyConfig proxy;
  NoticesConfig notices;
  EjectionConfig ejection;
  LinkPolicy link_monitor;
  Secret admin_token;  ///< One of the name `admin` that may do everything. Empty: there is none.
  std::map<std::string, AdminTokenConfig> admin_tokens;  ///< By the name that the journal will say.
  ConsoleConfig console;
  AlertsConfig alerts;
  friend bool operator==(const NodeConfig&, const NodeConfig&) = default;
};

const Table<NodeConfig>& node_table();

}  // namespace tael::config
