// Whose address counts behind proxies, and whose word.
#include "adapters/http/forwarded.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

const std::vector<Network> proxies{*read_network("10.0.0.0/8"), *read_network("2001:db8::/32")};

std::string client(const std::string& remote, const std::vector<std::string>& said) {
  ServerRequest request;
  request.remote = remote;
  for (const auto& each : said) request.headers.emplace_back("x-forwarded-for", each);
  return client_address(request, proxies);
}

TEST(Forwarded, WhoIsNoProxyDoesNotChooseAnAddress) {
  EXPECT_EQ(client("203.0.113.7", {"198.51.100.1"}), "203.0.113.7");
  EXPECT_EQ(client("203.0.113.7", {}), "203.0.113.7");
}

TEST(Forwarded, BehindATrustedProxyItIsTheLastHopThatIsNoProxy) {
  EXPECT_EQ(client("10.0.0.1", {"198.51.100.1"}), "198.51.100.1");
  EXPECT_EQ(client("10.0.0.1", {"198.51.100.1, 10.0.0.9"}), "198.51.100.1");
  EXPECT_EQ(client("10.0.0.1", {"198.51.100.1", "10.0.0.9"}), "198.51.100.1");
  EXPECT_EQ(client("2001:db8::1", {" 198.51.100.1:4711 "}), "198.51.100.1");
  EXPECT_EQ(client("10.0.0.1", {"[2a00::7]:4711"}), "2a00::7");
  EXPECT_EQ(client("10.0.0.1", {"10.0.0.3"}), "10.0.0.3") << "a proxy asks for itself";
}

TEST(Forwarded, WhatAClientWroteBeforeTheProxyDoesNotCount) {
  EXPECT_EQ(client("10.0.0.1", {"127.0.0.1, 203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(client("10.0.0.1", {"127.0.0.1", "203.0.113.7"}), "203.0.113.7");
}

TEST(Forwarded, WhatCannotBeReadEndsAtTheProxyThatHandedItOn) {
  for (const auto* odd : {"unknown", "", "198.51.100.1 198.51.100.2", "[", "::g", "1.2.3"})
    EXPECT_EQ(client("10.0.0.1", {odd}), "10.0.0.1") << odd;
  EXPECT_EQ(client("10.0.0.1", {"198.51.100.1, unknown, 10.0.0.9"}), "10.0.0.9");
  EXPECT_EQ(client("10.0.0.1", {}), "10.0.0.1");
}

TEST(Forwarded, OnlyATrustedProxySaysThatTheClientCameEncrypted) {
  ServerRequest request;
  request.headers.emplace_back("x-forwarded-proto", "https");
  request.remote = "10.0.0.1";
  EXPECT_TRUE(came_encrypted(request, proxies));
  request.remote = "203.0.113.7";
  EXPECT_FALSE(came_encrypted(request, proxies));
  EXPECT_FALSE(came_encrypted(request, {}));
}

}  // namespace
}  // namespace tael
