// What is written down of a conversation with a host.
#include "adapters/channels/access/masking.hpp"
#include "adapters/channels/iso8583/desk.hpp"
#include "adapters/encoding/utf8.hpp"

#include <gtest/gtest.h>

namespace tael {
namespace {

TEST(Iso8583Exchange, EndsInNoHalfCharacter) {
  for (const std::string before : {"", "x", "xx"}) {
    auto text = before;
    while (text.size() <= exchange_bytes_max) text += "付";
    const auto kept = iso8583::written(text);
    EXPECT_TRUE(is_utf8(kept)) << kept.size();
    EXPECT_GT(kept.size(), exchange_bytes_max - 3);
    EXPECT_LE(kept.size(), exchange_bytes_max);
  }
}

}  // namespace
}  // namespace tael
