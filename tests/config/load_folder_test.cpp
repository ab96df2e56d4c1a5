#include "tests/config/folder_on_disk.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace tael::config {
namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(!Streamable<Secret>, "a secret cannot be printed by mistake");
static_assert(!std::is_convertible_v<Secret, std::string>);

TEST(LoadFolder, ReadsAGoodFolder) {
  const FolderOnDisk folder;
  const auto [config, errors] = folder.load();
  ASSERT_TRUE(config.has_value()) << folder.errors();
  EXPECT_TRUE(errors.empty());
  EXPECT_EQ(config->node.name, "tael_1");
  EXPECT_EQ(config->channels.at("aurora").paths(), (std::vector<std::string>{"aurora/qr/cmb", "aurora/qr/icbc"}));
  EXPECT_EQ(config->channels.at("aurora").key.reveal(), "CANARY-value-of-KEY");
  EXPECT_EQ(config->businesses.at("bakery").fee_bps, 60);
  EXPECT_EQ(config->accounts.rules.size(), 4U);
  EXPECT_EQ(config->accounts.rules.at("payment")[1], (PostingLine{false, "business_payable", Share::net}));
  EXPECT_EQ(config->accounts.accounts[0],
            (AccountKind{"channel_receivable", AccountClass::asset, AccountHeat::internal, AccountOwner::channel}));
}

TEST(LoadFolder, LeavesOutWhatHasADefault) {
  const auto config = *FolderOnDisk{}.load().config;
  ChannelPolicy policy;
  policy.channel = "aurora";
  policy.institution = "aurora_pay";
  policy.currencies = {cny};
  EXPECT_EQ(config.channels.at("aurora").policy, policy);
  EXPECT_EQ(config.businesses.at("bakery").notice.policy, NoticePolicy{});
  EXPECT_EQ(config.node.listen, ListenConfig{});
  EXPECT_EQ(config.node.store, StoreConfig{});
  EXPECT_EQ(config.node.limits, LimitsConfig{});
  EXPECT_TRUE(config.channels.at("aurora").switched_on);
}

TEST(LoadFolder, ReadsEveryPolicyIntoItsStruct) {
  FolderOnDisk folder;
  folder.append("channels/aurora.yaml", R"(deadline: 9s
inquiry_ladder: [1s, 2min]
refund_ladder: [3s]
close_ladder: [4s]
unknown_final_after: 5min
in_flight_max: 7
connect_deadline: 800ms
static_switch: off
callback_url: https://pay.example.com/channels/aurora/callback
breaker: {consecutive_max: 1, window: 2s, volume_min: 3, bad_percent: 4, timeout_percent: 5, slow_percent: 6,
  slow_after: 7s, open_min: 8s, open_max: 9s, probe_stages: [10% of 3, 100% of 10], probes_in_flight_max: 9, probe_good_percent: 11, permit_ttl: 12s}
restart: {restarts_max: 1, within: 2s, backoff_min: 3ms, backoff_max: 4ms, parked_for: 5s}
)");
  const auto loaded = folder.load();
  ASSERT_TRUE(loaded.config) << folder.errors();
  const auto& channel = loaded.config->channels.at("aurora");
  EXPECT_EQ(channel.policy.deadline, 9s);
  EXPECT_EQ(channel.policy.inquiry_ladder, (Ladder{1s, 2min}));
  EXPECT_EQ(channel.policy.refund_ladder, Ladder{3s});
  EXPECT_EQ(channel.policy.close_ladder, Ladder{4s});
  EXPECT_EQ(channel.policy.unknown_final_after, 5min);
  EXPECT_EQ(channel.policy.in_flight_max, 7);
  EXPECT_EQ(channel.connect_deadline, 800ms);
  EXPECT_FALSE(channel.switched_on);
  EXPECT_EQ(channel.policy.breaker,
            (BreakerPolicy{1, 2s, 3, 30, 4, 5, 30, 6, 7s, 300s, 50, 20, 60, 8s, 9s, {{10, 3}, {100, 10}}, 9, 11, 12s}));
  EXPECT_EQ(channel.policy.restart, (RestartPolicy{1, 2s, 3ms, 4ms, 5s}));
}

TEST(LoadFolder, NoticeProfilesGiveTheLadderUnlessItIsWritten) {
  FolderOnDisk folder;
  folder.append("businesses/bakery.yaml", "  profile: simple\n");
  EXPECT_EQ(folder.load().config->businesses.at("bakery").notice.policy.ladder, (Ladder{15s, 1min, 5min, 10min}));
  folder.append("businesses/bakery.yaml", "  ladder: [1s]\n");
  EXPECT_EQ(folder.load().config->businesses.at("bakery").notice.policy.ladder, Ladder{1s});
}

