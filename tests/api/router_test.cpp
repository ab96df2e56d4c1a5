#include "runtime/api/router.hpp"

#include <gtest/gtest.h>

#include <array>

namespace tael {
namespace {

constexpr std::array routes{Route{"POST", "/a", "make"}, Route{"GET", "/a", "list"}, Route{"GET", "/a/{id}", "read"},
                            Route{"POST", "/a/{id}/b/{no}", "deep"}};

std::string name(std::string_view method, std::string_view path) {
  const auto found = match(routes, method, path);
  return found.route == nullptr ? "none; " + found.allowed : std::string{found.route->name};
}

TEST(Router, MatchesSegmentBySegment) {
  EXPECT_EQ(name("POST", "/a"), "make");
  EXPECT_EQ(name("GET", "/a"), "list");
  EXPECT_EQ(name("HEAD", "/a"), "list");
  EXPECT_EQ(name("GET", "/a/7"), "read");
  const auto deep = match(routes, "POST", "/a/7/b/x%2F");
  ASSERT_NE(deep.route, nullptr);
  EXPECT_EQ(deep.params, (std::vector<std::string_view>{"7", "x%2F"}));
}

TEST(Router, KnowsAWrongMethodFromAWrongPath) {
  EXPECT_EQ(name("DELETE", "/a"), "none; POST, GET, HEAD");
  EXPECT_EQ(name("POST", "/a/7"), "none; GET, HEAD");
  for (const auto* path : {"", "/", "a", "/A", "/a/", "//a", "/a/7/", "/a/7/b", "/a//b/1", "/a/7/b/1/c", "*"})
    EXPECT_EQ(name("GET", path), "none; ") << path;
}

TEST(Router, ReadsQueryValues) {
  EXPECT_EQ(query_value("a=1&b=x%2By&c=", "b"), "x+y");
  EXPECT_EQ(query_value("a=1&b=2&c=", "c"), "");
  EXPECT_EQ(query_value("a=1", "b"), std::nullopt);
  EXPECT_EQ(query_value("b=1&b=2", "b"), std::nullopt);
  EXPECT_EQ(query_value("b", "b"), std::nullopt);
  EXPECT_EQ(query_value("b=%2", "b"), std::nullopt);
  EXPECT_EQ(query_value("b=%zz", "b"), std::nullopt);
  EXPECT_EQ(query_value("", "b"), std::nullopt);
}

}  // namespace
}  // namespace tael
