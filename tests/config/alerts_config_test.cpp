// What is wrong with `alerts` in node.yaml is told when the configuration is read, by its key and line, with what would
// be right: a mail that cannot leave is noticed when it is needed, which is too late.
#include "tests/config/folder_on_disk.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tael::config {
namespace {

// Line 1 is the node's name.
constexpr const char* good = R"(alerts:
  owner: ops@example.com
  told_from: warning
  quiet: 30min
  remind_every: 4h
  ladder: [30s, 1min]
  per_minute_max: 30
  certificate_days: [30, 7]
  email:
    server: "mail.example.com:587"
    from: tael@example.com
    user: tael
    password: ${env:MAIL}
    tls: starttls
  webhook:
    url: https://chat.example.com/hooks/tael
    secret: ${env:WHSEC}
)";

struct Wrong {
  const char* name;
  std::string part, by, told;
};
class WrongAlerts : public ::testing::TestWithParam<Wrong> {};

TEST(AlertsConfig, ThatIsGoodIsRead) {
  FolderOnDisk folder;
  folder.append("node.yaml", good);
  EXPECT_EQ(folder.errors(), "");
  const auto alerts = folder.load().config->node.alerts;
  EXPECT_EQ(alerts.owner, "ops@example.com");
  EXPECT_EQ(alerts.policy.quiet, 30min);
  EXPECT_EQ(alerts.certificate_days, (std::vector{30, 7}));
  EXPECT_EQ(to_text(alerts.email.server), "mail.example.com:587");
  EXPECT_EQ(alerts.webhook.url, "https://chat.example.com/hooks/tael");
}

TEST(AlertsConfig, IsNotNeededAndEachWayIsForItself) {
  FolderOnDisk folder;
  EXPECT_TRUE(folder.load().config->node.alerts.email.server.host.empty());
  folder.append("node.yaml", "alerts: {webhook: {url: 'https://chat.example.com/x', secret: '${env:WHSEC}'}}\n");
  EXPECT_EQ(folder.errors(), "") << "a call needs no owner";
}

TEST(AlertsConfig, AWebhookOfThePrivateNetworkIsListedOrRefused) {
  FolderOnDisk folder;
  folder.append("node.yaml", "alerts:\n  webhook:\n    url: http://10.0.0.7:9000/x\n    secret: ${env:WHSEC}\n");
  EXPECT_EQ(folder.errors(),
            "node.yaml:4: 'alerts.webhook.url' would never be called: 10.0.0.7 is not public (private), and "
            "'notices.allow' in node.yaml does not list it\n");
  folder.append("node.yaml", "notices: {allow: [10.0.0.7]}\n");
  EXPECT_EQ(folder.errors(), "");
}

TEST(AlertsConfig, ARelayOnThisMachineNeedsNoTls) {
  FolderOnDisk folder;
  folder.append(
      "node.yaml",
      "alerts: {owner: ops@example.com, email: {server: 'localhost:25', from: tael@example.com, tls: 'off'}}\n");
  EXPECT_EQ(folder.errors(), "");
}

