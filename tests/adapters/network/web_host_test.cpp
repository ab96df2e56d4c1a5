// A host that two readers could read differently is none.
#include "adapters/network/web_host.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

TEST(WebHost, IsReadWithItsPort) {
  const auto host = [](std::string_view url) { return web_host_of(url).value_or(WebHost{}); };
  EXPECT_EQ(host("https://Bakery.Example/x?y=http://z:1"), (WebHost{"bakery.example", 443}));
  EXPECT_EQ(host("http://bakery.example."), (WebHost{"bakery.example", 80}));
  EXPECT_EQ(host("http://10.0.0.7:9500?x"), (WebHost{"10.0.0.7", 9500}));
  EXPECT_EQ(host("https://[FD00::1]:8443/"), (WebHost{"fd00::1", 8443}));
  EXPECT_EQ(host("http://[::ffff:127.0.0.1]"), (WebHost{"::ffff:127.0.0.1", 80}));
  EXPECT_EQ(host("http://my_service:65535"), (WebHost{"my_service", 65'535}));
}

TEST(WebHost, OfWhatCouldBeReadDifferentlyIsNone) {
  for (const auto* url : {"",
                          "bakery.example",
                          "ftp://bakery.example",
                          "HTTP://bakery.example",
                          "http:/bakery.example",
                          "http://",
                          "http:///x",
                          "http://:80",
                          "http://a@b",
                          "http://a:b@c",
                          "http://[::1",
                          "http://[::1]x",
                          "http://[::1]:",
                          "http://[127.0.0.1]",
                          "http://[fe80::1%25eth0]",
                          "http://::1/",
                          "http://a:0",
                          "http://a:",
                          "http://a:65536",
                          "http://a:8 0",
                          "http://a:+80",
                          "http://a b",
                          "http://a%2eb",
                          "http://a\\b",
                          "http://.",
                          "http://a..b",
                          "http://b\xc3\xa4"
                          "ckerei.example",
                          "http://\xe2\x91\xa0.example",
                          "http://a,b",
                          "http://a;b",
                          "http://a'b"})
    EXPECT_EQ(web_host_of(url), std::nullopt) << url;
}

}  // namespace
}  // namespace tael
