#include "runtime/config/documents.hpp"
#include "runtime/config/reference.hpp"
#include "runtime/config/table.hpp"
#include "tests/config/folder_on_disk.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tael::config {
namespace {

/// Reads one text with one shape, as a file would.
template <class T>
std::optional<T> read(const Shape<T>& shape, const std::string& text) {
  std::vector<Error> errors;
  const auto environment = good_environment();
  const auto root = parse_yaml("key: " + text + "\n", "a.yaml", errors);
  Reader reader{"", "a.yaml", environment, errors};
  T value{};
  if (errors.empty()) shape.read(reader, root.children.at(0), value);
  return errors.empty() ? std::optional{value} : std::nullopt;
}

TEST(Shapes, ReadBackEveryNumberTheyPrintAndNoneOutOfBounds) {
  std::mt19937_64 random{11};
  for (int i = 0; i < 500; ++i) {
    std::uniform_int_distribution<int> any{-1'000'000, 1'000'000};
    const int a = any(random), b = any(random), value = any(random);
    const auto shape = whole(std::min(a, b), std::max(a, b));
    const bool within = value >= std::min(a, b) && value <= std::max(a, b);
    ASSERT_EQ(read(shape, shape.print(value)), within ? std::optional{value} : std::nullopt)
        << value << " in " << shape.words;
  }
}

TEST(Shapes, ReadBackEveryLengthTheyPrintAndNoneOutOfBounds) {
  std::mt19937_64 random{12};
  for (int i = 0; i < 500; ++i) {
    std::uniform_int_distribution<std::int64_t> any{0, 100'000'000};
    const Duration a{any(random)}, b{any(random)}, value{any(random)};
    const auto shape = length(std::min(a, b), std::max(a, b));
    const bool within = value >= std::min(a, b) && value <= std::max(a, b);
    ASSERT_EQ(read(shape, shape.print(value)), within ? std::optional{value} : std::nullopt)
        << to_text(value) << " in " << shape.words;
  }
}

TEST(Shapes, ReadBackEveryTextTheyPrint) {
  const auto shape = line_of_text(40);
  for (const std::string text :
       {"plain", "10042", "no", "~", "1:30", "0x1f", "1e5", "a: b", "# no comment", "\"quoted\"", "back\\slash",
        "- dash", "{map}", "&anchor", "*alias", "!tag", "2026-11-21", ".5", "."})
    EXPECT_EQ(read(shape, shape.print(text)), text);
}

TEST(Shapes, ReadBackEveryLadderTheyPrint) {
  const auto shape = ladder(1ms, 24h, 10);
  const Ladder rungs{1ms, 10s, 5min, 24h};
  EXPECT_EQ(read(shape, shape.print(rungs)), rungs);
  EXPECT_FALSE(read(shape, "10s"));
  EXPECT_FALSE(read(shape, "[25h]"));
}

TEST(Shapes, TakeOnlyWebhookSecretsOfTheRightLength) {
  const auto encoded = [](std::size_t characters) { return "whsec_" + std::string(characters, 'A'); };
  for (const auto& [value, good] : std::vector<std::pair<std::string, bool>>{{encoded(32), true},
                                                                             {encoded(28) + "AAA=", false},
                                                                             {encoded(84) + "AA==", true},
                                                                             {encoded(88), false},
                                                                             {encoded(31), false},
                                                                             {std::string(32, 'A'), false},
                                                                             {encoded(31) + "-", false},
                                                                             {"whsec_", false}}) {
    std::vector<Error> errors;
    const Environment environment = [&said = value](const std::string&) { return std::optional{said}; };
    Reader reader{"", "a.yaml", environment, errors};
    Yaml yaml;
    yaml.kind = Yaml::Kind::scalar;
    yaml.text = "${env:ANY}";
    Secret out;
    webhook_secret().read(reader, yaml, out);
    EXPECT_EQ(errors.empty(), good) << value;
    EXPECT_EQ(out.empty(), !good) << value;
  }
}

TEST(Shapes, ReadAddresses) {
  for (const auto& [text, host, port] : std::vector<std::tuple<std::string, std::string, int>>{
           {"127.0.0.1:0", "127.0.0.1", 0}, {"localhost:8080", "localhost", 8080}, {"\"[::1]:80\"", "::1", 80}}) {
    FolderOnDisk folder;
    folder.append("node.yaml", "listen: {api: " + text + "}\n");
    const auto loaded = folder.load();
    ASSERT_TRUE(loaded.config) << folder.errors();
    EXPECT_EQ(loaded.config->node.listen.api, (Address{host, port}));
  }
}

/// Every default that the reference prints is a value the file may hold, and means the same as leaving it out.
TEST(FieldTables, DefaultsAreValuesThatCanBeWritten) {
  const std::map<std::string, std::string> files{{"node.yaml", "node.yaml"},
                                                 {"channels/NAME.yaml", "channels/aurora.yaml"},
                                                 {"businesses/NAME.yaml", "businesses/bakery.yaml"}};
  // Of a bank's host the file says some things or nothing at all.
  const std::string host = "bank_host:\n  machines: ['127.0.0.1:1']\n  terminals: [T0000001]\n";
  FolderOnDisk with_host;
  const auto lead_to_a_bank = [](FolderOnDisk& folder) {
    folder.replace("channels/aurora.yaml", "${env:KEY}", "${env:MAC_KEY}\nadapter: iso8583");
  };
  with_host.append("channels/aurora.yaml", host);
  lead_to_a_bank(with_host);
  const auto plain = FolderOnDisk{}.load().config, hosted = with_host.load().config;
  ASSERT_TRUE(plain && hosted) << with_host.errors();
  int written = 0;
  for (const auto& [file, key, row] : flat_rows()) {
    if (row.required || row.initial.empty() || !files.contains(file)) continue;
    FolderOnDisk folder;
    const auto dot = key.find('.');
    const auto parent = key.substr(0, dot);
    if (key.find("NAME.") != std::string::npos) continue;  // Of what is said of somebody, something is required.
    const auto& without = parent == "bank_host" ? hosted : plain;
    if (dot == std::string::npos) {
      folder.append(files.at(file), key + ": " + row.initial + "\n");
    } else if (parent == "bank_host") {
      folder.append(files.at(file), host + "  " + key.substr(dot + 1) + ": " + row.initial + "\n");
      lead_to_a_bank(folder);
    } else if (parent == "notice") {
      folder.replace(files.at(file), "notice:\n", "notice:\n  " + key.substr(dot + 1) + ": " + row.initial + "\n");
    } else {
      std::string nested, indent;
      for (const char c : key) nested += c == '.' ? ":\n" + (indent += "  ") : std::string(1, c);
      folder.append(files.at(file), nested + ": " + row.initial + "\n");
    }
    const auto loaded = folder.load();
    ASSERT_TRUE(loaded.config) << key << ": " << folder.errors();
    EXPECT_EQ(settings_of(*loaded.config), settings_of(*without)) << key;
    EXPECT_TRUE(loaded.config == without) << key;
    ++written;
  }
  EXPECT_GT(written, 40);
}

/// Goal: whatever numbers an operator writes within bounds, the struct holds exactly those.
/// Method: two hundred random breakers, printed by the table and read back by it.
TEST(FieldTables, ReadBackWhateverTheyShow) {
  std::mt19937 random{13};
  const auto any = [&](int min, int max) { return std::uniform_int_distribution<int>{min, max}(random); };
  const auto environment = good_environment();
  auto config = *FolderOnDisk{}.load().config;
  for (int i = 0; i < 200; ++i) {
    auto& breaker = config.channels.at("aurora").policy.breaker;
    breaker.consecutive_max = any(1, 1'000);
    breaker.window = Duration{any(1'000, 299'000)};
    breaker.volume_min = any(1, 100'000);
    breaker.bad_percent = any(1, 100);
    breaker.slow_after = Duration{any(10, 7'999)};  // Within the deadline, as a permit is beyond it.
    breaker.open_min = Duration{any(100, 300'000)};
    breaker.probe_stages = {{any(1, 100), any(2, 1'000)}};
    breaker.permit_ttl = Duration{any(8'001, 600'000)};
    std::string text = good_files.at("channels/aurora.yaml") + "breaker:\n";
    const std::string start = "channels/aurora.yaml: breaker.";
    for (const auto& [key, value] : settings_of(config))
      if (key.starts_with(start)) text += "  " + key.substr(start.size()) + ": " + value + "\n";
    Reading reading{"", environment, {}, {}, {}};
    read_document(reading, "channels/aurora.yaml", text);
    ASSERT_TRUE(reading.errors.empty()) << text << to_text(reading.errors[0]);
    ASSERT_EQ(reading.config.channels.at("aurora").policy.breaker, breaker) << text;
  }
}

}  // namespace
}  // namespace tael::config
