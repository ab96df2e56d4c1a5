#include "adapters/channels/iso8583/iso8583_channel.hpp"

#include "actors/domain/assert.hpp"
#include "adapters/channels/iso8583/desk.hpp"

#include <utility>

namespace tael {

namespace {

class Iso8583Channel final : public Channel {
 public:
  Iso8583Channel(std::string name, std::shared_ptr<iso8583::Desk> desk)
      : name_(std::move(name)), desk_(std::move(desk)) {}

  void call(const ChannelRequest& request, Duration deadline, std::function<void(ChannelAnswer)> done) override {
    desk_->call(request, deadline, std::move(done));
  }

  /// A host speaks only when it is asked: whatever comes over HTTP in its name is not from it.
  Callback hear(const RawCallback& raw) override {
    Callback callback;
    callback.refusal = "bad_signature";
    callback.exchange.channel = name_;
    callback.exchange.direction = "in";
    callback.exchange.op = "callback";
    callback.exchange.outcome = callback.refusal;
    callback.exchange.request = iso8583::written("POST " + raw.path_and_query);
    callback.exchange.started_at = raw.heard_at;
    callback.answer.exchange = callback.exchange;
    return callback;
  }

  Acknowledgement acknowledge(Reception) const override {
    return {404, "application/json", R"({"code":"no_callbacks"})"};
  }

 private:
  std::string name_;
  std::shared_ptr<iso8583::Desk> desk_;
};

}  // namespace

std::unique_ptr<Channel> make_iso8583_channel(Iso8583Options options, FrameClient& client, TraceBook& book,
                                              Clock& clock) {
  TAEL_ASSERT(iso8583::suits(options.mac) && !options.terminals.empty(), "configuration checks keys and terminals");
  auto name = options.channel;
  auto desk = std::make_shared<iso8583::Desk>(std::move(options), client, book, clock);
  return std::make_unique<Iso8583Channel>(std::move(name), std::move(desk));
}

FrameProtocol iso8583_protocol(const Iso8583Options& options, Clock& clock, bool signs_on) {
  const auto greet = [options, &clock](std::string_view network_code) {
    return [options, &clock, network_code](std::uint32_t serial) {
      const auto message = iso8583::greeting(options, serial, clock.now(), network_code);
      return FrameProtocol::Greeting{iso8583::seal(message, *options.dialect, options.mac).bytes,
                                     iso8583::key_of(message)};
    };
  };
  FrameProtocol protocol;
  // What cannot be read to its end may still say whose it is; its caller then finds that it cannot be believed.
  protocol.key_of = [dialect = options.dialect](std::string_view body) {
    return iso8583::key_of(iso8583::decode(body, *dialect).message);
  };
  protocol.echo = greet("301");
  if (signs_on) protocol.sign_on = greet("001");
  protocol.welcomes = [options](std::string_view body) {
    const auto decoded = iso8583::decode(body, *options.dialect);
    return decoded.error.empty() && decoded.message.at(39) == "00" &&
           iso8583::is_sealed(body, decoded.message, *options.dialect, options.mac, options.further_macs);
  };
  return protocol;
}

}  // namespace tael
