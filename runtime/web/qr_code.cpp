#include "runtime/web/qr_code.hpp"

#include "runtime/web/html.hpp"

#include <memory>
#include <qrencode.h>

namespace tael {
namespace {

/// ISO/IEC 18004 section 5.3.8: four modules of silence on every side.
constexpr int quiet = 4;

struct Free {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

}  // namespace

std::optional<std::string> qr_svg(std::string_view text, std::string_view label) {
  if (text.empty()) return std::nullopt;
  const std::unique_ptr<QRcode, Free> code{QRcode_encodeData(
      static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M)};
  if (!code) return std::nullopt;
  std::string dark;
  for (int y = 0; y < code->width; ++y)
    for (int x = 0; x < code->width; ++x) {
      if ((code->data[y * code->width + x] & 1U) == 0) continue;
      dark += "M" + std::to_string(x + quiet) + " " + std::to_string(y + quiet) + "h1v1h-1z";
    }
  const auto side = std::to_string(code->width + 2 * quiet);
  Html svg;
  svg.open("svg", {{"viewBox", "0 0 " + side + " " + side},
                   {"class", "qr"},
                   {"role", "img"},
                   {"aria-label", std::string{label}},
                   {"shape-rendering", "crispEdges"}});
  // Dark on light whatever the page's colours are: scanners expect it.
  svg.open("rect", {{"width", side}, {"height", side}, {"fill", "#fff"}}).close();
  svg.open("path", {{"d", dark}, {"fill", "#000"}}).close();
  return svg.take();
}

}  // namespace tael