TEST_P(WrongAlerts, AreToldByKeyAndLine) {
  FolderOnDisk folder;
  folder.append("node.yaml", good);
  folder.replace("node.yaml", GetParam().part, GetParam().by);
  const auto told = folder.errors();
  EXPECT_NE(told.find("node.yaml:" + GetParam().told), std::string::npos) << told;
  EXPECT_EQ(std::ranges::count(told, '\n'), 1) << "one thing is wrong: " << told;
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Wrong, WrongAlerts, ::testing::Values(
    Wrong{"owner",             "ops@example.com", "ops",                 "3: 'owner' must be a mail address, name@domain, not 'ops'"},
    Wrong{"owner_missing",     "  owner: ops@example.com\n", "",         "3: 'owner' is missing: with 'email' somebody must be told of what has no owner"},
    Wrong{"told_from",         "told_from: warning", "told_from: bad",   "4: 'told_from' must be one of info, warning, critical, not 'bad'"},
    Wrong{"quiet",             "quiet: 30min", "quiet: 30",              "5: 'quiet' must be a length, 0s to 7d, with its unit (ms, s, min, h, d), not '30'"},
    Wrong{"quiet_too_long",    "quiet: 30min", "quiet: 8d",              "5: 'quiet' must be a length, 0s to 7d, not '8d'"},
    Wrong{"remind_every",      "remind_every: 4h", "remind_every: daily","6: 'remind_every' must be a length, 0s to 7d"},
    Wrong{"ladder_empty",      "[30s, 1min]", "[]",                      "7: 'ladder' must be a list of 1 to 50 lengths, each 1s to 1d"},
    Wrong{"ladder_too_quick",  "[30s, 1min]", "[10ms]",                  "7: the value must be a length, 1s to 1d, not '10ms'"},
    Wrong{"per_minute",        "per_minute_max: 30", "per_minute_max: 0","8: 'per_minute_max' must be a whole number"},
    Wrong{"days",              "[30, 7]", "[30, 0]",                     "9: the value must be a whole number, 1 to 365, not '0'"},
    Wrong{"days_no_list",      "[30, 7]", "30",                          "9: 'certificate_days' must be a list of: whole number, 1 to 365, not '30'"},
    Wrong{"server_no_port",    "mail.example.com:587", "mail.example.com", "11: 'server' must be host:port, port 1 to 65535, not 'mail.example.com'"},
    Wrong{"server_port_0",     "mail.example.com:587", "mail.example.com:0", "11: 'server' must be host:port, port 1 to 65535, not 'mail.example.com:0'"},
    Wrong{"server_missing",    "    server: \"mail.example.com:587\"\n", "", "11: 'server' is missing: without it no mail leaves"},
    Wrong{"from",              "from: tael@example.com", "from: tael",   "12: 'from' must be a mail address, name@domain, not 'tael'"},
    Wrong{"from_missing",      "    from: tael@example.com\n", "",       "11: 'from' is missing: a mail needs a sender"},
    Wrong{"from_with_a_name",  "from: tael@example.com", "from: Tael <tael@example.com>", "12: 'from' must be a mail address"},
    Wrong{"user_alone",        "    password: ${env:MAIL}\n", "",        "11: 'user' and 'password' go together"},
    Wrong{"password_alone",    "    user: tael\n", "",                   "11: 'user' and 'password' go together"},
    Wrong{"password_in_clear", "${env:MAIL}", "open-sesame",             "14: 'password' is a secret: write ${env:NAME} or file:PATH"},
    Wrong{"password_unset",    "${env:MAIL}", "${env:UNSET_MAIL}",       "14: 'password': ${env:UNSET_MAIL} is not set"},
    Wrong{"tls",               "tls: starttls", "tls: ssl",              "15: 'tls' must be one of starttls, tls, off, not 'ssl'"},
    Wrong{"tls_off_afar",      "tls: starttls", "tls: 'off'",            "11: 'tls: off' is for a relay on this machine, not for mail.example.com:587"},
    Wrong{"url",               "https://chat.example.com/hooks/tael", "chat.example.com", "17: 'url' must be an http or https address"},
    Wrong{"url_missing",       "    url: https://chat.example.com/hooks/tael\n", "", "17: 'url' is missing: nobody is called"},
    Wrong{"secret_missing",    "    secret: ${env:WHSEC}\n", "",         "17: 'secret' is missing: an unsigned call is worth nothing"},
    Wrong{"secret_short",      "${env:WHSEC}", "${env:SHORT}",           "18: 'secret': what ${env:SHORT} leads to must be whsec_ and base64 of 24 to 64 bytes"},
    Wrong{"secret_of_no_kind", "${env:WHSEC}", "${env:OTHER}",           "18: 'secret': what ${env:OTHER} leads to must be whsec_ and base64 of 24 to 64 bytes"},
    Wrong{"unknown_key",       "  quiet: 30min", "  quit: 30min",        "5: unknown key 'quit', did you mean 'quiet'?"}),
    [](const auto& tested) { return std::string{tested.param.name}; });
// clang-format on

}  // namespace
}  // namespace tael::config
