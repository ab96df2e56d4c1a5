#include "runtime/web/page.hpp"

#include "adapters/crypto/crypto.hpp"

#include <algorithm>

namespace tael {
namespace {

/// Styles, scripts, images and connections of our own only. Forms lead to ourselves; going on to a bank is a link.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";

void add_common(ServerResponse& response) {
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
}

const Asset* find(std::span<const Asset> assets, std::string_view name) {
  const auto found = std::ranges::find(assets, name, &Asset::name);
  return found == assets.end() ? nullptr : &*found;
}

}  // namespace

ServerResponse page_response(int status, std::string html) {
  ServerResponse response{status, "text/html; charset=utf-8", std::move(html)};
  response.headers.emplace_back("Content-Security-Policy", policy);
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  add_common(response);
  return response;
}

ServerResponse see_other(std::string_view where) {
  ServerResponse response{303, "", ""};
  response.headers.emplace_back("Location", where);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

ServerResponse asset_response(std::span<const Asset> assets, std::string_view name) {
  const auto* asset = find(assets, name);
  if (asset == nullptr) return page_response(404, "<!doctype html><title>404</title><p>There is no such file.");
  ServerResponse response{200, std::string{asset->content_type}, std::string{asset->bytes}};
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  add_common(response);
  return response;
}

std::string asset_url(std::span<const Asset> assets, std::string_view base, std::string_view name) {
  const auto* asset = find(assets, name);
  auto url = std::string{base}.append(name);
  return asset == nullptr ? url : url.append("?v=").append(sha256_hex(asset->bytes).substr(0, 12));
}

ServerResponse event_stream(std::function<void(StreamRef)> begin) {
  ServerResponse response{200, "text/event-stream", ""};
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("X-Accel-Buffering", "no");  // A proxy in front shall not wait for more.
  add_common(response);
  response.stream = std::move(begin);
  return response;
}

std::string event_text(std::string_view name, std::string_view data) {
  std::string text = "event: ";
  return text.append(name).append("\ndata: ").append(data).append("\n\n");
}

}  // namespace tael