TEST(LoadFolder, TellsEveryErrorOfEveryFileAtOnce) {
  FolderOnDisk folder;
  folder.append("channels/aurora.yaml", "breaker:\n  open_fro: 5s\n  volume_min: 0\ndeadline: 8\n");
  folder.append("node.yaml", "nmae: x\n");
  folder.replace("businesses/bakery.yaml", "aurora/qr/cmb", "aurora/qr/cmbb");
  folder.replace("accounts.yaml", "share: net", "share: amount");
  EXPECT_EQ(
      folder.errors(),
      "accounts.yaml:7: rule 'payment' does not balance: debits and credits must be the same, as amount = net + fee\n"
      "channels/aurora.yaml:12: unknown key 'open_fro', did you mean 'open_min'?\n"
      "channels/aurora.yaml:13: 'volume_min' must be a whole number, 1 to 100000, not '0'\n"
      "channels/aurora.yaml:14: 'deadline' must be a length, 100ms to 2min, with its unit (ms, s, min, h, d), not "
      "'8'\n"
      "node.yaml:2: unknown key 'nmae', did you mean 'name'?\n");
}

struct Mistake {
  std::string file, part, by, error;
};

/// One line is one way to be wrong, and what the operator reads.
TEST(LoadFolder, NamesTheLineOfEachMistake) {
  const std::string a = "channels/aurora.yaml", b = "businesses/bakery.yaml", c = "accounts.yaml", n = "node.yaml";
  const std::string never = "is a secret: write ${env:NAME} or file:PATH, never the value itself";
  // clang-format off
  const Mistake mistakes[] = {
    // keys
    {a, "merchant: M-1", "",                         a + ":1: key 'merchant' is missing: who we are to the institution"},
    {a, "merchant: M-1", "merchant: M-1\nmerchant: M-2", a + ":6: key 'merchant' was already given in line 5"},
    {a, "merchant: M-1", "mercant: M-1",             a + ":1: key 'merchant' is missing: who we are to the institution\n" + a + ":5: unknown key 'mercant', did you mean 'merchant'?"},
    {a, "merchant: M-1", "merchant: M-1\nqqqqqqqqqqqq: 1", a + ":6: unknown key 'qqqqqqqqqqqq'; there are: channel, institution, currencies, name, adapter, url, callback_url, merchant, key, channel_key, app, key_serial, channel_keys, download_certificates, client_certificate, pkcs12_password, simulated_key, codes, enabled, connect_deadline, bank_host, methods, owner, static_switch, deadline, inquiry_ladder, refund_ladder, close_ladder, unknown_final_after, in_flight_max, queue_max, queue_wait, breaker, restart"},
    {n, "name: tael_1", "- a",                       n + ":1: the value must be a map of keys, not a list of 1"},
    // texts
    {a, "merchant: M-1", "merchant: 10042",          a + ":5: 'merchant': 10042 is ambiguous in YAML; write \"10042\""},
    {a, "merchant: M-1", "merchant: no",             a + ":5: 'merchant': no is ambiguous in YAML; write \"no\""},
    {a, "merchant: M-1", "merchant: 1:30",           a + ":5: 'merchant': 1:30 is ambiguous in YAML; write \"1:30\""},
    {a, "merchant: M-1", "merchant: 2026-11-21",     a + ":5: 'merchant': 2026-11-21 is ambiguous in YAML; write \"2026-11-21\""},
    {a, "merchant: M-1", "merchant:",                a + ":5: 'merchant' must be text of 1 to 64 bytes in one line, not nothing"},
    {a, "merchant: M-1", "merchant: \"\"",           a + ":5: 'merchant' must be text of 1 to 64 bytes in one line, not '' in quotes"},
    {a, "merchant: M-1", "merchant: [x]",            a + ":5: 'merchant' must be text of 1 to 64 bytes in one line, not a list of 1"},
    {a, "institution: aurora_pay", "institution: Aurora", a + ":2: 'institution' must be a code (small letters, digits, _; at most 32), not 'Aurora'"},
    {a, "[CNY]", "[CNY, RMB]",                       a + ":3: the value must be an ISO 4217 currency, three capital letters, not 'RMB'"},
    {a, "[CNY]", "[CNY, CNY]",                       a + ":3: 'CNY' stands in the list twice"},
    {a, "[CNY]", "[]",                               a + ":3: 'currencies' must have 1 to 1000 items"},
    {a, "http://127.0.0.1:9400", "ftp://x",          a + ":4: 'url' must be an http or https address, without user, query or slash at the end, not 'ftp://x'"},
    {a, "http://127.0.0.1:9400", "http://x/",        a + ":4: 'url' must be an http or https address, without user, query or slash at the end, not 'http://x/'"},
    {a, "http://127.0.0.1:9400", "http://u:p@x",     a + ":4: 'url' must be an http or https address, without user, query or slash at the end, not 'http://u:p@x'"},
    {a, "merchant: M-1", "merchant: M-1\nbreaker: {slow_after: 8s}", a + ":6: 'breaker.slow_after' must be shorter than 'deadline' (8s): nobody waits for a later answer"},
    {a, "merchant: M-1", "merchant: M-1\nunknown_final_after: 9s", a + ":6: 'unknown_final_after' (9s) must be longer than 'queue_wait' and 'deadline' together (9s): a call that has yet to leave may still be paid"},
    // numbers and lengths
    {b, "fee_bps: 60", "fee_bps: 010",               b + ":7: 'fee_bps' must be a whole number, 0 to 10000, not '010'"},
    {b, "fee_bps: 60", "fee_bps: 0x10",              b + ":7: 'fee_bps' must be a whole number, 0 to 10000, not '0x10'"},
    {b, "fee_bps: 60", "fee_bps: 1e2",               b + ":7: 'fee_bps' must be a whole number, 0 to 10000, not '1e2'"},
    {b, "fee_bps: 60", "fee_bps: 0.6",               b + ":7: 'fee_bps' must be a whole number, 0 to 10000, not '0.6'"},
    {b, "fee_bps: 60", "fee_bps: -1",                b + ":7: 'fee_bps' must be a whole number, 0 to 10000, not '-1'"},
    {b, "fee_bps: 60", "fee_bps: -0",                b + ":7: 'fee_bps' must be a whole number, 0 to 10000, not '-0'"},
    {b, "fee_bps: 60", "fee_bps: +6",                b + ":7: 'fee_bps' must be a whole number, 0 to 10000, not '+6'"},
    {b, "fee_bps: 60", "fee_bps: 1_0",               b + ":7: 'fee_bps' must be a whole number, 0 to 10000, not '1_0'"},
    {b, "fee_bps: 60", "fee_bps: \"60\"",            b + ":7: 'fee_bps' must be a whole number, 0 to 10000, not '60' in quotes"},
    {b, "fee_bps: 60", "fee_bps: 10001",             b + ":7: 'fee_bps' must be a whole number, 0 to 10000, not '10001'"},
    {b, "fee_bps: 60", "fee_bps: 99999999999999999999", b + ":7: 'fee_bps' must be a whole number, 0 to 10000, not '99999999999999999999'"},
    {b, "fee_bps: 60", "fee_bps: 60\nexpires_default: 30m", b + ":8: 'expires_default' must be a length, 1s to 30d, with its unit (ms, s, min, h, d), not '30m'"},
    {b, "fee_bps: 60", "fee_bps: 60\nexpires_default: 31d", b + ":8: 'expires_default' must be a length, 1s to 30d, not '31d'"},
    {b, "fee_bps: 60", "fee_bps: 60\nhttp_allowed: yes", b + ":8: 'http_allowed' must be true or false, not 'yes'"},
    {b, "notice:\n", "notice:\n  ladder: [1s, 2]\n", b + ":10: the value must be a length, 100ms to 1d, with its unit (ms, s, min, h, d), not '2'"},
    {b, "notice:\n", "notice:\n  ladder: []\n",      b + ":10: 'ladder' must be a list of 1 to 50 lengths, each 100ms to 1d, not an empty list"},
    {b, "notice:\n", "notice:\n  profile: simpel\n", b + ":10: 'profile' must be one of standard, simple, not 'simpel'"},
    {b, "[instant]", "[instant, foo]",               b + ":5: the value must be one of escrow, instant, recharge, withdraw, transfer, not 'foo'"},
    {n, "name: tael_1", "name: tael_1\nlink_monitor:\n  back_percent: 20", n + ":3: 'back_percent' (20) must not be below 'drop_percent' (30): the alert would end while it begins"},
    {n, "name: tael_1", "name: tael_1\nlink_monitor:\n  drop_percent: 71", n + ":3: 'back_percent' (70) must not be below 'drop_percent' (71): the alert would end while it begins"},
    {n, "name: tael_1", "name: tael_1\nlink_monitor: {history: 1min, recent: 2min}", n + ":2: 'history' (1min) must not be shorter than 'recent' (2min)"},
    // addresses
    {n, "name: tael_1", "name: tael_1\nlisten: {api: \"127.0.0.1\"}", n + ":2: 'api' must be host:port, port 0 to 65535, not '127.0.0.1' in quotes"},
    {n, "name: tael_1", "name: tael_1\nnotices: {allow: [10.1.2.3/8]}", n + ":2: the value must be a host name, IP address or network such as 10.0.0.0/8, without scheme, port or wildcard, not '10.1.2.3/8'"},
    {n, "name: tael_1", "name: tael_1\nnotices: {allow: [\"*.example\"]}", n + ":2: the value must be a host name, IP address or network such as 10.0.0.0/8, without scheme, port or wildcard, not '*.example' in quotes"},
    {n, "name: tael_1", "name: tael_1\nlisten: {api: \"127.0.0.1:65536\"}", n + ":2: 'api' must be host:port, port 0 to 65535, not '127.0.0.1:65536' in quotes"},
    {n, "name: tael_1", "name: tael_1\nlisten: {api: 127.0.0.1:8081}", n + ":2: 'api' and 'admin' cannot both listen on 127.0.0.1:8081"},
    // across fields
    {a, "merchant: M-1", "merchant: M-1\nbreaker:\n  open_min: 10min", a + ":7: 'open_min' must not be longer than 'open_max' (5min)"},
    {a, "merchant: M-1", "merchant: M-1\nbreaker:\n  probe_stages: [half of 3]", a + ":7: the value must be a stage such as 25% of 10: 1 to 100 percent, 1 to 1000 probes, not 'half of 3'"},
    {a, "merchant: M-1", "merchant: M-1\nbreaker:\n  permit_ttl: 8s", a + ":7: 'breaker.permit_ttl' must be longer than 'deadline' (8s)"},
    {a, "merchant: M-1", "merchant: M-1\ndeadline: 20s", a + ":6: 'breaker.permit_ttl' must be longer than 'deadline' (20s)"},
    {a, "merchant: M-1", "merchant: M-1\nconnect_deadline: 9s", a + ":6: 'connect_deadline' must not be longer than 'deadline' (8s)"},
    {a, "merchant: M-1", "merchant: M-1\nrestart:\n  backoff_min: 1min", a + ":7: 'backoff_min' must not be longer than 'backoff_max' (30s)"},
    // methods
    {a, "qr: {banks: [cmb, icbc]}", "QR: {banks: [cmb, icbc]}", a + ":10: 'QR' must be a code (small letters, digits, _; at most 32), not 'QR'"},
    {a, "qr: {banks: [cmb, icbc]}", "qr: {banks: [cmb, icbc], bank: x}", a + ":10: unknown key 'bank', did you mean 'banks'?"},
    {a, "  qr: {banks: [cmb, icbc]}", "",            a + ":9: 'methods' must be a map with at least one METHOD, not nothing"},
    // secrets
    {b, "${env:TOKEN}", "CANARY-literal-token",      b + ":3: 'token' " + never},
    {b, "${env:TOKEN}", "[CANARY-literal-token]",    b + ":3: 'token' " + never},
    {b, "${env:TOKEN}", "CANARY${env:TOKEN}",        b + ":3: 'token' " + never},
    {b, "${env:TOKEN}", "${TOKEN}",                  b + ":3: 'token': a reference reads ${env:NAME} or file:PATH"},
    {b, "${env:TOKEN}", "${env:}",                   b + ":3: 'token': a reference reads ${env:NAME} or file:PATH"},
    {b, "${env:TOKEN}", "${env:UNSET}",              b + ":3: 'token': ${env:UNSET} is not set in the environment"},
    {b, "${env:TOKEN}", "${env:SHORT}",              b + ":3: 'token': what ${env:SHORT} leads to is shorter than 16 characters"},
    {b, "${env:TOKEN}", "${env:BLANK}",              b + ":3: 'token': what ${env:BLANK} leads to has a blank, or a character that is not ASCII"},
    {b, "${env:TOKEN}", "file:nowhere",              b + ":3: 'token': file:nowhere is not there"},
    {b, "${env:WHSEC}", "${env:TOKEN}",              b + ":10: 'secret': what ${env:TOKEN} leads to must be whsec_ and base64 of 24 to 64 bytes"},
    {n, "name: tael_1", "name: tael_1\nstore:\n  url: host=x password=CANARY", n + ":3: 'url' holds a password: write ${env:NAME} or file:PATH, never the value itself"},
    {n, "name: tael_1", "name: tael_1\nstore:\n  url: postgresql://u:CANARY@x/y", n + ":3: 'url' holds a password: write ${env:NAME} or file:PATH, never the value itself"},
    // across files
    {a, "channel: aurora", "channel: borealis",      a + ":1: 'channel' is 'borealis', but the file is named 'aurora.yaml'"},
    {b, "business: bakery", "business: museum",      b + ":1: 'business' is 'museum', but the file is named 'bakery.yaml'"},
    {b, "[aurora/qr/cmb]", "[aurora/qr/icbc, aurora/qr/cbm]", b + ":6: no channel has the path 'aurora/qr/cbm', did you mean 'aurora/qr/cmb'?"},
    {b, "[aurora/qr/cmb]", "[aurora/qr]",            b + ":6: the value must be a path, channel/method/bank, not 'aurora/qr'"},
    {b, "[aurora/qr/cmb]", "[polaris/sms/abc]",      b + ":6: no channel has the path 'polaris/sms/abc'; there are: aurora/qr/cmb, aurora/qr/icbc"},
    // accounts
    {c, "credit: fee_income", "credit: fee_incone",  c + ":10: unknown account 'fee_incone', did you mean 'fee_income'?"},
    {c, "credit: fee_income", "debit: fee_income",   c + ":7: rule 'payment' does not balance: debits and credits must be the same, as amount = net + fee"},
    {c, "{credit: fee_income, share: fee}", "{credit: business_payable, share: fee}", c + ":10: rule 'payment' has two lines for 'business_payable': write one with their sum"},
    {c, "{credit: fee_income, share: fee}", "{share: fee}", c + ":10: a line has either 'debit' or 'credit'"},
    {c, "{credit: fee_income, share: fee}", "{credit: fee_income}", c + ":10: key 'share' is missing: amount: all the money the entry is about; fee: our fee on it; net: amount less fee"},
    {c, "  refund:", "  refnud:",                    c + ":7: rule 'refund' is missing\n" + c + ":11: unknown key 'refnud', did you mean 'refund'?"},
    {c, "class: income", "class: gain",              c + ":4: 'class' must be one of asset, liability, income, expense, not 'gain'"},
    {c, "rules:\n", "more: 1\nrules:\n",             c + ":6: unknown key 'more'; there are: accounts, rules"},
  };
  // clang-format on
  for (const auto& [file, part, by, error] : mistakes) {
    FolderOnDisk folder;
    folder.replace(file, part, by);
    EXPECT_EQ(folder.errors(), error + "\n") << by;
    EXPECT_FALSE(folder.load().config);
  }
}

