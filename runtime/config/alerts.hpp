// `alerts` in node.yaml: who is told of what people should know, by which ways, and how often.
#pragma once

#include "actors/domain/alert_life.hpp"
#include "runtime/config/address.hpp"
#include "runtime/config/secret.hpp"

#include <string>
#include <vector>

namespace tael::config {

template <class S>
class Table;

enum class MailTlsConfig { starttls, tls, off };

struct AlertMailConfig {
  Address server;  ///< Without a host: nobody is told by mail.
  std::string from;
  std::string user;
  Secret password;
  MailTlsConfig tls = MailTlsConfig::starttls;
  std::string ca_file;
  friend bool operator==(const AlertMailConfig&, const AlertMailConfig&) = default;
};

struct AlertWebhookConfig {
  std::string url;  ///< Empty: nobody is called.
  Secret secret, secret_previous;
  friend bool operator==(const AlertWebhookConfig&, const AlertWebhookConfig&) = default;
};

struct AlertsConfig {
  std::string owner;  ///< Of what no business and no channel owns.
  AlertPolicy policy;
  AlertMailConfig email;
  AlertWebhookConfig webhook;
  Duration certificates_every{6h};
  std::vector<int> certificate_days{30, 14, 7, 1};
  friend bool operator==(const AlertsConfig&, const AlertsConfig&) = default;
};

const Table<AlertsConfig>& alerts_table();

}  // namespace tael::config
