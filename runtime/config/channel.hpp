// `channels/NAME.yaml`: one configured way to an institution.
#pragma once

#include "actors/domain/policy.hpp"
#include "runtime/config/secret.hpp"

#include <map>
#include <string>
#include <vector>

namespace tael::config {

template <class S>
class Table;

enum class Adapter { http_json, wechat_v3, alipay, stripe, wechat_v2, iso8583 };

enum class BankDialect { ascii87, cup_bcd };
enum class BankMac { x99, x919, unionpay_ecb, aes_cmac };

/// What only a bank's host wants to know (adapter iso8583).
struct BankHostConfig {
  BankDialect dialect = BankDialect::ascii87;
  BankMac mac = BankMac::x919;
  std::vector<std::string> machines;   ///< `host:port` of each front machine.
  std::vector<std::string> terminals;  ///< DE41.
  std::vector<std::string> fields;     ///< `25=00`: further fields of every sale and refund.
  std::string header;                  ///< Of cup_bcd: TPDU and message header, hex.
  bool inquires = false;               ///< What is done about silence: ask, or take it back.
  std::string inquiry_code = "380000";
  Duration utc_offset = 8h;  ///< Of the bank's local times.
  bool shared_ledger = true;
  bool signs_on = true;
  int connections = 2;
  int in_flight_max = 64;
  Duration echo_every{30s};
  friend bool operator==(const BankHostConfig&, const BankHostConfig&) = default;
};

/// A key or certificate that the institution signs with.
struct ChannelKeyConfig {
  std::string id;  ///< Empty for a certificate: its serial is its id.
  Secret pem;
  friend bool operator==(const ChannelKeyConfig&, const ChannelKeyConfig&) = default;
};

/// What payers read in place of a code; empty: the code.
struct NameConfig {
  std::string en, zh;
  friend bool operator==(const NameConfig&, const NameConfig&) = default;
};

struct MethodConfig {
  NameConfig name;
  std::vector<std::string> banks;
  friend bool operator==(const MethodConfig&, const MethodConfig&) = default;
};

struct ChannelConfig {
  ChannelPolicy policy;  ///< Also has the channel's code and its institution.
  NameConfig name;
  Adapter adapter = Adapter::http_json;
  std::string url;                             ///< Of the institution, without a slash at the end.
  std::string callback_url;                    ///< What we tell the institution to call.
  std::string merchant;                        ///< Who we are to the institution.
  Secret key;                                  ///< We sign with it.
  Secret channel_key;                          ///< A secret shared with the institution: what it signs or seals with.
  std::string app;                             ///< Our application there.
  std::string key_serial;                      ///< Of the certificate that belongs to `key`.
  std::vector<ChannelKeyConfig> channel_keys;  ///< Public ones; more than one while the institution changes them.
  bool download_certificates = false;
  Secret client_certificate;       ///< PEM or PKCS#12: our certificate and its key, for calls that want one.
  Secret pkcs12_password;          ///< Empty: `merchant`.
  Secret simulated_key;            ///< PEM: what the simulated institution signs with; a node has no use for it.
  std::vector<std::string> codes;  ///< An operator's rows before the protocol's own.
  bool enabled = true;             ///< False: checked, and otherwise as if the file were not there.
  Duration connect_deadline{2s};
  BankHostConfig bank_host;
  std::map<std::string, MethodConfig> methods;
  std::string owner;        ///< Who is alerted.
  bool switched_on = true;  ///< The static switch at start; operators change it at run time.
  friend bool operator==(const ChannelConfig&, const ChannelConfig&) = default;

  /// Every `channel/method/bank` of this channel, sorted.
  std::vector<std::string> paths() const;
};

const Table<ChannelConfig>& channel_table();

}  // namespace tael::config
