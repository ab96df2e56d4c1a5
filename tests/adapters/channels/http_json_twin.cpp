#include "tests/adapters/channels/http_json_twin.hpp"

#include "adapters/simulated/institution_signature.hpp"

namespace tael::testing {

RawCallback HttpJsonTwin::tamper(RawCallback callback, Tampering tampering) {
  const auto sign_again = [&](const InstitutionKey& key) {
    callback.headers = institution_headers(key, clock.now(), "nonce", callback.body);
  };
  const InstitutionKey right{"theirs-1", "channel-secret-0001"};
  switch (tampering) {
    case Tampering::other_key: sign_again({"theirs-1", "guessed-secret"}); break;
    case Tampering::unknown_key: header(callback, "house-key") = "theirs-9"; break;
    case Tampering::stale: callback.heard_at += 301s; break;
    case Tampering::truncated: callback.body.pop_back(); break;
    case Tampering::amount_changed: replace(callback.body, "50000", "99999"); break;
    case Tampering::not_signed: callback.headers.clear(); break;
    case Tampering::other_merchant:
      replace(callback.body, "m-1", "m-2");
      sign_again(right);
      break;
    case Tampering::not_protocol:
      callback.body = "[1, 2, 3]";
      sign_again(right);
      break;
  }
  return callback;
}

std::unique_ptr<ChannelTwin> make_http_json_twin() { return std::make_unique<HttpJsonTwin>(); }

}  // namespace tael::testing
