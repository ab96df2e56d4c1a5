#include "runtime/config/alerts.hpp"
#include "runtime/config/table.hpp"

#include <algorithm>

namespace tael::config {
namespace {

Shape<std::string> mail_address() {
  const std::string words = "mail address, name@domain";
  return {words, R"("type": "string", "pattern": "^[^@ ]+@[^@ ]+$")",
          [words](Reader& reader, const Yaml& yaml, std::string& out) {
            if (yaml.kind != Yaml::Kind::scalar || !is_mail_address(yaml.text)) return reader.wrong(yaml, "a " + words);
            out = yaml.text;
          },
          [](const std::string& value) { return value; }};
}

Shape<std::vector<int>> days_list() {
  auto shape = list_of(whole(1, 365), 0);
  return shape;
}

bool is_here(const std::string& host) { return host == "localhost" || host == "127.0.0.1" || host == "::1"; }

// clang-format off
const Table<AlertMailConfig>& mail_table() {
  static const Table<AlertMailConfig> table{{
    field("server",   &AlertMailConfig::server,   address(1),  "SMTP server that takes our mail, host:port; 587 with starttls, 465 with tls. Without it nobody is told by mail"),
    field("from",     &AlertMailConfig::from,     mail_address(),    "who the mails are from; needed with `server`"),
    field("user",     &AlertMailConfig::user,     line_of_text(128), "who we are to the server; without it we do not log in"),
    field("password", &AlertMailConfig::password, secret(1),         "of `user`"),
    field("tls",      &AlertMailConfig::tls,      one_of<MailTlsConfig>({{"starttls", MailTlsConfig::starttls}, {"tls", MailTlsConfig::tls}, {"off", MailTlsConfig::off}}),
                                                                     "starttls: begins in the open and must become TLS before anything is said; tls: TLS from the first byte; off: only to a relay on this machine"),
    field("ca_file",  &AlertMailConfig::ca_file,  file_path(),       "certificates (PEM) that the server's is verified by; without it the system's"),
  }, [](Reader& reader, const Yaml& yaml, AlertMailConfig& mail) {
    if (mail.server.host.empty()) {
      if (!mail.from.empty() || !mail.user.empty() || !mail.password.empty() || !mail.ca_file.empty())
        reader.error(yaml.line, "'server' is missing: without it no mail leaves, host:port");
      return;
    }
    if (mail.from.empty()) reader.error(yaml.line, "'from' is missing: a mail needs a sender, name@domain");
    if (mail.user.empty() != mail.password.empty()) reader.error(yaml.line, "'user' and 'password' go together");
    if (mail.tls == MailTlsConfig::off && !is_here(mail.server.host))
      reader.error(yaml.line, "'tls: off' is for a relay on this machine, not for " + to_text(mail.server));
  }};
  return table;
}

const Table<AlertWebhookConfig>& webhook_table() {
  static const Table<AlertWebhookConfig> table{{
    field("url",             &AlertWebhookConfig::url,             web_address(),    "who is called with `alert.raised`, `alert.reminder` and `alert.resolved`; without it nobody is"),
    field("secret",          &AlertWebhookConfig::secret,          webhook_secret(), "signs the calls, as notices are signed (Standard Webhooks 1.0); needed with `url`"),
    field("secret_previous", &AlertWebhookConfig::secret_previous, webhook_secret(), "signs as well, while the receiver changes to `secret`"),
  }, [](Reader& reader, const Yaml& yaml, AlertWebhookConfig& webhook) {
    if (webhook.url.empty() && (!webhook.secret.empty() || !webhook.secret_previous.empty()))
      return reader.error(yaml.line, "'url' is missing: nobody is called");
    if (!webhook.url.empty() && webhook.secret.empty())
      reader.error(yaml.line, "'secret' is missing: an unsigned call is worth nothing to who hears it");
  }};
  return table;
}
// clang-format on

}  // namespace

const Table<AlertsConfig>& alerts_table() {
  // clang-format off
  static const Table<AlertPolicy> policy{{
    field("told_from",      &AlertPolicy::told_from,      one_of<Severity>({{"info", Severity::info}, {"warning", Severity::warning}, {"critical", Severity::critical}}),
                                                                              "the least severe alerts that anybody is told of; the others are shown at the console"),
    field("quiet",          &AlertPolicy::quiet,          length(0s, 7 * 24h), "no second message about the same trouble within this time, also when it comes and goes"),
    field("remind_every",   &AlertPolicy::remind_every,   length(0s, 7 * 24h), "while nobody has acknowledged an alert; never sooner than `quiet`; 0s: never"),
    field("tell_resolved",  &AlertPolicy::tell_resolved,  yes_or_no(),         "whoever was told of an alert is told when it ends by itself"),
    field("in_flight_max",  &AlertPolicy::in_flight_max,  whole(1, 100),       "messages on their way at a time"),
    field("per_minute_max", &AlertPolicy::per_minute_max, whole(1, 10'000),    "messages that leave within a minute; the others wait"),
    field("deadline",       &AlertPolicy::deadline,       length(1s, 2min),    "of one try to deliver a message"),
    field("ladder",         &AlertPolicy::ladder,         ladder(1s, 24h, 50), "waits between tries; past the last the message is given up, and the log says so"),
    field("override_told_after", &AlertPolicy::override_told_after, length(1min, 24h), "a switch that a person left without an end (`until: revoked`) is an alert after this time, and again after each"),
  }};
  static const Table<AlertsConfig> table{[] {
    std::vector<Field<AlertsConfig>> fields{
      field("owner",   &AlertsConfig::owner,   mail_address(),          "who is told of what no business and no channel owns, or when their `owner` is no mail address; needed with `email`"),
      field("email",   &AlertsConfig::email,   nested(mail_table()),    "a mail to the owner"),
      field("webhook", &AlertsConfig::webhook, nested(webhook_table()), "a signed call, to a chat or a pager"),
      field("certificates_every", &AlertsConfig::certificates_every, length(1min, 7 * 24h), "how often the channels' certificates are looked at"),
      field("certificate_days",   &AlertsConfig::certificate_days,   days_list(),           "days before a certificate ends at which its channel's owner is told; within the last seven it is critical"),
    };
    lift(fields, &AlertsConfig::policy, policy);
    return fields;
  }(), [](Reader& reader, const Yaml& yaml, AlertsConfig& alerts) {
    if (!alerts.email.server.host.empty() && alerts.owner.empty())
      reader.error(yaml.line, "'owner' is missing: with 'email' somebody must be told of what has no owner");
  }};
  // clang-format on
  return table;
}

}  // namespace tael::config
