#include "tests/config/folder_on_disk.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tael::config {
namespace {

TEST(ExampleFolder, Loads) {
  std::set<std::string> asked;
  const Environment environment = [&](const std::string& name) -> std::optional<std::string> {
    asked.insert(name);
    return name.ends_with("NOTICE_SECRET") ? "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" : "sixteen-or-more-characters";
  };
  const auto [config, errors] = load_folder(TAEL_CONFIG_FOLDER, environment);
  for (const auto& error : errors) ADD_FAILURE() << to_text(error);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->channels.size(), 2U);
  EXPECT_EQ(config->businesses.size(), 2U);
  // Channels that are not enabled ask for nothing.
  // What `scripts/demo` sets before it starts a node.
  EXPECT_EQ(asked, (std::set<std::string>{"TAEL_AURORA_CHANNEL_KEY", "TAEL_AURORA_KEY", "TAEL_BAKERY_NOTICE_SECRET",
                                          "TAEL_BAKERY_SALT", "TAEL_BAKERY_TOKEN", "TAEL_BOREALIS_CHANNEL_KEY",
                                          "TAEL_BOREALIS_KEY", "TAEL_MUSEUM_NOTICE_SECRET", "TAEL_MUSEUM_SALT",
                                          "TAEL_MUSEUM_TOKEN"}));
}

TEST(ExampleFolder, BeginsEveryFileWithItsSchema) {
  namespace fs = std::filesystem;
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator{TAEL_CONFIG_FOLDER}) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream in{entry.path()};
    std::string first;
    std::getline(in, first);
    const bool top = entry.path().parent_path() == fs::path{TAEL_CONFIG_FOLDER};
    EXPECT_EQ(first, std::string{"# yaml-language-server: $schema="} + (top ? "" : "../") + "tael.schema.json")
        << entry.path();
    ++files;
  }
  EXPECT_GE(files, 6);
}

}  // namespace
}  // namespace tael::config
