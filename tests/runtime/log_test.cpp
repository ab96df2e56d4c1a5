// One event, one line: what it looks like, and what it looks like when the values are hostile.
#include "runtime/log/log_line.hpp"
#include "runtime/log/spdlog_log.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>
#include <thread>
#include <unistd.h>

namespace tael {
namespace {

constexpr TimePoint noon = TimePoint{Duration{1'795'262'400'123}};

class Noon final : public Clock {
 public:
  TimePoint now() const override { return noon; }
};

std::string line(const Fields& fields, const Redactor& redactor = Redactor{}) {
  return log_line(noon, Level::info, "n1", "order_paid", fields, redactor);
}
std::string only_value(const std::string& value) {
  const auto parsed = boost::json::parse(line({{"v", value}}));
  return std::string{parsed.at("v").as_string()};
}

TEST(LogLine, SaysWhenHowBadWhatWhereAndTheRest) {
  EXPECT_EQ(line({{"order", "01J"}, {"amount", std::int64_t{2500}}, {"late", true}}),
            R"({"ts":"2026-11-21T12:00:00.123Z","level":"info","event":"order_paid","node":"n1",)"
            R"("order":"01J","amount":2500,"late":true})");
}

TEST(LogLine, EscapesWhatWouldEndItOrMoveATerminal) {
  const auto text = line({{"v", "a\nb\r\t\x1b[2J\"\\\x7f\xC2\x9B" + std::string(1, '\0')}});
  EXPECT_NE(text.find(R"("a\nb\u000d\u0009\u001b[2J\"\\\u007f\u009b\u0000")"), std::string::npos) << text;
}

TEST(LogLine, KeepsEveryLanguageAndReplacesWhatIsNone) {
  EXPECT_EQ(only_value("包子 ☕ 𝄞"), "包子 ☕ 𝄞");
  EXPECT_EQ(only_value("a\xFF\xC0\xAF\xED\xA0\x80z"),
            "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz");
  EXPECT_EQ(only_value("\xE5\x8C"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(LogLine, AFieldDoesNotPassForOneOfOurs) {
  EXPECT_NE(line({{"event", "forged"}}).find(R"("event_":"forged")"), std::string::npos);
}

TEST(LogLine, MasksEveryValue) {
  const Redactor redactor({"CANARY-0123456789abcdef"});
  const auto text = line({{"error", "key CANARY-0123456789abcdef"},
                          {"token", "abc"},
                          {"subject", "4111 1111 1111 1111"},
                          {"number", std::int64_t{4111111111111111}}},
                         redactor);
  EXPECT_NE(text.find(R"("error":"key ***","token":"***","subject":"411111******1111","number":"411111******1111")"),
            std::string::npos)
      << text;
}

// Goal: no value, however long or strange, makes a line that is too long or no JSON.
TEST(LogLine, IsValidAndEndsAt8KiB) {
  for (const auto* piece : {"a", "\n", "\"", "☕", "\x01", "\xFF", "𝄞"})
    for (std::size_t repeat : {1'000u, 8'000u, 8'080u, 8'081u, 8'082u, 8'083u, 8'084u, 8'192u, 100'000u}) {
      std::string value;
      for (std::size_t i = 0; i < repeat; ++i) value += piece;
      const auto text = line({{"first", "x"}, {"v", value}, {"last", std::int64_t{1}}});
      ASSERT_LT(text.size(), log_line_bytes_max) << repeat;
      boost::json::error_code error;
      const auto parsed = boost::json::parse(text, error);
      ASSERT_FALSE(error) << repeat << text.substr(text.size() - 40);
      ASSERT_EQ(parsed.as_object().contains("cut"), !parsed.as_object().contains("last")) << repeat;
    }
}

TEST(LogLine, NamesAreBoundedToo) {
  const auto text = line({{std::string(20'000, 'n'), true}});
  EXPECT_LT(text.size(), log_line_bytes_max);
  EXPECT_TRUE(boost::json::parse(text).as_object().contains("cut"));
}

class LogFile : public testing::Test {
 protected:
  ~LogFile() override { ::unlink(path.c_str()); }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::ifstream file(path);
    for (std::string text; std::getline(file, text);) all.push_back(text);
    return all;
  }
  std::string path = testing::TempDir() + "tael_log_" + std::to_string(::getpid());
  Noon clock;
};

TEST_F(LogFile, HasALineAsSoonAsItWasSaid) {
  SpdlogLog log({.node = "n1", .file = path}, clock, Redactor{});
  log.line(Level::warning, "notice_let_go", {{"notice", "msg_1"}});
  ASSERT_EQ(lines().size(), 1u);
  EXPECT_EQ(boost::json::parse(lines()[0]).at("level"), "warning");
}

TEST_F(LogFile, SaysOnlyWhatIsBadEnough) {
  SpdlogLog log({.level = Level::warning, .node = "n1", .file = path}, clock, Redactor{});
  log.line(Level::info, "quiet", {});
  log.line(Level::error, "loud", {});
  log.set_level(Level::debug);
  log.line(Level::debug, "chatty", {});
  ASSERT_EQ(lines().size(), 2u);
  EXPECT_NE(lines()[0].find("loud"), std::string::npos);
}

TEST_F(LogFile, HidesTheSecretsOfANewConfiguration) {
  SpdlogLog log({.node = "n1", .file = path}, clock, Redactor{});
  log.redact_with(Redactor({"new-secret"}));
  log.line(Level::info, "reloaded", {{"v", "new-secret"}});
  EXPECT_EQ(boost::json::parse(lines()[0]).at("v"), "***");
}

TEST_F(LogFile, LinesOfManyThreadsStayWhole) {
  SpdlogLog log({.node = "n1", .file = path}, clock, Redactor{});
  std::vector<std::thread> speakers;
  for (int who = 0; who < 4; ++who)
    speakers.emplace_back([&log] {
      for (int i = 0; i < 250; ++i) log.line(Level::info, "said", {{"v", std::string(500, 'x')}});
    });
  for (auto& speaker : speakers) speaker.join();
  const auto all = lines();
  EXPECT_EQ(all.size(), 1'000u);
  for (const auto& text : all) ASSERT_EQ(boost::json::parse(text).at("event"), "said");
}

TEST_F(LogFile, ThatCannotBeOpenedIsNamed) {
  try {
    const SpdlogLog log({.node = "n1", .file = testing::TempDir()}, clock, Redactor{});
    FAIL() << "a folder is no log file";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string_view{error.what()}.find(testing::TempDir()), std::string_view::npos) << error.what();
  }
}

}  // namespace
}  // namespace tael
