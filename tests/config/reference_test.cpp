// The generated pages in config/ are what the tables say today. To renew them:
//   tael config reference > config/README.md;  tael config schema > config/tael.schema.json
#include "runtime/config/reference.hpp"

#include "runtime/config/config_command.hpp"
#include "tests/config/folder_on_disk.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace tael::config {
namespace {

std::string content_of(const std::string& file) {
  std::ifstream in{std::string{TAEL_CONFIG_FOLDER} + "/" + file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

TEST(Reference, IsWhatStandsInTheFolder) {
  std::ostringstream out;
  EXPECT_EQ(reference_command(out), 0);
  EXPECT_TRUE(out.str() == content_of("README.md")) << "renew it: tael config reference > config/README.md";
}

TEST(Schema, IsWhatStandsInTheFolder) {
  std::ostringstream out;
  EXPECT_EQ(schema_command(out), 0);
  EXPECT_TRUE(out.str() == content_of("tael.schema.json")) << "renew it: tael config schema > config/tael.schema.json";
}

TEST(Reference, SaysWhatEveryKeyMeansAndNamesEachOnce) {
  std::set<std::string> seen;
  for (const auto& [file, key, row] : flat_rows()) {
    EXPECT_TRUE(seen.insert(file + " " + key).second) << key;
    EXPECT_FALSE(row.meaning.empty()) << key;
    EXPECT_FALSE(row.words.empty()) << key;
    EXPECT_EQ(row.schema.empty(), !row.rows.empty()) << key;
    EXPECT_EQ(row.meaning.find('|'), std::string::npos) << key << ": would break the table";
  }
}

TEST(Check, SaysGoodOrEveryErrorInTextAndJson) {
  FolderOnDisk folder;
  std::ostringstream good, bad, json;
  EXPECT_EQ(check_command(folder.path(), false, good, good_environment()), 0);
  EXPECT_EQ(good.str(), folder.path() + ": good, 1 channel, 1 business\n");
  folder.append("node.yaml", "\"q\\\"x\": 1\n");
  EXPECT_EQ(check_command(folder.path(), false, bad, good_environment()), 1);
  EXPECT_EQ(bad.str(),
            "node.yaml:2: unknown key 'q\"x'; there are: name, listen, store, log, public_url, limits, proxy, notices, "
            "ejection, "
            "link_monitor, admin_token, admin_tokens, console, alerts\n" +
                folder.path() + ": 1 error\n");
  EXPECT_EQ(check_command(folder.path(), true, json, good_environment()), 1);
  EXPECT_EQ(
      json.str(),
      "{\"ok\": false, \"errors\": [{\"file\": \"node.yaml\", \"line\": 2, \"message\": \"unknown key 'q\\\"x'; there "
      "are: name, listen, store, log, public_url, limits, proxy, notices, ejection, link_monitor, admin_token, "
      "admin_tokens, console, "
      "alerts\"}]}\n");
  std::ostringstream nowhere;
  EXPECT_EQ(check_command(folder.path() + "/nowhere", false, nowhere, good_environment()), 2);
}

TEST(Explain, TellsAKeyWhereverItStands) {
  std::ostringstream one, two, none;
  EXPECT_EQ(explain_command("breaker.open_min", one), 0);
  EXPECT_EQ(one.str(),
            "breaker.open_min in channels/NAME.yaml\n  value    length, 100ms to 1h\n  default  5s\n"
            "  meaning  first open time; doubles with each opening in a row\n");
  EXPECT_EQ(explain_command("in_flight_max", two), 0);
  EXPECT_NE(two.str().find("in_flight_max in channels/NAME.yaml"), std::string::npos);
  EXPECT_NE(two.str().find("notice.in_flight_max in businesses/NAME.yaml"), std::string::npos);
  EXPECT_EQ(explain_command("open_mni", none), 1);
  EXPECT_EQ(none.str(), "there is no key 'open_mni', did you mean 'open_min'?\n");
}

TEST(Diff, TellsWhatIsInForceInOneFolderAndNotInTheOther) {
  FolderOnDisk before, after;
  std::ostringstream same, different, broken;
  EXPECT_EQ(diff_command(before.path(), after.path(), same, good_environment()), 0);
  EXPECT_EQ(same.str(), "");
  after.append("channels/aurora.yaml", "deadline: 9s\n  ");
  after.replace("businesses/bakery.yaml", "${env:TOKEN}", "${env:TOKEN_2}");
  after.replace("channels/aurora.yaml", "qr: {banks: [cmb, icbc]}", "qr: {banks: [cmb]}\n  card: {banks: [cmb]}");
  EXPECT_EQ(diff_command(before.path(), after.path(), different, good_environment()), 1);
  EXPECT_EQ(different.str(),
            "~ businesses/bakery.yaml: token: ${env:TOKEN} -> ${env:TOKEN_2}\n"
            "~ channels/aurora.yaml: deadline: 8s -> 9s\n"
            "~ channels/aurora.yaml: methods.qr.banks: [cmb, icbc] -> [cmb]\n"
            "+ channels/aurora.yaml: methods.card.banks: [cmb]\n");
  after.append("node.yaml", "x: 1\n");
  EXPECT_EQ(diff_command(before.path(), after.path(), broken, good_environment()), 2);
}

}  // namespace
}  // namespace tael::config
