// Notices by Standard Webhooks 1.0: signed for this very try, posted once, judged by status alone.
// Keeps no state and repeats nothing: the ladder is the notices actor's.
#pragma once

#include "actors/ports/http_client.hpp"
#include "actors/ports/notice_sender.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

/// The `whsec_...` secrets that sign for a business, the current one first; while a secret is being replaced
/// the previous one as well. Called at every try, from the caller's thread.
using WebhookSecrets = std::function<std::vector<std::string>(std::string_view business)>;

class StandardWebhooks final : public NoticeSender {
 public:
  StandardWebhooks(HttpClient& client, WebhookSecrets secrets);
  /// A business without a valid secret hears nothing: an unsigned notice is worth nothing to it.
  void send(const Notice& notice, Duration deadline, TimePoint now, std::function<void(NoticeTry)> done) override;

 private:
  HttpClient& client_;
  WebhookSecrets secrets_;
};

/// What an endpoint's answer means: 2xx acknowledges, 410 wants no more, all else (3xx as well) is a failure.
/// An address that may not be called is none any more: nothing but a person's hand changes that.
NoticeTry judge_notice_answer(const HttpAnswer& answer, TimePoint heard_at);

}  // namespace tael
