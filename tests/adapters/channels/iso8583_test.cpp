#include "adapters/channels/iso8583/iso8583_messages.hpp"
#include "tests/adapters/channels/channel_contract.hpp"
#include "tests/adapters/channels/iso8583_twin.hpp"
#include "tests/adapters/iso8583/golden.hpp"
#include "tests/support/breakable_clock.hpp"

namespace tael::testing {

std::unique_ptr<ChannelTwin> make_harbor() { return std::make_unique<Iso8583Twin>(harbor_options()); }
std::unique_ptr<ChannelTwin> make_harbor_pos() { return std::make_unique<Iso8583Twin>(harbor_pos_options()); }

INSTANTIATE_TEST_SUITE_P(Iso8583, ChannelContract, ::testing::Values(&make_harbor, &make_harbor_pos));

namespace {

Iso8583Options reversing(Iso8583Options options) {
  options.when_silent = WhenSilent::reverse;
  return options;
}

/// A host that cannot be asked, in both dialects: silence is taken back.
class Iso8583Reversal : public ::testing::TestWithParam<Iso8583Options (*)()> {
 protected:
  ChannelAnswer ask(ChannelOp op, ChannelRequest request, Duration deadline = 8s) {
    request.op = op;
    ChannelAnswer answer;
    twin.channel().call(request, deadline, [&](ChannelAnswer given) { answer = std::move(given); });
    return answer;
  }
  /// A payment that the bank executed and whose answer nobody heard.
  ChannelRequest lost() {
    const auto request = twin.payment("01JD0000000000000000000000A01", Fate::paid);
    twin.ail(Ailment::cut, ChannelOp::pay);
    EXPECT_EQ(ask(ChannelOp::pay, request).ending, Ending::silent);
    EXPECT_EQ(twin.charged(), 50'000);
    twin.turn(9s);
    return request;
  }
  Iso8583Twin twin{reversing(GetParam()())};
};
INSTANTIATE_TEST_SUITE_P(Iso8583, Iso8583Reversal, ::testing::Values(&harbor_options, &harbor_pos_options));

TEST_P(Iso8583Reversal, TakesBackWhatNobodyAnsweredFor) {
  const auto request = lost();
  const auto answer = ask(ChannelOp::inquire, request);
  EXPECT_EQ(answer.ending, Ending::declined);
  EXPECT_EQ(answer.code, "reversed 00");
  EXPECT_EQ(twin.charged(), 0);
  EXPECT_NE(answer.exchange.request.find("0400"), std::string::npos);
}

TEST_P(Iso8583Reversal, IsRepeatedUntilItIsAnsweredAndThenNoMore) {
  const auto request = lost();
  for (int i = 0; i < 3; ++i) {
    twin.ail(Ailment::hang, ChannelOp::refund);  // The ledger gives a paid one back by a refund.
    const auto answer = ask(ChannelOp::inquire, request);
    EXPECT_EQ(answer.ending, Ending::silent);
    EXPECT_EQ(answer.exchange.request.substr(0, 4), i == 0 ? "0400" : "0401");
  }
  EXPECT_EQ(twin.charged(), 50'000);
  EXPECT_EQ(ask(ChannelOp::inquire, request).ending, Ending::declined);
  EXPECT_EQ(ask(ChannelOp::inquire, request).exchange.response, "(from the trace book)")
      << "an answered reversal is not sent again";
  EXPECT_EQ(twin.charged(), 0);
}

TEST_P(Iso8583Reversal, OutlivesTheChannelThatBeganIt) {
  const auto request = lost();
  const auto another = make_iso8583_channel(twin.options, twin.client, twin.book, twin.clock);
  auto inquiry = request;
  inquiry.op = ChannelOp::inquire;
  another->call(inquiry, 8s, [](const ChannelAnswer& answer) { EXPECT_EQ(answer.code, "reversed 00"); });
  EXPECT_EQ(twin.charged(), 0);
}

TEST_P(Iso8583Reversal, ALateOriginalIsRefusedAfterIt) {
  const auto request = twin.payment("01JD0000000000000000000000A01", Fate::paid);
  twin.ail(Ailment::hang, ChannelOp::pay);  // It never reached the ledger.
  ask(ChannelOp::pay, request);
  twin.turn(9s);
  EXPECT_EQ(ask(ChannelOp::inquire, request).code, "reversed 25");
  const auto trace = twin.book.all().front();
  const auto late = iso8583::seal(iso8583::sale(twin.options, trace, ""), *twin.options.dialect, twin.options.mac);
  twin.front.hear(late.bytes, twin.now());
  EXPECT_EQ(twin.charged(), 0);
}

TEST_P(Iso8583Reversal, NeverTouchesWhatWasApproved) {
  const auto request = twin.payment("01JD0000000000000000000000A01", Fate::paid);
  EXPECT_EQ(ask(ChannelOp::pay, request).ending, Ending::approved);
  twin.turn(1h);
  const auto answer = ask(ChannelOp::inquire, request);
  EXPECT_EQ(answer.ending, Ending::approved);
  EXPECT_EQ(answer.amount, request.amount);
  EXPECT_EQ(ask(ChannelOp::close, request).code, "already_paid");
  EXPECT_EQ(twin.charged(), 50'000);
}

TEST_P(Iso8583Reversal, WaitsWhileTheAnswerMayStillCome) {
  const auto request = lost();
  EXPECT_EQ(ask(ChannelOp::inquire, request, 60s).code, "still_under_way");
  EXPECT_EQ(twin.charged(), 50'000);
}

TEST_P(Iso8583Reversal, AnAnswerThatCannotBeBelievedIsTakenBackToo) {
  for (const auto ailment : {Ailment::forged, Ailment::not_signed, Ailment::executed_5xx, Ailment::broken}) {
    const auto number = "01JD0000000000000000000000B" + std::to_string(static_cast<int>(ailment) + 10);
    const auto request = twin.payment(number, Fate::paid);
    twin.ail(ailment, ChannelOp::pay);
    EXPECT_EQ(ask(ChannelOp::pay, request).ending, Ending::silent);
    twin.turn(9s);
    EXPECT_EQ(ask(ChannelOp::inquire, request).ending, Ending::declined);
    EXPECT_EQ(twin.charged(), 0);
  }
}

TEST_P(Iso8583Reversal, ARefundWithoutAnAnswerIsRepeatedAndMovesMoneyOnce) {
  const auto payment = twin.payment("01JD0000000000000000000000A01", Fate::paid);
  ask(ChannelOp::pay, payment);
  const auto refund = twin.refund("01JD0000000000000000000000R01", payment, Fate::paid);
  twin.ail(Ailment::cut, ChannelOp::refund);
  EXPECT_EQ(ask(ChannelOp::refund, refund).ending, Ending::silent);
  EXPECT_EQ(ask(ChannelOp::inquire_refund, refund).ending, Ending::approved);
  EXPECT_EQ(twin.charged(), 40'000);
}

// Each repeat was cut as the first was, so that a refund of this amount stayed in doubt for ever.
TEST_P(Iso8583Reversal, ARefundThatIsSilentByItsAmountIsFoundByItsRepeat) {
  const auto payment = twin.payment("01JD0000000000000000000000A01", Fate::paid);
  ask(ChannelOp::pay, payment);
  auto refund = twin.refund("01JD0000000000000000000000R01", payment, Fate::paid);
  refund.amount = {10'014, cny};
  EXPECT_EQ(ask(ChannelOp::refund, refund).ending, Ending::silent);
  EXPECT_EQ(ask(ChannelOp::inquire_refund, refund).ending, Ending::approved);
  EXPECT_EQ(twin.charged(), payment.amount.amount - 10'014);
}

TEST(Iso8583Key, IsChangedByTheHostAndBelievedOnlyByWhoKnowsBoth) {
  auto options = harbor_options();
  options.further_macs = {{options.mac.algorithm, from_hex("00112233445566778899aabbccddeeff")}};
  Iso8583Twin twin{options};
  const auto pay = [&](Channel& channel, const std::string& number) {
    ChannelAnswer told;
    channel.call(twin.payment(number, Fate::paid), 8s, [&](const ChannelAnswer& answer) { told = answer; });
    return told;
  };
  EXPECT_EQ(pay(twin.channel(), "01JD0000000000000000000000A01").ending, Ending::approved);
  twin.bank.rotate_key();
  EXPECT_EQ(pay(twin.channel(), "01JD0000000000000000000000A02").ending, Ending::approved);
  auto behind = twin.options;
  behind.further_macs.clear();
  const auto unaware = make_iso8583_channel(behind, twin.client, twin.book, twin.clock);
  const auto told = pay(*unaware, "01JD0000000000000000000000A03");
  EXPECT_EQ(told.ending, Ending::silent);
  EXPECT_EQ(told.code, "bad_signature");
}

TEST(Iso8583Traces, TakeTurnsOverTerminalsAndNeverRepeatOnOne) {
  Iso8583Twin twin{harbor_options()};
  for (int i = 10; i < 50; ++i)
    twin.channel().call(twin.payment("01JD0000000000000000000000A" + std::to_string(i), Fate::paid), 8s, [](auto) {});
  std::map<std::string, std::vector<int>> of_terminal;
  for (const auto& trace : twin.book.all()) of_terminal[trace.terminal].push_back(trace.trace);
  ASSERT_EQ(of_terminal.size(), 2u);
  for (auto& [terminal, traces] : of_terminal) {
    std::ranges::sort(traces);
    EXPECT_EQ(traces.size(), 20u);
    EXPECT_EQ(std::ranges::adjacent_find(traces), traces.end());
  }
}

/// A book that refuses everything after some number of answers.
class FragileBook final : public TraceBook {
 public:
  explicit FragileBook(TraceBook& behind) : behind_(behind) {}
  void open(WireTrace draft, Done done) override {
    if (left-- > 0) return behind_.open(std::move(draft), std::move(done));
    done({});
  }
  void settle(TraceState from, WireTrace to, Done done) override {
    if (left-- > 0) return behind_.settle(from, std::move(to), std::move(done));
    done({});
  }
  void find(std::string channel, std::string number, Done done) override {
    if (left-- > 0) return behind_.find(std::move(channel), std::move(number), std::move(done));
    done({});
  }
  int left = 0;

 private:
  TraceBook& behind_;
};

TEST(Iso8583Traces, WithoutTheBookNothingLeavesAndNothingIsBelieved) {
  Iso8583Twin twin{reversing(harbor_options())};
  FragileBook book{twin.book};
  const auto channel = make_iso8583_channel(twin.options, twin.client, book, twin.clock);
  const auto request = twin.payment("01JD0000000000000000000000A01", Fate::paid);
  channel->call(request, 8s, [](const ChannelAnswer& answer) { EXPECT_EQ(answer.ending, Ending::not_sent); });
  EXPECT_EQ(twin.charged(), 0);
  book.left = 1;  // It opens, and then cannot be told of the approval.
  channel->call(request, 8s, [](const ChannelAnswer& answer) {
    EXPECT_EQ(answer.ending, Ending::silent);
    EXPECT_FALSE(answer.amount.has_value());
  });
  EXPECT_EQ(twin.charged(), 50'000);
  twin.turn(9s);
  auto inquiry = request;
  inquiry.op = ChannelOp::inquire;
  book.left = 100;
  channel->call(inquiry, 8s, [](const ChannelAnswer& answer) { EXPECT_EQ(answer.ending, Ending::declined); });
  EXPECT_EQ(twin.charged(), 0);
}

TEST(Iso8583Answer, DoesNotThrowAtTheClientWhenReadingItGoesWrong) {
  Iso8583Twin twin{harbor_options()};
  BreakableClock clock{twin.clock};
  const auto channel = make_iso8583_channel(twin.options, twin.client, twin.book, clock);
  clock.looks = 1;  // When the call begins, and no more: the year of the answer's time cannot be told.
  const auto request = twin.payment("01JD0000000000000000000000A01", Fate::paid);
  std::vector<ChannelAnswer> answers;
  channel->call(request, 8s, [&](ChannelAnswer given) { answers.push_back(std::move(given)); });
  ASSERT_EQ(answers.size(), 1u);
  const auto& answer = answers.front();
  EXPECT_EQ(answer.ending, Ending::silent);
  ASSERT_TRUE(answer.crash);
  EXPECT_EQ(answer.crash->error, "off by one");
  EXPECT_FALSE(answer.authentic || answer.amount);
  EXPECT_NE(answer.exchange.response.find("0210"), std::string::npos);
  EXPECT_EQ(twin.book.all().front().state, TraceState::open) << "what came of it is not known";
}

TEST(Iso8583Answer, DoesNotThrowAtTheBookWhenAStepGoesWrong) {
  Iso8583Twin twin{reversing(harbor_options())};
  auto request = twin.payment("01JD0000000000000000000000A01", Fate::paid);
  twin.ail(Ailment::cut, ChannelOp::pay);
  twin.channel().call(request, 8s, [](const ChannelAnswer&) {});
  twin.turn(9s);
  BreakableClock clock{twin.clock};
  const auto channel = make_iso8583_channel(twin.options, twin.client, twin.book, clock);
  clock.looks = 1;  // The reversal has no time of its own then.
  request.op = ChannelOp::inquire;
  int crashes = 0;
  channel->call(request, 8s, [&](const ChannelAnswer& answer) { crashes += answer.crash ? 1 : 0; });
  EXPECT_EQ(crashes, 1);
  EXPECT_EQ(twin.charged(), 50'000);
}

/// A host that writes bytes of ours over fields of its answers, and seals them.
class RewritingHost final : public FrameClient {
 public:
  RewritingHost(Iso8583Twin& twin, int field, std::string bytes)
      : twin_(twin), field_(field), bytes_(std::move(bytes)) {}
  void send(FrameCall call, std::function<void(FrameAnswer)> done) override {
    twin_.client.send(std::move(call), [this, done = std::move(done)](FrameAnswer answer) {
      const auto& options = twin_.options;
      auto message = iso8583::decode(answer.body, *options.dialect).message;
      message.fields[field_] = bytes_;
      message.fields.erase(options.dialect == &iso8583::cup_bcd ? 64 : 128);
      answer.body = iso8583::seal(message, *options.dialect, options.mac).bytes;
      done(std::move(answer));
    });
  }
  std::string next_machine() override { return twin_.client.next_machine(); }

 private:
  Iso8583Twin& twin_;
  int field_;
  std::string bytes_;
};

TEST_P(Iso8583Reversal, DoesNotLetBytesOfTheHostIntoTheBook) {
  const std::map<int, std::string> bytes{{37,
                                          "\xd6\xd0\xb9\xfa"
                                          "32519000"},
                                         {39, "\xd6\xd0"}};
  for (const auto& [field, text] : bytes) {
    RewritingHost host{twin, field, text};
    const auto channel = make_iso8583_channel(twin.options, host, twin.book, twin.clock);
    const auto number = "01JD0000000000000000000000A" + std::to_string(field);
    ChannelAnswer answer;
    channel->call(twin.payment(number, Fate::paid), 8s, [&](ChannelAnswer given) { answer = std::move(given); });
    EXPECT_EQ(answer.ending, Ending::silent) << field;
    EXPECT_EQ(answer.code, "malformed") << field;
    EXPECT_EQ(answer.channel_transaction, "");
    EXPECT_EQ(twin.book.all().back().state, TraceState::open);
    EXPECT_EQ(twin.book.all().back().transaction, "");
  }
}

TEST_P(Iso8583Reversal, AnAnswerWithAReferenceOfPlainTextIsBelieved) {
  RewritingHost host{twin, 37, "A-32519000 1"};
  const auto channel = make_iso8583_channel(twin.options, host, twin.book, twin.clock);
  ChannelAnswer answer;
  auto request = twin.payment("01JD0000000000000000000000A01", Fate::paid);
  channel->call(request, 8s, [&](ChannelAnswer given) { answer = std::move(given); });
  const bool is_pos = twin.options.dialect == &iso8583::cup_bcd;  // The other dialect's reference is ours.
  EXPECT_EQ(answer.code, is_pos ? "00" : "other_number");
}

TEST_P(Iso8583Reversal, ThatCannotBeWrittenDoesNotPassForADecline) {
  const auto request = lost();
  auto options = twin.options;
  options.header = options.header.empty() ? "x" : "";  // What no message of the dialect can have.
  const auto channel = make_iso8583_channel(options, twin.client, twin.book, twin.clock);
  auto inquiry = request;
  inquiry.op = ChannelOp::inquire;
  ChannelAnswer answer;
  channel->call(inquiry, 8s, [&](ChannelAnswer given) { answer = std::move(given); });
  EXPECT_EQ(answer.ending, Ending::silent);
  EXPECT_EQ(answer.code, "cannot_be_written");
  EXPECT_NE(answer.alert.find("header"), std::string::npos) << answer.alert;
  EXPECT_EQ(twin.charged(), 50'000);
  EXPECT_EQ(ask(ChannelOp::inquire, request).code, "reversed 00") << "and is made as soon as it can be";
}

TEST(Iso8583Inquiry, ThatCannotBeWrittenDoesNotSettleTheSaleAsDeclined) {
  auto options = harbor_options();
  options.inquiry_code = "not a code";
  Iso8583Twin twin{options};
  auto request = twin.payment("01JD0000000000000000000000A01", Fate::paid);
  twin.ail(Ailment::cut, ChannelOp::pay);
  twin.channel().call(request, 8s, [](const ChannelAnswer&) {});
  request.op = ChannelOp::inquire;
  ChannelAnswer answer;
  twin.channel().call(request, 8s, [&](ChannelAnswer given) { answer = std::move(given); });
  EXPECT_EQ(answer.ending, Ending::silent);
  EXPECT_EQ(answer.code, "cannot_be_written");
  EXPECT_NE(answer.alert.find("DE3"), std::string::npos) << answer.alert;
  EXPECT_EQ(twin.book.all().front().state, TraceState::open);
  EXPECT_EQ(twin.charged(), 50'000);
}

TEST(Iso8583Refund, ThatCannotBeRepeatedDoesNotPassForRefused) {
  Iso8583Twin twin{harbor_options()};
  const auto payment = twin.payment("01JD0000000000000000000000A01", Fate::paid);
  twin.channel().call(payment, 8s, [](const ChannelAnswer&) {});
  const auto refund = twin.refund("01JD0000000000000000000000R01", payment, Fate::paid);
  twin.ail(Ailment::cut, ChannelOp::refund);
  twin.channel().call(refund, 8s, [](const ChannelAnswer&) {});
  auto options = twin.options;
  options.header = "x";
  const auto broken = make_iso8583_channel(options, twin.client, twin.book, twin.clock);
  ChannelAnswer answer;
  broken->call(refund, 8s, [&](ChannelAnswer given) { answer = std::move(given); });
  EXPECT_EQ(answer.ending, Ending::silent) << "the first one moved the money";
  EXPECT_EQ(twin.charged(), 40'000);
  const auto first = twin.refund("01JD0000000000000000000000R02", payment, Fate::paid);
  broken->call(first, 8s, [&](ChannelAnswer given) { answer = std::move(given); });
  EXPECT_EQ(answer.ending, Ending::declined) << "what was never sent has moved nothing";
}

TEST(Iso8583Messages, ASaleIsTheGoldenMessage) {
  auto options = harbor_options();
  options.subject_field = 0;
  options.constants[2] = "6225881234567890";
  WireTrace trace;
  trace.terminal = "TERM0001";
  trace.trace = 123;
  trace.amount = {10'050, cny};
  trace.sent_at = *parse_rfc3339("2026-11-21T19:30:00.000Z");
  options.utc_offset = 0h;
  auto message = iso8583::sale(options, trace, "");
  EXPECT_EQ(message.at(37), "632519000123");
  message.fields[37] = "112119300012";
  EXPECT_EQ(message, iso8583::golden::sale());
}

TEST(Iso8583Messages, AReversalNamesItsOriginalByTypeTraceTimeAndAcquirer) {
  WireTrace original, undo;
  original.terminal = undo.terminal = "TERM0001";
  original.trace = 123;
  undo.trace = 124;
  original.amount = undo.amount = {10'050, cny};
  original.sent_at = *parse_rfc3339("2026-11-21T19:30:00.000Z");
  undo.sent_at = original.sent_at + 10s;
  const auto message = iso8583::reversal(harbor_options(), undo, original, false);
  EXPECT_EQ(message.at(90),
            "0200"
            "000123"
            "1121193000"
            "00010200000"
            "00000000000");
  EXPECT_EQ(message.at(11), "000124");
  EXPECT_EQ(message.at(7), "1121193010");
  EXPECT_EQ(message.at(12), "033000") << "local time as in the original";
  EXPECT_FALSE(message.has(22));
}

TEST(Iso8583Channel, BelievesNoCallback) {
  Iso8583Twin twin{harbor_options()};
  const auto callback = twin.channel().hear({"/channels/harbor/callback", {}, R"({"status":"paid"})", twin.now()});
  EXPECT_EQ(callback.refusal, "bad_signature");
  EXPECT_EQ(callback.exchange.channel, "harbor") << "metric, log and evidence name no nameless channel";
  EXPECT_NE(twin.channel().acknowledge(Reception::refused).status / 100, 2);
}

}  // namespace
}  // namespace tael::testing
