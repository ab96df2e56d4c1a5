// Throws bytes at the ISO 8583 codec, in both dialects. Nothing is read beyond them, and whatever decodes encodes to a
// message that decodes alike.
//
//   (how to build: CMakeLists.txt) iso8583_fuzz -max_total_time=60 -max_len=2000 CORPUS
#include "adapters/iso8583/mac.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tael::iso8583;
  static const MacKey key{MacAlgorithm::x919, std::string(16, 'k')};
  const std::string bytes{reinterpret_cast<const char*>(data), size};
  for (const auto* dialect : {&ascii87, &cup_bcd}) {
    const auto decoded = decode(bytes, *dialect);
    const auto shown = describe(decoded.message);
    if (is_sealed(bytes, decoded.message, *dialect, key) && decoded.message.fields.empty()) std::abort();
    if (!decoded.error.empty()) continue;
    const auto encoded = encode(decoded.message, *dialect);
    if (!encoded.error.empty() || !(decode(encoded.bytes, *dialect).message == decoded.message)) std::abort();
    const auto sealed = seal(decoded.message, *dialect, key);
    if (sealed.error.empty() && !is_sealed(sealed.bytes, decode(sealed.bytes, *dialect).message, *dialect, key))
      std::abort();
  }
  return 0;
}
