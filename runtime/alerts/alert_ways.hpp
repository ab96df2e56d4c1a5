// The ways an alert is told: a mail to its owner, a signed call to whoever is configured. What stands in either is
// written here; how it travels is the adapters'.
#pragma once

#include "actors/ports/alert_sender.hpp"
#include "adapters/mail/smtp_client.hpp"
#include "adapters/notices/standard_webhooks.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tael {

/// What a mail says, and to whom: its owner, or `fallback` when that is no mail address.
AlertLetter mail_letter(const std::string& node, const std::string& fallback, const AlertRecord& alert, AlertNews news);

struct MailWayOptions {
  std::string node;  ///< In every subject: whose alert it is.
  std::string from;
  std::string fallback;  ///< Told of what has no owner, or one that is no mail address.
  SmtpOptions smtp;
};

class MailWay final : public AlertSender {
 public:
  explicit MailWay(MailWayOptions options) : options_(std::move(options)), client_(options_.smtp) {}
  std::string_view way() const override { return "email"; }
  AlertLetter write(const AlertRecord& alert, AlertNews news, TimePoint now) const override;
  void send(const AlertMessage& message, Duration deadline, TimePoint now,
            std::function<void(NoticeTry)> done) override;

 private:
  MailWayOptions options_;
  SmtpClient client_;
};

/// Standard Webhooks 1.0, as businesses hear their notices; types `alert.raised`, `alert.reminder`, `alert.resolved`.
class WebhookWay final : public AlertSender {
 public:
  /// `secrets`: `whsec_...`, the current one first. The client outlives this.
  WebhookWay(HttpClient& client, std::string node, std::string url, std::vector<std::string> secrets);
  std::string_view way() const override { return "webhook"; }
  AlertLetter write(const AlertRecord& alert, AlertNews news, TimePoint now) const override;
  void send(const AlertMessage& message, Duration deadline, TimePoint now,
            std::function<void(NoticeTry)> done) override;

 private:
  std::string node_, url_;
  StandardWebhooks webhooks_;
};

}  // namespace tael
