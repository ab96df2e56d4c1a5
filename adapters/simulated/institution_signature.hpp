// The institution's side of the house protocol's signature, written apart from the adapter's so that
// each judges the other. Format: adapters/channels/http_json/README.md.
#pragma once

#include "actors/ports/http_client.hpp"
#include "adapters/simulated/institution_options.hpp"

#include <string>
#include <string_view>

namespace tael {

/// Headers that make `body` an authentic answer or callback of the key's owner.
HttpHeaders institution_headers(const InstitutionKey& key, TimePoint now, std::string_view nonce,
                                std::string_view body);

/// Whether the merchant signed this call with a key that is valid and within 300 s.
bool is_signed_by_merchant(const InstitutionOptions& options, std::string_view method, std::string_view target,
                           const HttpHeaders& headers, std::string_view body, TimePoint now);

}  // namespace tael