TEST(LoadFolder, NeverShowsASecret) {
  FolderOnDisk folder;
  folder.replace("businesses/bakery.yaml", "${env:TOKEN}", "CANARY-literal");
  folder.replace("businesses/bakery.yaml", "${env:SALT}", "${env:BLANK}");
  folder.replace("businesses/bakery.yaml", "${env:WHSEC}", "${env:NO_WHSEC}");
  folder.append("node.yaml", "store: {url: \"host=x password=CANARY\"}\n");
  EXPECT_EQ(folder.load().errors.size(), 4U);
  EXPECT_EQ(folder.errors().find("CANARY"), std::string::npos) << folder.errors();
  for (const auto& [key, value] : settings_of(*FolderOnDisk{}.load().config))
    EXPECT_EQ(value.find("CANARY"), std::string::npos) << key;
}

TEST(LoadFolder, ReadsSecretsFromFilesThatAreNotOpenToEveryone) {
  namespace fs = std::filesystem;
  FolderOnDisk folder;
  folder.write("token.txt", "CANARY-from-a-file\n");
  folder.replace("businesses/bakery.yaml", "${env:TOKEN}", "file:token.txt");
  const auto file = fs::path{folder.path()} / "token.txt";
  fs::permissions(file, fs::perms::owner_read | fs::perms::others_read);
  EXPECT_EQ(folder.errors(),
            "businesses/bakery.yaml:3: 'token': file:token.txt is open to everyone on this machine; chmod 0400 it\n");
  fs::permissions(file, fs::perms::owner_read);
  const auto loaded = folder.load();
  ASSERT_TRUE(loaded.config) << folder.errors();
  EXPECT_EQ(loaded.config->businesses.at("bakery").token.reveal(), "CANARY-from-a-file");
  EXPECT_EQ(loaded.config->businesses.at("bakery").token.reference(), "file:token.txt");
}

