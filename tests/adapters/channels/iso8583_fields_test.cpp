// What else a host may write into an approval: any data element of the 1987 edition, also one whose value nobody could
// read. None of it is needed, so none of it makes an approval anything else.
#include "adapters/channels/iso8583/iso8583_messages.hpp"
#include "tests/adapters/channels/iso8583_twin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

namespace tael::testing {
namespace {

using iso8583::Content;
using iso8583::FieldSpec;
using iso8583::Length;

bool is_mac(int de) { return de == 64 || de == 128; }
/// What an answer repeats or means; anything else is nobody's.
bool is_needed(int de) {
  constexpr auto needed = std::to_array({2, 3, 4, 7, 11, 37, 39, 41, 42, 49});
  return std::ranges::find(needed, de) != needed.end();
}

/// A value that fills the field: as long as it must be, and easily found again in the bytes.
std::string filling(const FieldSpec& spec) {
  constexpr int some = 6;
  const int size = spec.length == Length::fixed ? spec.size : std::min(some, spec.size);
  return std::string(static_cast<std::size_t>(size), '7');
}

/// Adds one field to every answer and seals it anew; `garbles` then writes bytes over its value that it cannot hold.
class TalkativeHost final : public FrameClient {
 public:
  TalkativeHost(Iso8583Twin& twin, FieldSpec extra, bool garbles) : twin_(twin), extra_(extra), garbles_(garbles) {}

  void send(FrameCall call, std::function<void(FrameAnswer)> done) override {
    twin_.client.send(std::move(call), [this, done = std::move(done)](FrameAnswer answer) {
      const auto& options = twin_.options;
      auto message = iso8583::decode(answer.body, *options.dialect).message;
      message.fields.erase(64);
      message.fields.erase(128);
      message.fields[extra_.de] = filling(extra_);
      answer.body = iso8583::seal(message, *options.dialect, options.mac).bytes;
      if (garbles_) garble(answer.body);
      done(std::move(answer));
    });
  }
  std::string next_machine() override { return twin_.client.next_machine(); }

 private:
  void garble(std::string& body) const {
    const auto& options = twin_.options;
    const bool packed = options.dialect->coding == iso8583::Coding::bcd &&
                        (extra_.content == Content::digits || extra_.content == Content::track);
    const auto value = filling(extra_);
    const auto found = packed ? std::string(value.size() / 2, '\x77') : value;
    const auto at = body.rfind(found, body.size() - 9);
    ASSERT_NE(at, std::string::npos) << "DE" << extra_.de;
    body.replace(at, found.size(), found.size(), packed ? '\xff' : '\x01');
    body.resize(body.size() - 8);
    const auto begin = static_cast<std::size_t>(options.dialect->header_bytes);
    body += iso8583::mac_of(options.mac, std::string_view{body}.substr(begin));
  }

  Iso8583Twin& twin_;
  FieldSpec extra_;
  bool garbles_;
};

class Iso8583Fields : public ::testing::TestWithParam<Iso8583Options (*)()> {
 protected:
  ChannelAnswer paid(const FieldSpec& extra, bool garbles) {
    TalkativeHost host{twin, extra, garbles};
    const auto channel = make_iso8583_channel(twin.options, host, twin.book, twin.clock);
    const auto number = "01JD0000000000000000000000A" + std::to_string(extra.de);
    ChannelAnswer answer;
    channel->call(twin.payment(number, Fate::paid), 8s, [&](ChannelAnswer given) { answer = std::move(given); });
    return answer;
  }
  Iso8583Twin twin{GetParam()()};
};
INSTANTIATE_TEST_SUITE_P(Iso8583, Iso8583Fields, ::testing::Values(&harbor_options, &harbor_pos_options));

TEST_P(Iso8583Fields, AnApprovalIsAnApprovalWhateverElseOfTheEditionItCarries) {
  for (const auto& spec : twin.options.dialect->fields) {
    if (is_needed(spec.de) || is_mac(spec.de)) continue;
    const auto answer = paid(spec, false);
    EXPECT_EQ(answer.ending, Ending::approved) << "DE" << spec.de << ": " << answer.code;
    EXPECT_TRUE(answer.amount) << "DE" << spec.de;
  }
}

TEST_P(Iso8583Fields, AFieldThatNobodyNeedsAndNobodyCanReadSpoilsNoApproval) {
  for (const auto& spec : twin.options.dialect->fields) {
    if (is_needed(spec.de) || is_mac(spec.de) || spec.content == Content::binary || filling(spec).size() < 2) continue;
    const auto answer = paid(spec, true);
    EXPECT_EQ(answer.ending, Ending::approved) << "DE" << spec.de << ": " << answer.code;
    EXPECT_NE(answer.exchange.response.find(" ! DE" + std::to_string(spec.de)), std::string::npos)
        << answer.exchange.response;
  }
}

/// A sale without a card number of ours may be answered with one whose middle is hidden.
TEST_P(Iso8583Fields, ACardNumberThatWasNotOursToSayMayBeMasked) {
  const auto answer = paid(*iso8583::find_field(*twin.options.dialect, 2), true);
  EXPECT_EQ(answer.ending, Ending::approved) << answer.code;
}

TEST_P(Iso8583Fields, AFieldThatIsNeededMustBeReadable) {
  for (const int de : {3, 11, 37, 39, 41, 42}) {
    const auto* spec = iso8583::find_field(*twin.options.dialect, de);
    EXPECT_EQ(paid(*spec, true).ending, Ending::silent) << "DE" << de;
  }
}

TEST(Iso8583Currency, HasItsNumberWhateverItsExponentIs) {
  struct Row {
    const char *code, *number;
  };
  for (const auto& row :
       {Row{"CNY", "156"}, Row{"ISK", "352"}, Row{"UGX", "800"}, Row{"MGA", "969"}, Row{"KWD", "414"},
        Row{"CLF", "990"}, Row{"UYW", "927"}, Row{"IQD", "368"}, Row{"MRU", "929"}, Row{"XCG", "532"}})
    EXPECT_EQ(iso8583::numeric_currency(*Currency::parse(row.code)), row.number) << row.code;
}

}  // namespace
}  // namespace tael::testing
