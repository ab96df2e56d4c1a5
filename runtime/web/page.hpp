// How a page of ours goes out: its headers, and the files beside it. Nothing is loaded from anywhere else, no script
// stands in the page itself, and no other site may show it in a frame.
#pragma once

#include "adapters/http/server.hpp"
#include "runtime/web/html.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tael {

/// A file that was put into the binary at build time.
struct Asset {
  std::string_view name, content_type, bytes;
};

/// An HTML answer that nobody keeps: it shows somebody's order or an operator's node.
ServerResponse page_response(int status, std::string html);
/// 303: a form was taken, the page that shows what became of it is elsewhere.
ServerResponse see_other(std::string_view where);

/// A file by name, 404 for none. The browser may keep it for ever: `asset_url` changes with its content.
ServerResponse asset_response(std::span<const Asset> assets, std::string_view name);
/// `base` + name + `?v=` + the beginning of its digest.
std::string asset_url(std::span<const Asset> assets, std::string_view base, std::string_view name);

/// An answer that goes on as server-sent events.
ServerResponse event_stream(std::function<void(StreamRef)> begin);
/// One event; `data` is one line.
std::string event_text(std::string_view name, std::string_view data);

}  // namespace tael
