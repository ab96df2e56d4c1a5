// Which parameters Stripe's calls take. Stripe refuses what it does not know, so that a misspelt one is noticed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tael {

/// Of a form that is posted to `path`, the first parameter that the call does not take; nothing when it takes them all.
std::optional<std::string> unknown_stripe_parameter(std::string_view path,
                                                    const std::map<std::string, std::string>& form);

}  // namespace tael
