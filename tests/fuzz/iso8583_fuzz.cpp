// Throws bytes at a bank's host: at the frames, however they are split, at the codec in both dialects, and at what a
// channel reads in an answer. Nothing is read beyond them, whatever decodes encodes to a message that decodes alike,
// and money is exact or it is none.
//
//   (how to build: CMakeLists.txt) iso8583_fuzz -max_total_time=60 -max_len=2000 CORPUS
#include "adapters/channels/iso8583/iso8583_messages.hpp"
#include "adapters/framed_tcp/framing.hpp"
#include "adapters/iso8583/mac.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace tael {
namespace {

/// All of `bytes` as frames, read in pieces of `piece`.
std::vector<std::string> frames_in(std::string_view bytes, std::size_t piece) {
  framed::FrameBuffer buffer;
  std::vector<std::string> frames;
  for (; !bytes.empty() && !buffer.is_broken(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    buffer.add(bytes.substr(0, piece));
    while (auto frame = buffer.next()) frames.push_back(std::move(*frame));
  }
  return frames;
}

/// As a channel reads an answer to what it sent.
void read_answer(const iso8583::Decoded& decoded, const iso8583::Dialect& dialect) {
  static const auto now = from_unix_ms(1'795'000'000'000);
  const auto& answer = decoded.message;
  Iso8583Options options;
  options.dialect = &dialect;
  options.merchant = "MERCHANT0000001";
  options.terminals = {"TERM0001"};
  WireTrace trace;
  trace.number = "A1";
  trace.terminal = "TERM0001";
  trace.trace = 1;
  trace.amount = {100, cny};
  trace.sent_at = now;
  const auto asked = iso8583::sale(options, trace, "");
  const auto why = iso8583::disbelief(asked, decoded);
  if (why.empty() && !answer.has(39)) std::abort();
  const auto amount = iso8583::amount_in(answer);
  if (amount && (amount->amount <= 0 || amount->amount > amount_max)) std::abort();
  iso8583::time_in(answer, options.utc_offset, now);
  iso8583::transaction_in(answer);
}

}  // namespace
}  // namespace tael

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tael::iso8583;
  static const MacKey key{MacAlgorithm::x919, std::string(16, 'k')};
  const std::string bytes{reinterpret_cast<const char*>(data), size};
  if (tael::frames_in(bytes, 1) != tael::frames_in(bytes, bytes.size() + 1)) std::abort();
  for (const auto* dialect : {&ascii87, &cup_bcd}) {
    const auto decoded = decode(bytes, *dialect);
    const auto shown = describe(decoded.message);
    if (is_sealed(bytes, decoded.message, *dialect, key) && decoded.message.fields.empty()) std::abort();
    if (!decoded.error.empty()) continue;
    tael::read_answer(decoded, *dialect);
    const auto encoded = encode(decoded.message, *dialect);
    if (!encoded.error.empty() || !(decode(encoded.bytes, *dialect).message == decoded.message)) std::abort();
    const auto sealed = seal(decoded.message, *dialect, key);
    if (sealed.error.empty() && !is_sealed(sealed.bytes, decode(sealed.bytes, *dialect).message, *dialect, key))
      std::abort();
  }
  return 0;
}
