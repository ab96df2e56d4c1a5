// Whoever chooses an address cannot make a node call what only the node can reach.
#include "adapters/network/destinations.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

IpAddress address(std::string_view text) { return read_address(text).value_or(IpAddress{}); }

TEST(Destinations, WhatPlainlyIsNotPublicIsRefusedBeforeAnybodyIsAsked) {
  const Destinations destinations;
  for (const auto* url : {"http://127.0.0.1/x",
                          "http://127.1",
                          "http://2130706433",
                          "http://0x7f.1",
                          "http://0177.0.0.1:80",
                          "http://127.0.0.1.",
                          "http://0",
                          "http://0.0.0.0",
                          "http://[::1]",
                          "http://[::]",
                          "http://[::ffff:127.0.0.1]",
                          "http://[::ffff:7f00:1]",
                          "http://[64:ff9b::7f00:1]",
                          "http://[2002:7f00:1::]",
                          "http://169.254.169.254/latest",
                          "http://[fe80::1]",
                          "http://[fd00:ec2::254]",
                          "http://10.0.0.1",
                          "http://192.168.1.1",
                          "http://100.64.0.1",
                          "http://198.18.0.1",
                          "http://192.0.2.1",
                          "http://224.0.0.1",
                          "http://255.255.255.255",
                          "http://localhost:8081",
                          "http://LOCALHOST.",
                          "https://any.localhost",
                          "gopher://bakery.example",
                          "http://ada@bakery.example",
                          "http://bakery.example:0"})
    EXPECT_NE(destinations.refusal_of(url), "") << url;
  for (const auto* url : {"https://bakery.example/notices", "http://8.8.8.8", "https://[2606:4700::1111]:8443/x",
                          "https://localhost.example", "https://10.example"})
    EXPECT_EQ(destinations.refusal_of(url), "") << url;
}

TEST(Destinations, ANameThatLeadsToThePrivateNetworkIsRefusedWhenItIsCalled) {
  const Destinations destinations;
  EXPECT_EQ(destinations.refusal_of("hooks.example", address("10.0.0.7"), 443),
            "hooks.example leads to 10.0.0.7, which is not public (private), and 'notices.allow' in node.yaml does not "
            "list it");
  EXPECT_EQ(destinations.refusal_of("hooks.example", address("8.8.8.8"), 443), "");
}

TEST(Destinations, AnAllowedNameStandsForWhateverItLeadsTo) {
  const Destinations destinations{{"Hooks.Internal.", "localhost"}};
  EXPECT_EQ(destinations.refusal_of("hooks.internal", address("10.0.0.7"), 443), "");
  EXPECT_NE(destinations.refusal_of("other.internal", address("10.0.0.7"), 443), "");
  EXPECT_NE(destinations.refusal_of("x.hooks.internal", address("10.0.0.7"), 443), "") << "and not for what ends in it";
  EXPECT_EQ(destinations.refusal_of("http://localhost:9500/"), "");
  EXPECT_NE(destinations.refusal_of("http://127.0.0.1:9500/"), "") << "a name is no address";
}

TEST(Destinations, AnAllowedNetworkStandsForItselfWhateverNameLeadsThere) {
  const Destinations destinations{{"10.1.0.0/16", "127.0.0.1", "fd00::/8"}};
  EXPECT_EQ(destinations.refusal_of("http://10.1.2.3"), "");
  EXPECT_NE(destinations.refusal_of("http://10.2.0.1"), "");
  EXPECT_EQ(destinations.refusal_of("http://[::ffff:127.0.0.1]"), "");
  EXPECT_EQ(destinations.refusal_of("http://localhost"), "");
  EXPECT_NE(destinations.refusal_of("http://[::1]"), "");
  EXPECT_EQ(destinations.refusal_of("any.example", address("fd00::7"), 443), "");
}

TEST(Destinations, TheNodesOwnOperatorsAreNeverCalled) {
  const Destinations destinations{{"127.0.0.0/8", "localhost", "0.0.0.0/0", "::1"}, 8081};
  EXPECT_NE(destinations.refusal_of("http://127.0.0.1:8081/admin"), "");
  EXPECT_NE(destinations.refusal_of("http://0.0.0.0:8081/admin"), "");
  EXPECT_NE(destinations.refusal_of("localhost", address("::1"), 8081), "");
  EXPECT_NE(destinations.refusal_of("http://[::ffff:127.0.0.1]:8081/"), "");
  EXPECT_EQ(destinations.refusal_of("http://127.0.0.1:8080/"), "");
  EXPECT_EQ(destinations.refusal_of("http://192.0.2.77:8081/"), "") << "another machine's port is its own affair";
}

TEST(Destinations, AnAllowanceIsANameAnAddressOrANetwork) {
  for (const auto* text : {"localhost", "hooks.internal.example", "my_service", "127.0.0.1", "::1", "10.0.0.0/8"})
    EXPECT_TRUE(is_allowance(text)) << text;
  for (const auto* text : {"", "*.example", "http://hooks.example", "hooks.example:80", "hooks.example/x", "10.1.2.3/8",
                           "127.1", "2130706433", "[::1]", "a@b", "a b"})
    EXPECT_FALSE(is_allowance(text)) << text;
}

}  // namespace
}  // namespace tael
