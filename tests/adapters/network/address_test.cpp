// One address has one value however it is spelled, and whoever is not reached from everywhere is known by it.
#include "adapters/network/address.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <ostream>
#include <sys/socket.h>

namespace tael {
namespace {

IpAddress address(std::string_view text) {
  const auto read = read_address(text);
  EXPECT_TRUE(read.has_value()) << text;
  return read.value_or(IpAddress{});
}

struct Place {
  std::string text;
  std::string_view seclusion;
  friend void PrintTo(const Place& place, std::ostream* out) { *out << place.text; }
};

class Seclusion : public ::testing::TestWithParam<Place> {};

TEST_P(Seclusion, IsKnownByTheAddress) { EXPECT_EQ(seclusion_of(address(GetParam().text)), GetParam().seclusion); }

// clang-format off
INSTANTIATE_TEST_SUITE_P(Table, Seclusion, ::testing::Values(
  Place{"0.0.0.0", "unspecified"},             Place{"0.1.2.3", "unspecified"},
  Place{"9.255.255.255", ""},                  Place{"10.0.0.0", "private"},
  Place{"10.255.255.255", "private"},          Place{"11.0.0.0", ""},
  Place{"100.63.255.255", ""},                 Place{"100.64.0.0", "shared behind a carrier's NAT"},
  Place{"100.100.100.200", "shared behind a carrier's NAT"},
  Place{"100.127.255.255", "shared behind a carrier's NAT"}, Place{"100.128.0.0", ""},
  Place{"126.255.255.255", ""},                Place{"127.0.0.1", "loopback"},
  Place{"127.255.255.254", "loopback"},        Place{"128.0.0.0", ""},
  Place{"168.63.129.16", "a cloud's own service"}, Place{"168.63.129.17", ""},
  Place{"169.253.255.255", ""},                Place{"169.254.169.254", "link-local"},
  Place{"172.15.255.255", ""},                 Place{"172.16.0.0", "private"},
  Place{"172.31.255.255", "private"},          Place{"172.32.0.0", ""},
  Place{"192.0.0.192", "for protocols"},       Place{"192.0.1.0", ""},
  Place{"192.0.2.1", "for documentation"},     Place{"192.88.99.1", "a relay of 6to4"},
  Place{"192.167.255.255", ""},                Place{"192.168.0.1", "private"},
  Place{"198.17.255.255", ""},                 Place{"198.18.0.0", "for benchmarks"},
  Place{"198.19.255.255", "for benchmarks"},   Place{"198.20.0.0", ""},
  Place{"198.51.100.7", "for documentation"},  Place{"203.0.113.7", "for documentation"},
  Place{"223.255.255.255", ""},                Place{"224.0.0.1", "multicast"},
  Place{"239.255.255.255", "multicast"},       Place{"240.0.0.1", "reserved"},
  Place{"255.255.255.255", "reserved"},
  Place{"::", "unspecified"},                  Place{"::1", "loopback"},
  Place{"::2", "reserved"},                    Place{"::7f00:1", "reserved"},
  Place{"::ffff:127.0.0.1", "loopback"},       Place{"::ffff:a00:1", "private"},
  Place{"::ffff:8.8.8.8", ""},                 Place{"::ffff:0:127.0.0.1", "reserved"},
  Place{"64:ff9b::127.0.0.1", "loopback"},     Place{"64:ff9b::a9fe:a9fe", "link-local"},
  Place{"64:ff9b::8.8.8.8", ""},               Place{"64:ff9b:1::1", "reserved"},
  Place{"2002:7f00:1::", "loopback"},          Place{"2002:c0a8:1::1", "private"},
  Place{"2002:808:808::1", ""},                Place{"2001:0:1::1", "for protocols"},
  Place{"2001:db8::1", "for documentation"},   Place{"3fff:123::1", "for documentation"},
  Place{"2606:4700::1111", ""},                Place{"2a00:1450::1", ""},
  Place{"100::1", "reserved"},                 Place{"5f00::1", "reserved"},
  Place{"fc00::1", "private"},                 Place{"fd00:ec2::254", "private"},
  Place{"fe80::1", "link-local"},              Place{"febf::1", "link-local"},
  Place{"fec0::1", "private"},                 Place{"ff02::1", "multicast"}));
// clang-format on

TEST(Address, IsReadInEverySpellingThatResolversTakeForANumber) {
  for (const auto* text : {"127.0.0.1", "2130706433", "0x7f000001", "017700000001", "127.1", "127.0.1", "0x7f.1",
                           "0177.0.0.1", "0x7f.0x0.0x0.0x1", "::ffff:127.0.0.1", "::ffff:7f00:1"})
    EXPECT_EQ(read_any_spelling(text), address("127.0.0.1")) << text;
  for (const auto* text :
       {"", "bakery.example", "127.0.0.1 x", "256.0.0.1", "1.2.3.4.5", "[::1]", "fe80::1%eth0", "::g"})
    EXPECT_EQ(read_any_spelling(text), std::nullopt) << text;
}

TEST(Address, IsWrittenTheOneWayPeopleWriteIt) {
  EXPECT_EQ(to_text(*read_any_spelling("2130706433")), "127.0.0.1");
  EXPECT_EQ(to_text(address("::FFFF:10.0.0.1")), "10.0.0.1");
  EXPECT_EQ(to_text(address("2001:DB8:0::1")), "2001:db8::1");
}

TEST(Address, OfASocketIsTheOneThatIsConnectedTo) {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_addr.s6_addr[15] = 1;
  EXPECT_EQ(address_of(reinterpret_cast<const sockaddr&>(v6)), address("::1"));
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(address_of(reinterpret_cast<const sockaddr&>(v4)), address("127.0.0.1"));
  sockaddr local{};
  local.sa_family = AF_UNIX;
  EXPECT_EQ(address_of(local), std::nullopt);
}

TEST(Network, HoldsTheAddressesBehindItsPrefix) {
  const auto holds = [](std::string_view network, std::string_view of) {
    return read_network(network)->contains(address(of));
  };
  EXPECT_TRUE(holds("10.1.0.0/16", "10.1.255.255"));
  EXPECT_FALSE(holds("10.1.0.0/16", "10.2.0.0"));
  EXPECT_TRUE(holds("172.16.0.0/12", "172.31.0.1"));
  EXPECT_FALSE(holds("172.16.0.0/12", "172.32.0.1"));
  EXPECT_TRUE(holds("127.0.0.1", "::ffff:127.0.0.1"));
  EXPECT_FALSE(holds("127.0.0.1", "127.0.0.2"));
  EXPECT_TRUE(holds("0.0.0.0/0", "203.0.113.1"));
  EXPECT_FALSE(holds("0.0.0.0/0", "::1"));
  EXPECT_TRUE(holds("fd00::/8", "fdff::1"));
  EXPECT_FALSE(holds("fd00::/8", "fc00::1"));
}

TEST(Network, WithBitsBehindItsPrefixOrInAnotherSpellingIsNone) {
  for (const auto* text : {"10.1.2.3/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x", "127.1", "fd00::1/8",
                           "fd00::/129", "bakery.example/8", "", "/8"})
    EXPECT_FALSE(read_network(text).has_value()) << text;
}

TEST(Address, ThatComesBackToThisMachineIsKnown) {
  EXPECT_TRUE(is_of_this_machine(address("127.0.0.1")));
  EXPECT_TRUE(is_of_this_machine(address("::1")));
  EXPECT_TRUE(is_of_this_machine(address("0.0.0.0")));
  EXPECT_FALSE(is_of_this_machine(address("192.0.2.77")));
}

}  // namespace
}  // namespace tael
