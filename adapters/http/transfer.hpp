// One call under way inside libcurl: what it sends, what it has heard, and what its end means. Includes curl: for
// client.cpp and transfer.cpp only.
#pragma once

#include "adapters/http/client.hpp"

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tael::http {

/// One call under way. Handles go back to a shelf and are used again: making one is the dearest part of a call.
struct Transfer {
  CURL* easy;
  curl_slist* headers = nullptr;
  HttpCall call;
  std::function<void(HttpAnswer)> done;
  HttpAnswer answer;
  std::chrono::steady_clock::time_point began;
  std::size_t body_sent = 0, head_heard = 0;
  int starts = 0;         ///< How often libcurl was about to send the request.
  int sockets = 0;        ///< Opened for it.
  std::string host{};     ///< Of a call whose destination is judged when its name has been resolved.
  std::string refusal{};  ///< Why a connection was not made.
  std::array<char, CURL_ERROR_SIZE> words{};

  const ClientOptions& options;

  explicit Transfer(const ClientOptions& of_client);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Prepares the handle for `call`; the transfer must be fresh or cleared.
  void load();
  /// What `code` and the bytes written say about how far the call came.
  Transport transport_of(CURLcode code) const;
  /// Forgets call and answer; the handle and its connections stay.
  void clear();
};

/// What is wrong with the call itself; empty when it can be sent.
std::string_view fault_of(const HttpCall& call);

/// Whether `host` is one of `excepted`, ends in one of them at a dot, or is an address of a network among them.
bool is_excepted(std::string_view host, const std::vector<std::string>& excepted);

}  // namespace tael::http