TEST(LoadFolder, LeavesEveryByteOfAPkcs12FileAndTakesItOnlyWhereKeysAre) {
  FolderOnDisk folder;
  const auto bytes = std::string{"\x30\x82\x01\x00", 4} + std::string(80, '\x01') + "\r\n";
  folder.write("ours.p12", bytes);
  std::filesystem::permissions(std::filesystem::path{folder.path()} / "ours.p12", std::filesystem::perms::owner_read);
  folder.append("channels/aurora.yaml", "client_certificate: file:ours.p12\n");
  const auto loaded = folder.load();
  ASSERT_TRUE(loaded.config) << folder.errors();
  EXPECT_EQ(loaded.config->channels.at("aurora").client_certificate.reveal(), bytes);
  folder.replace("businesses/bakery.yaml", "${env:TOKEN}", "file:ours.p12");
  EXPECT_EQ(folder.errors(),
            "businesses/bakery.yaml:3: 'token': what file:ours.p12 leads to has a blank, or a "
            "character that is not ASCII\n");
}

TEST(LoadFolder, ReadsTheStoreFromAReferenceOrALiteralWithoutPassword) {
  FolderOnDisk folder;
  folder.append("node.yaml", "store: {url: \"host=/run/postgresql dbname=tael\"}\n");
  EXPECT_EQ(folder.load().config->node.store.url.reveal(), "host=/run/postgresql dbname=tael");
  folder.replace("node.yaml", "\"host=/run/postgresql dbname=tael\"", "\"${env:BLANK}\"");
  EXPECT_EQ(folder.load().config->node.store.url.reveal(), "CANARY with blanks in it");
}

