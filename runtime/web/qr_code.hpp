// A QR code as SVG, drawn here by libqrencode: no outside service hears what our payers are about to pay.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tael {

/// `label` is what a screen reader says. Nothing when `text` is empty or does not fit a code.
std::optional<std::string> qr_svg(std::string_view text, std::string_view label);

}  // namespace tael
