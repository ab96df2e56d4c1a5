#include "adapters/channels/wechat_v3/wechat_v3_channel.hpp"

#include "actors/domain/quarantined.hpp"
#include "adapters/channels/access/framework_channel.hpp"
#include "adapters/channels/access/status_classifier.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_assembler.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_parser.hpp"
#include "adapters/channels/wechat_v3/wechat_v3_signature.hpp"

#include <atomic>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace tael {

extern const std::string_view wechat_v3_codes;  // wechat_v3.codes

namespace {

std::unique_ptr<FrameworkChannel> make_framework_channel(const WechatV3Options& options, HttpClient& client,
                                                         Clock& clock, Dice& dice) {
  AccessSteps steps;
  steps.channel = options.channel;
  steps.merchant = options.merchant;
  steps.masking = Masking{{options.api_v3_key}, {"user_name", "paysign"}};
  steps.verifier = std::make_unique<WechatV3Verifier>(options.platform_keys);
  steps.parser = std::make_unique<WechatV3Parser>(options, clock, dice);
  steps.classifier = std::make_unique<StatusClassifier>(StatusMap::parse(wechat_v3_codes).overlaid_by(options.codes));
  steps.assembler = std::make_unique<WechatV3Assembler>(options, clock, dice);
  steps.taken = {200, "application/json", R"({"code":"SUCCESS"})"};
  steps.refused = {401, "application/json", R"({"code":"FAIL","message":"the signature does not verify"})"};
  steps.again = {503, "application/json", R"({"code":"FAIL","message":"not now"})"};
  return std::make_unique<FrameworkChannel>(std::move(steps), client, clock);
}

/// What nobody has been told yet; the last one, if there are several.
class Worries {
 public:
  void add(std::string worry) {
    const std::lock_guard lock{mutex_};
    worry_ = std::move(worry);
  }
  std::string take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(worry_, {});
  }

 private:
  std::mutex mutex_;
  std::string worry_;
};

/// Certificate mode: the platform's keys come from the platform, sealed with the APIv3 key. While there is none, calls
/// wait for the first fetch; later ones happen beside the calls.
class CertificateChannel final : public Channel {
 public:
  CertificateChannel(const WechatV3Options& options, HttpClient& client, Clock& clock, Dice& dice)
      : inner_(make_framework_channel(options, client, clock, dice)),
        state_(std::make_shared<State>(options, clock, dice)),
        client_(client) {}

  void call(const ChannelRequest& request, Duration deadline, std::function<void(ChannelAnswer)> done) override {
    const auto now = state_->clock.now();
    const bool none_yet = !state_->options.platform_keys->newest(now);
    if (!none_yet) {
      if (state_->is_due(now))
        fetch(deadline, [state = state_](const auto& crash) {
          if (crash) state->worries.add("the platform's certificates cannot be read: " + plain_words(crash->error));
        });
      return inner_->call(request, deadline, with_worries(std::move(done)));
    }
    state_->fetched_at = unix_ms(now);
    fetch(deadline, [inner = inner_, request, deadline, began = now, state = state_,
                     done = std::move(done)](std::optional<AdapterCrash> crash) {
      const auto go_on = [&] { inner->call(request, deadline - (state->clock.now() - began), done); };
      if (!crash) crash = crash_of(go_on);
      if (crash) done(crashed_answer(*crash));
    });
  }
  Callback hear(const RawCallback& raw) override { return inner_->hear(raw); }
  Acknowledgement acknowledge(Reception reception) const override { return inner_->acknowledge(reception); }

 private:
  struct State {
    State(const WechatV3Options& given, Clock& given_clock, Dice& dice)
        : options(given), assembler(given, given_clock, dice), clock(given_clock) {}
    bool is_due(TimePoint now) {
      constexpr std::int64_t every_ms = 12LL * 3'600 * 1'000;
      auto before = fetched_at.load();
      return unix_ms(now) - before >= every_ms && fetched_at.compare_exchange_strong(before, unix_ms(now));
    }
    /// Only when one of the certificates inside, or one known before, signed the answer.
    void believe(const HttpAnswer& answer) const {
      const auto found = answer.status == 200 ? read_wechat_v3_certificates(answer.body, options.api_v3_key)
                                              : std::vector<VerifyKey>{};
      const auto candidates = std::make_shared<VerifyKeys>(found);
      const auto now = clock.now();
      const bool signed_by_new = WechatV3Verifier{candidates}.refuses(answer, now).empty();
      if (signed_by_new || WechatV3Verifier{options.platform_keys}.refuses(answer, now).empty())
        options.platform_keys->add(found);
    }
    WechatV3Options options;
    WechatV3Assembler assembler;
    Clock& clock;
    std::atomic<std::int64_t> fetched_at{0};
    Worries worries;
  };

  using Then = std::function<void(std::optional<AdapterCrash>)>;
  void fetch(Duration deadline, Then then) {
    auto call = state_->assembler.signed_call("GET", "/v3/certificates", "", deadline);
    client_.send(std::move(call), [state = state_, then = std::move(then)](const HttpAnswer& answer) {
      then(crash_of([&] { state->believe(answer); }));
    });
  }

  /// What went wrong beside the calls is told with the next answer.
  std::function<void(ChannelAnswer)> with_worries(std::function<void(ChannelAnswer)> done) {
    auto worry = state_->worries.take();
    if (worry.empty()) return done;
    return [worry = std::move(worry), done = std::move(done)](ChannelAnswer answer) {
      if (answer.alert.empty()) answer.alert = worry;
      done(std::move(answer));
    };
  }

  std::shared_ptr<FrameworkChannel> inner_;
  std::shared_ptr<State> state_;
  HttpClient& client_;
};

}  // namespace

std::unique_ptr<Channel> make_wechat_v3_channel(WechatV3Options options, HttpClient& client, Clock& clock, Dice& dice) {
  if (options.download_certificates) return std::make_unique<CertificateChannel>(options, client, clock, dice);
  return make_framework_channel(options, client, clock, dice);
}

}  // namespace tael
