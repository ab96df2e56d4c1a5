// What is wrong with a bank's host is told when the configuration is read, by its key and line, not when the node
// starts.
#include "tests/config/folder_on_disk.hpp"

#include <gtest/gtest.h>

namespace tael::config {
namespace {

constexpr const char* harbor = R"(channel: harbor
institution: harbor_bank
adapter: iso8583
currencies: [CNY]
merchant: MERCHANT0000001
key: ${env:MAC_KEY}
owner: payments@example.com
methods: {account: {banks: [harbor]}}
bank_host:
  machines: ["127.0.0.1:9461"]
  terminals: [TERM0001]
)";

struct Wrong {
  const char* name;
  std::string part, by, told;
};

class WrongBankHost : public ::testing::TestWithParam<Wrong> {};

std::string errors_of(const FolderOnDisk& folder, const std::string& mac_key) {
  const auto environment = [&](const std::string& name) {
    return name == "MAC_KEY" ? std::optional{mac_key} : good_environment()(name);
  };
  std::string all;
  for (const auto& error : load_folder(folder.path(), environment).errors) all += to_text(error) + "\n";
  return all;
}

const std::string good_key = "0123456789ABCDEFFEDCBA9876543210";

TEST(BankHost, ThatIsGoodIsRead) {
  FolderOnDisk folder;
  folder.write("channels/harbor.yaml", harbor);
  EXPECT_EQ(errors_of(folder, good_key), "");
}

TEST(BankHost, HasAClockOfItsOwn) {
  const auto offset_of = [](const std::string& written) {
    FolderOnDisk folder;
    folder.write("channels/harbor.yaml", harbor + std::string{"  utc_offset: \""} + written + "\"\n");
    const auto loaded = load_folder(folder.path(), [](const std::string& name) {
      return name == "MAC_KEY" ? std::optional{good_key} : good_environment()(name);
    });
    return loaded.config ? std::optional{loaded.config->channels.at("harbor").bank_host.utc_offset} : std::nullopt;
  };
  EXPECT_EQ(offset_of("+09:30"), 9h + 30min);
  EXPECT_EQ(offset_of("-05:00"), -5h);
  EXPECT_EQ(offset_of("+14:01"), std::nullopt);
  EXPECT_EQ(offset_of("Asia/Shanghai"), std::nullopt);
}

// Whoever only reads the store was told that a key it never had is no hex.
TEST(BankHost, AKeyThatIsMadeUpIsNotBlamedForItsDigits) {
  FolderOnDisk folder;
  folder.write("channels/harbor.yaml", harbor);
  const auto nobody = [](const std::string&) { return std::optional<std::string>{}; };
  const auto loaded = load_folder(folder.path(), {nobody, Missing::is_made_up});
  for (const auto& error : loaded.errors) ADD_FAILURE() << to_text(error);
  ASSERT_TRUE(loaded.config);
  EXPECT_TRUE(loaded.config->channels.at("harbor").key.is_stand_in());
  EXPECT_TRUE(loaded.config->businesses.at("bakery").notice.secret.is_stand_in());
  EXPECT_NE(loaded.config->businesses.at("bakery").token, loaded.config->businesses.at("bakery").salt);
}

TEST(BankHost, WithAWrongMacKeyIsToldByItsReferenceAlone) {
  FolderOnDisk folder;
  folder.write("channels/harbor.yaml", harbor);
  for (const std::string key : {"0123456789ABCDEF", "0123456789ABCDEFFEDCBA987654321X"}) {
    const auto told = errors_of(folder, key);
    EXPECT_NE(told.find("channels/harbor.yaml:6: 'key': what ${env:MAC_KEY} leads to must be 32 hex digits"),
              std::string::npos)
        << told;
    EXPECT_EQ(told.find(key), std::string::npos) << "a key is never shown";
  }
}

TEST(BankHost, WithAWrongFurtherMacKeyIsTold) {
  FolderOnDisk folder;
  folder.write("channels/harbor.yaml", harbor + std::string{"channel_keys:\n  - {id: next, pem: '${env:NEXT_KEY}'}\n"});
  const auto told_with = [&](const std::string& next) {
    const auto environment = [&](const std::string& name) {
      return name == "MAC_KEY"    ? std::optional{good_key}
             : name == "NEXT_KEY" ? std::optional{next}
                                  : good_environment()(name);
    };
    std::string all;
    for (const auto& error : load_folder(folder.path(), environment).errors) all += to_text(error) + "\n";
    return all;
  };
  EXPECT_EQ(told_with("FEDCBA98765432100123456789ABCDEF"), "");
  const auto told = told_with("FEDCBA9876543210");
  EXPECT_NE(told.find("'channel_keys': what ${env:NEXT_KEY} leads to must be 32 hex digits"), std::string::npos)
      << told;
}

TEST(BankHost, WithTheTerminalOfAnotherChannelAtTheSameMachineIsNotGood) {
  FolderOnDisk folder;
  std::string second = harbor;
  second.replace(second.find("harbor"), 6, "harbour");
  folder.write("channels/harbor.yaml", harbor);
  folder.write("channels/harbour.yaml", second);
  EXPECT_EQ(errors_of(folder, good_key),
            "channels/harbour.yaml:11: 'bank_host.terminals': channels/harbor.yaml has 'TERM0001' at the same machine "
            "(127.0.0.1:9461); a terminal is one channel's alone\n");
  folder.replace("channels/harbour.yaml", "TERM0001", "TERM0002");
  EXPECT_EQ(errors_of(folder, good_key), "");
  folder.replace("channels/harbour.yaml", "TERM0002", "TERM0001");
  folder.replace("channels/harbour.yaml", "9461", "9462");
  EXPECT_EQ(errors_of(folder, good_key), "") << "another bank may well have a terminal of this name";
}

TEST_P(WrongBankHost, IsToldByKeyAndLine) {
  FolderOnDisk folder;
  folder.write("channels/harbor.yaml", harbor);
  folder.replace("channels/harbor.yaml", GetParam().part, GetParam().by);
  const auto told = errors_of(folder, good_key);
  EXPECT_NE(told.find(GetParam().told), std::string::npos) << told;
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Wrong, WrongBankHost, ::testing::Values(
    Wrong{"no_port",      "127.0.0.1:9461", "127.0.0.1",        ":10: 'bank_host.machines' must be 'host:port' each"},
    Wrong{"port_0",       "127.0.0.1:9461", "127.0.0.1:0",      ":10: 'bank_host.machines' must be 'host:port' each"},
    Wrong{"port_large",   "127.0.0.1:9461", "127.0.0.1:65536",  ":10: 'bank_host.machines' must be 'host:port' each"},
    Wrong{"no_host",      "127.0.0.1:9461", ":9461",            ":10: 'bank_host.machines' must be 'host:port' each"},
    Wrong{"header",       "  terminals",    "  dialect: cup_bcd\n  terminals", "'bank_host.header' must be 22 hex digits"},
    Wrong{"header_short", "  terminals",    "  dialect: cup_bcd\n  header: '6000'\n  terminals", ":12: 'bank_host.header' must be 22 hex digits"},
    Wrong{"header_extra", "  terminals",    "  header: '6000'\n  terminals", ":11: 'bank_host.header' must be left out"},
    Wrong{"field",        "  terminals",    "  fields: ['25:00']\n  terminals", ":11: 'bank_host.fields' must be 'DE=value' each"},
    Wrong{"field_129",    "  terminals",    "  fields: ['129=00']\n  terminals", ":11: 'bank_host.fields' must be 'DE=value' each"},
    Wrong{"field_ours",   "  terminals",    "  fields:\n    - 25=00\n    - '4=000000000001'\n  terminals", ":13: 'bank_host.fields' cannot have DE4: each message fills it in by itself"},
    Wrong{"field_mac",    "  terminals",    "  fields: ['64=0000000000000000']\n  terminals", ":11: 'bank_host.fields' cannot have DE64"},
    Wrong{"field_batch",  "  terminals",    "  dialect: cup_bcd\n  header: '6000030000603100311003'\n  fields: ['60=22000001']\n  terminals", ":13: 'bank_host.fields' cannot have DE60"},
    Wrong{"field_twice",  "  terminals",    "  fields: [25=00, 25=01]\n  terminals", ":11: 'bank_host.fields' has DE25 twice"},
    Wrong{"merchant_long", "MERCHANT0000001", "MERCHANT00000012", ":5: 'merchant' must be at most 15 characters (DE42), not 16"},
    Wrong{"inquiry_code", "  terminals",    "  inquiry_code: '38'\n  terminals", ":11: 'bank_host.inquiry_code' must be six digits"},
    Wrong{"key_for_x99",  "  terminals",    "  mac: x99\n  terminals", ":6: 'key': what ${env:MAC_KEY} leads to must be 16 hex digits"}),
    [](const auto& tested) { return std::string{tested.param.name}; });
// clang-format on

}  // namespace
}  // namespace tael::config
