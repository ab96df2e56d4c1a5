#include "runtime/config/channel.hpp"
#include "runtime/config/check_bank_host.hpp"
#include "runtime/config/check_protocol.hpp"
#include "runtime/config/table.hpp"

#include <array>

namespace tael::config {
namespace {

/// The line to blame for a value that may have been left to its default.
int line_of(const Yaml& yaml, std::string_view key) {
  const auto* child = yaml.find(key);
  return child == nullptr ? yaml.line : child->line;
}

// clang-format off
const Table<BreakerPolicy>& breaker_table() {
  static const Table<BreakerPolicy> table{{
    //     key                    member                                shape               meaning
    field("consecutive_max",      &BreakerPolicy::consecutive_max,      whole(1, 1'000),    "bad calls in a row that open a bank; of our own end of the line (connect, DNS, TLS), the channel"),
    field("window",               &BreakerPolicy::window,               length(1s, 10min),  "how far back the short statistics look"),
    field("volume_min",           &BreakerPolicy::volume_min,           whole(1, 100'000),  "calls in the window before a ratio is judged; lower, and one bad call at night closes the path"),
    field("parent_volume_min",    &BreakerPolicy::parent_volume_min,    whole(1, 100'000),  "the same of a method and of the channel"),
    field("bad_percent",          &BreakerPolicy::bad_percent,          whole(1, 100),      "failures, timeouts and exceptions together, of all calls, that open it"),
    field("timeout_percent",      &BreakerPolicy::timeout_percent,      whole(1, 100),      "timeouts, of all calls, that open it"),
    field("exception_percent",    &BreakerPolicy::exception_percent,    whole(1, 100),      "broken connections and answers nobody can believe, of all calls, that open it"),
    field("slow_percent",         &BreakerPolicy::slow_percent,         whole(1, 100),      "slow answers, of all calls, that open it"),
    field("slow_after",           &BreakerPolicy::slow_after,           length(10ms, 60s),  "an answer this late or later is slow"),
    field("long_window",          &BreakerPolicy::long_window,          length(10s, 1h),    "how far back the long statistics look: they find a bank that fails a little, all the time"),
    field("long_volume_min",      &BreakerPolicy::long_volume_min,      whole(1, 100'000),  "calls in the long window before it is judged"),
    field("long_bad_percent",     &BreakerPolicy::long_bad_percent,     whole(1, 100),      "bad ones of them that open it"),
    field("children_percent",     &BreakerPolicy::children_percent,     whole(1, 100),      "of the busy banks below a method (methods below the channel), open ones that open it too"),
    field("open_min",             &BreakerPolicy::open_min,             length(100ms, 1h),  "first open time; doubles with each opening in a row"),
    field("open_max",             &BreakerPolicy::open_max,             length(100ms, 24h), "longest open time"),
    field("probe_stages",         &BreakerPolicy::probe_stages,         probe_stages(10),   "the way back: of the calls that come half open, a share is let through, so many in all, stage by stage"),
    field("probes_in_flight_max", &BreakerPolicy::probes_in_flight_max, whole(1, 100),      "of them at a time"),
    field("probe_good_percent",   &BreakerPolicy::probe_good_percent,   whole(1, 100),      "good ones, of a stage's probes, to pass it"),
    field("permit_ttl",           &BreakerPolicy::permit_ttl,           length(1s, 10min),  "a probe that has not come back after this counts as a timeout; longer than `deadline`"),
  }, [](Reader& reader, const Yaml& yaml, BreakerPolicy& breaker) {
    if (breaker.open_min > breaker.open_max)
      reader.error(line_of(yaml, "open_min"), "'open_min' must not be longer than 'open_max' (" + to_text(breaker.open_max) + ")");
    if (breaker.long_window <= breaker.window)
      reader.error(line_of(yaml, "long_window"), "'long_window' must be longer than 'window' (" + to_text(breaker.window) + ")");
  }};
  return table;
}

const Table<RestartPolicy>& restart_table() {
  static const Table<RestartPolicy> table{{
    field("restarts_max", &RestartPolicy::restarts_max, whole(0, 100),       "crashes of the adapter within `within` that are forgiven; one more closes the channel and alerts its owner"),
    field("within",       &RestartPolicy::within,       length(1s, 24h),     "the period the crashes are counted in"),
    field("backoff_min",  &RestartPolicy::backoff_min,  length(1ms, 10min),  "wait before the first restart; doubles each time"),
    field("backoff_max",  &RestartPolicy::backoff_max,  length(1ms, 1h),     "longest wait before a restart"),
    field("parked_for",   &RestartPolicy::parked_for,   length(1s, 24h),     "how long a channel out of budget stays closed before one more start"),
  }, [](Reader& reader, const Yaml& yaml, RestartPolicy& restart) {
    if (restart.backoff_min > restart.backoff_max)
      reader.error(line_of(yaml, "backoff_min"), "'backoff_min' must not be longer than 'backoff_max' (" + to_text(restart.backoff_max) + ")");
  }};
  return table;
}

std::vector<std::pair<std::string, Adapter>> adapter_words() {
  return {{"http_json", Adapter::http_json},
          {"wechat_v3", Adapter::wechat_v3},
          {"alipay", Adapter::alipay},
          {"stripe", Adapter::stripe},
          {"wechat_v2", Adapter::wechat_v2},
          {"iso8583", Adapter::iso8583}};
}

/// What an adapter cannot work without, beside what every channel has.
struct Need {
  Adapter adapter;
  std::string_view key;
};
constexpr auto needs = std::to_array<Need>({{Adapter::http_json, "url"},
                                            {Adapter::wechat_v3, "url"},
                                            {Adapter::alipay, "url"},
                                            {Adapter::stripe, "url"},
                                            {Adapter::wechat_v2, "url"},
                                            {Adapter::iso8583, "bank_host"},
                                            {Adapter::http_json, "channel_key"},
                                            {Adapter::wechat_v3, "channel_key"},
                                            {Adapter::wechat_v3, "app"},
                                            {Adapter::wechat_v3, "key_serial"},
                                            {Adapter::alipay, "app"},
                                            {Adapter::alipay, "channel_keys"},
                                            {Adapter::stripe, "channel_key"},
                                            {Adapter::wechat_v2, "app"}});

/// First in the reference, as it is first in every file.
const Table<ChannelPolicy>& identity_table() {
  static const Table<ChannelPolicy> table{{
    required("channel",     &ChannelPolicy::channel,     code(), "this channel's code; also the file's name"),
    required("institution", &ChannelPolicy::institution, code(), "the institution behind it; several channels may lead to one"),
    required("currencies",  &ChannelPolicy::currencies,  list_of(currency(), 1), "what it can be paid in; an order in another currency is refused"),
  }};
  return table;
}

/// What the actors get; the rest of the file is for the adapter and the composition root.
const Table<ChannelPolicy>& policy_table() {
  static const Table<ChannelPolicy> table{{
    field("deadline",            &ChannelPolicy::deadline,            length(100ms, 2min),     "the longest a caller waits; after it the call is silent and is asked about. Above the institution's own limit"),
    field("inquiry_ladder",      &ChannelPolicy::inquiry_ladder,      ladder(100ms, 24h, 50),  "waits before each inquiry about an attempt in doubt; at its end a person is alerted"),
    field("refund_ladder",       &ChannelPolicy::refund_ladder,       ladder(100ms, 48h, 50),  "waits between tries and inquiries of a refund; at its end it is parked and a person is alerted"),
    field("close_ladder",        &ChannelPolicy::close_ladder,        ladder(100ms, 1h, 20),   "waits between tries of a close that was met by silence; at its end the order closes all the same"),
    field("unknown_final_after", &ChannelPolicy::unknown_final_after, length(1s, 24h),         "an attempt the channel does not know is closed there, and then counts as never received, only this long after it was sent"),
    field("in_flight_max",       &ChannelPolicy::in_flight_max,       whole(1, 10'000),        "calls out at a time: of payments, of refunds, of inquiries and of closes each, so that none takes a place from another; halves and more when the institution answers 429"),
    field("queue_max",           &ChannelPolicy::queue_max,           whole(0, 100'000),       "calls of each kind that may wait for a place; further ones are refused as not sent"),
    field("queue_wait",          &ChannelPolicy::queue_wait,          length(1ms, 1min),       "the longest a call waits for a place; after it nothing was sent"),
    field("breaker",             &ChannelPolicy::breaker,             nested(breaker_table()), "when a path stops being asked; counts are per path, method and channel"),
    field("restart",             &ChannelPolicy::restart,             nested(restart_table()), "how often the adapter may crash"),
  }};
  return table;
}

const Table<NameConfig>& name_table() {
  static const Table<NameConfig> table{{
    field("en", &NameConfig::en, line_of_text(64), "in English"),
    field("zh", &NameConfig::zh, line_of_text(64), "in Chinese"),
  }};
  return table;
}

const Table<MethodConfig>& method_table() {
  static const Table<MethodConfig> table{{
    field("name",     &MethodConfig::name,  nested(name_table()),  "what payers read; the cashier knows the usual ones (qr, card, ...)"),
    required("banks", &MethodConfig::banks, list_of(code(), 1), "banks reached by this method; each is a path channel/method/bank"),
  }};
  return table;
}

const Table<BankHostConfig>& bank_host_table() {
  static const Table<BankHostConfig> table{{
    field("dialect",       &BankHostConfig::dialect,       one_of<BankDialect>({{"ascii87", BankDialect::ascii87}, {"cup_bcd", BankDialect::cup_bcd}}), "how messages are written: cup_bcd is the UnionPay POS form"),
    field("mac",           &BankHostConfig::mac,           one_of<BankMac>({{"x99", BankMac::x99}, {"x919", BankMac::x919}, {"unionpay_ecb", BankMac::unionpay_ecb}, {"aes_cmac", BankMac::aes_cmac}}), "how messages are signed with `key`: x99 with 8 bytes, unionpay_ecb with 8 or 16, the others with 16"),
    required("machines",   &BankHostConfig::machines,      list_of(line_of_text(255), 1), "the front machines, 'host:port' each; calls go round over them"),
    required("terminals",  &BankHostConfig::terminals,     list_of(line_of_text(8), 1),   "terminal ids (DE41) that are ours alone; each counts its own trace numbers"),
    field("fields",        &BankHostConfig::fields,        list_of(line_of_text(120), 0), "further fields of every sale and refund, as the contract has them: '25=00'"),
    field("header",        &BankHostConfig::header,        line_of_text(22),              "cup_bcd: TPDU and message header, 22 hex digits"),
    field("when_silent",   &BankHostConfig::inquires,      one_of<bool>({{"reverse", false}, {"inquire", true}}), "a sale without an answer is taken back, or asked about; ask only a host that knows `inquiry_code`"),
    field("inquiry_code",  &BankHostConfig::inquiry_code,  line_of_text(6),               "processing code (DE3) of a status inquiry"),
    field("utc_offset",    &BankHostConfig::utc_offset,    utc_offset(),                  "the bank's own clock: local times and dates (DE12, DE13, DE61) are told and read by it"),
    field("shared_ledger", &BankHostConfig::shared_ledger, yes_or_no(),                   "false: reversals and refunds go back to the machine that took the original"),
    field("sign_on",       &BankHostConfig::signs_on,      yes_or_no(),                   "send 0800/001 after connecting, and nothing before its answer"),
    field("connections",   &BankHostConfig::connections,   whole(1, 64),                  "connections to each front machine"),
    field("in_flight_max", &BankHostConfig::in_flight_max, whole(1, 10'000),              "calls without an answer on one connection; all full, and nothing is sent"),
    field("echo_every",    &BankHostConfig::echo_every,    length(100ms, 10min),          "after so long a silence we ask whether they live; three without an answer end the connection"),
  }};
  return table;
}

const Table<ChannelKeyConfig>& channel_key_table() {
  static const Table<ChannelKeyConfig> table{{
    field("id",     &ChannelKeyConfig::id,  line_of_text(128), "what the institution calls it (PUB_KEY_ID_...); a certificate's serial when left out"),
    required("pem", &ChannelKeyConfig::pem, secret(16),        "the public key or certificate, PEM; or a public key as bare base64; or the shared secret; or a MAC key in hex"),
  }};
  return table;
}

std::vector<Field<ChannelConfig>> channel_fields() {
  std::vector<Field<ChannelConfig>> fields;
  lift(fields, &ChannelConfig::policy, identity_table());
  const std::vector<Field<ChannelConfig>> own{
    field("name",             &ChannelConfig::name,             nested(name_table()),           "what payers read on the cashier page; the code when left out"),
    field("adapter",          &ChannelConfig::adapter,          one_of<Adapter>(adapter_words()), "which protocol it speaks"),
    field("url",              &ChannelConfig::url,              web_address(),                  "the institution's address, in front of every call; every adapter but iso8583 needs it"),
    field("callback_url",     &ChannelConfig::callback_url,     web_address(),                  "where the institution calls us; without it `public_url` and `/channels/NAME/callback`"),
    required("merchant",      &ChannelConfig::merchant,         line_of_text(64),               "who we are to the institution"),
    required("key",           &ChannelConfig::key,              key_file(16),                   "what we sign with: a secret, a private key as PEM or PKCS#12 (wechat_v3, alipay), or a MAC key in hex (iso8583)"),
    field("channel_key",      &ChannelConfig::channel_key,      secret(16),                     "the secret the institution signs or seals with: http_json its key, wechat_v3 the APIv3 key, stripe whsec_..."),
    field("app",              &ChannelConfig::app,              line_of_text(64),               "our application there: appid, app_id"),
    field("key_serial",       &ChannelConfig::key_serial,       line_of_text(128),              "of the certificate that belongs to `key`: wechat_v3 its serial, alipay its app_cert_sn and alipay_root_cert_sn, parted by a comma, in certificate mode"),
    field("channel_keys",     &ChannelConfig::channel_keys,     list_of_maps(channel_key_table()), "what else the institution signs with, by id: public keys and certificates, two while it changes them; http_json and stripe: further shared secrets beside `channel_key`; wechat_v2 and iso8583: what holds beside `key` while it is changed"),
    field("download_certificates", &ChannelConfig::download_certificates, yes_or_no(),          "wechat_v3: fetch the platform's certificates, at the first call and every 12 hours"),
    field("client_certificate", &ChannelConfig::client_certificate, key_file(64),               "wechat_v2: our certificate and its key, for refunds and reversals: PEM, or the .p12 as they hand it out"),
    field("pkcs12_password",  &ChannelConfig::pkcs12_password,  secret(1),                      "opens the PKCS#12 files of this channel; without it `merchant` does, as WeChat has it"),
    field("simulated_key",    &ChannelConfig::simulated_key,    secret(64),                     "the simulated institution's private key, PEM, for `tael simulate channels`; several for its key changes; a node does not use it"),
    field("codes",            &ChannelConfig::codes,            list_of(line_of_text(200), 0),  "rows that go before the protocol's own: 'pay 400 SOME_CODE declined alert', '* 503 BANK_AWAY silent bank'"),
    field("enabled",          &ChannelConfig::enabled,          yes_or_no(),                    "false: the file is checked, its secrets are not read, and nobody can pay by it"),
    field("connect_deadline", &ChannelConfig::connect_deadline, length(50ms, 60s),              "the longest a connection may take; after it nothing was sent, and the order can be paid another way"),
    field("bank_host",        &ChannelConfig::bank_host,        nested(bank_host_table()),      "iso8583: the bank's host"),
    required("methods",       &ChannelConfig::methods,          map_of("METHOD", method_table()), "how it can be paid, and through which banks"),
    required("owner",         &ChannelConfig::owner,            line_of_text(128),              "who is alerted when it closes"),
    field("static_switch",    &ChannelConfig::switched_on,      one_of<bool>({{"on", true}, {"off", false}}), "off: no call leaves, whatever the statistics say"),
  };
  fields.insert(fields.end(), own.begin(), own.end());
  lift(fields, &ChannelConfig::policy, policy_table());
  return fields;
}
// clang-format on

}  // namespace

const Table<ChannelConfig>& channel_table() {
  static const Table<ChannelConfig> table{
      channel_fields(), [](Reader& reader, const Yaml& yaml, ChannelConfig& channel) {
        for (const auto& need : needs)
          if (need.adapter == channel.adapter && yaml.find(std::string{need.key}) == nullptr)
            reader.error(line_of(yaml, "adapter"), "this adapter needs the key '" + std::string{need.key} + "' too");
        const bool knows_keys = !channel.channel_keys.empty() || channel.download_certificates;
        if (channel.adapter == Adapter::wechat_v3 && !knows_keys)
          reader.error(line_of(yaml, "adapter"), "this adapter needs 'channel_keys', or 'download_certificates: true'");
        check_bank_host(reader, yaml, channel);
        check_protocol(reader, yaml, channel);
        const auto deadline = to_text(channel.policy.deadline);
        if (channel.connect_deadline > channel.policy.deadline)
          reader.error(line_of(yaml, "connect_deadline"),
                       "'connect_deadline' must not be longer than 'deadline' (" + deadline + ")");
        const auto* slow_after = yaml.find("breaker") == nullptr ? nullptr : yaml.find("breaker")->find("slow_after");
        if (slow_after != nullptr && channel.policy.breaker.slow_after >= channel.policy.deadline)
          reader.error(slow_after->line, "'breaker.slow_after' must be shorter than 'deadline' (" + deadline +
                                             "): nobody waits for a later answer");
        const auto longest_call = channel.policy.queue_wait + channel.policy.deadline;
        if (channel.policy.unknown_final_after <= longest_call)
          reader.error(line_of(yaml, yaml.find("unknown_final_after") ? "unknown_final_after" : "deadline"),
                       "'unknown_final_after' (" + to_text(channel.policy.unknown_final_after) +
                           ") must be longer than 'queue_wait' and 'deadline' together (" + to_text(longest_call) +
                           "): a call that has yet to leave may still be paid");
        if (channel.policy.breaker.permit_ttl <= channel.policy.deadline) {
          const auto* breaker = yaml.find("breaker");
          reader.error(breaker == nullptr ? line_of(yaml, "deadline") : line_of(*breaker, "permit_ttl"),
                       "'breaker.permit_ttl' must be longer than 'deadline' (" + deadline + ")");
        }
      }};
  return table;
}

std::vector<std::string> ChannelConfig::paths() const {
  std::vector<std::string> paths;
  for (const auto& [method, config] : methods)
    for (const auto& bank : config.banks) paths.push_back(policy.channel + "/" + method + "/" + bank);
  return paths;
}

}  // namespace tael::config
