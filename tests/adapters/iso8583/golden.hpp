// Messages whose bytes are known from elsewhere: two independent codecs and Wireshark agree on the first two, the third
// is a published live message of the UnionPay POS form.
#pragma once

#include "adapters/encoding/hex.hpp"
#include "adapters/iso8583/mac.hpp"

namespace tael::iso8583::golden {

inline const MacKey key{MacAlgorithm::x919, from_hex("0123456789abcdeffedcba9876543210")};

inline Message sale() {
  return {"",
          "0200",
          {{2, "6225881234567890"},
           {3, "000000"},
           {4, "000000010050"},
           {7, "1121193000"},
           {11, "000123"},
           {12, "193000"},
           {13, "1121"},
           {22, "012"},
           {25, "00"},
           {32, "10200000"},
           {37, "112119300012"},
           {41, "TERM0001"},
           {42, "MERCHANT0000001"},
           {49, "156"}}};
}
/// Without the two bytes of the frame's length.
inline constexpr std::string_view sale_hex =
    "303230307238048108c0800131363632323538383132333435363738393030303030303030303030303030313030353031313231"
    "31393330303030303031323331393330303031313231303132303030383130323030303030313132313139333030303132544552"
    "4d303030314d45524348414e54303030303030313135365bf7011f98f6cd5d";

inline Message echo() { return {"", "0800", {{7, "1121193000"}, {11, "000124"}, {70, "301"}}}; }
inline constexpr std::string_view echo_hex =
    "3038303082200000000000000400000000000001313132313139333030303030303132343330312df4f55d8db1f22a";

/// What a UnionPay MAC is made over: the type first.
inline constexpr std::string_view cup_hex =
    "0200302004c020c0981100000000000000005100183402100006324392260009942820d131210112008439313636383830313430"
    "3030303030303030303030303031313536acf46e73838a82f92600000000000000000822000001";

}  // namespace tael::iso8583::golden