TEST(LoadFolder, ReadsTheAdminTokenAsASecretOfSomeLength) {
  FolderOnDisk folder;
  EXPECT_TRUE(folder.load().config->node.admin_token.empty()) << "without it nobody is let in";
  folder.append("node.yaml", "admin_token: ${env:ADMIN}\n");
  EXPECT_EQ(folder.load().config->node.admin_token.reveal(), "CANARY-value-of-ADMIN");
  folder.write("node.yaml", "name: tael_1\nadmin_token: ${env:SHORT}\n");
  EXPECT_NE(folder.errors().find("node.yaml:2: 'admin_token'"), std::string::npos) << folder.errors();
  folder.write("node.yaml", "name: tael_1\nadmin_token: a-literal-admin-token\n");
  EXPECT_NE(folder.errors().find("never the value itself"), std::string::npos) << folder.errors();
}

TEST(LoadFolder, MissesFilesAndRefusesThoseNobodyReads) {
  FolderOnDisk folder;
  folder.remove("accounts.yaml");
  folder.write("nod.yaml", "name: x\n");
  folder.write("channels/borealis.yml", "channel: borealis\n");
  folder.write("channels/README.md", "notes\n");
  folder.write("channels/.aurora.yaml.swp", "\x01");
  EXPECT_EQ(folder.errors(),
            "accounts.yaml:1: is missing\n"
            "channels/borealis.yml:1: is not read: its name must end in .yaml\n"
            "nod.yaml:1: is no file of ours, did you mean 'node.yaml'?\n");
}

TEST(LoadFolder, NeedsSomethingToPayWithAndSomebodyToCall) {
  FolderOnDisk folder;
  folder.remove("channels");
  folder.remove("businesses");
  EXPECT_EQ(folder.errors(),
            "businesses:1: there is no business: add businesses/NAME.yaml\n"
            "channels:1: there is no channel: add channels/NAME.yaml\n");
  EXPECT_EQ(load_folder("/nowhere/at/all").errors.size(), 1U);
}

TEST(LoadFolder, BlamesNoBusinessForAChannelThatIsBroken) {
  FolderOnDisk folder;
  folder.write("channels/aurora.yaml", "channel: [\n");
  const auto errors = folder.load().errors;
  ASSERT_EQ(errors.size(), 1U) << folder.errors();
  EXPECT_EQ(errors[0].file, "channels/aurora.yaml");
}

}  // namespace
}  // namespace tael::config
