// A socket that says exactly what a test tells it, however rude, and reports what came back.
#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace tael::test {

struct RawAnswer {
  int status = 0;
  std::string head, body;
  bool has(std::string_view text) const { return head.find(text) != std::string::npos; }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval patience{30, 0};  // A hung test ends; no assertion is about this time.
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  ~RawClient() {
    if (fd_ >= 0) ::close(fd_);
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }

  /// False when the peer has closed before all was said.
  bool say(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void stop_talking() { ::shutdown(fd_, SHUT_WR); }

  /// The next answer; status 0 when the peer closed instead. `to_head`: an answer without its body.
  RawAnswer hear(bool to_head = false) {
    RawAnswer answer;
    std::size_t end;
    while ((end = heard_.find("\r\n\r\n")) == std::string::npos)
      if (!more()) return answer;
    answer.head = heard_.substr(0, end + 2);
    heard_.erase(0, end + 4);
    answer.status = std::stoi(answer.head.substr(9, 3));
    const auto length = answer.head.find("Content-Length: ");
    if (to_head || length == std::string::npos) return answer;
    const auto size = std::stoul(answer.head.substr(length + 16));
    while (heard_.size() < size)
      if (!more()) break;
    answer.body = heard_.substr(0, size);
    heard_.erase(0, size);
    return answer;
  }

  /// The next chunk of a chunked body; empty is the last one, nothing that the peer closed instead.
  std::optional<std::string> hear_chunk() {
    std::size_t line;
    while ((line = heard_.find("\r\n")) == std::string::npos)
      if (!more()) return std::nullopt;
    const auto size = std::stoul(heard_.substr(0, line), nullptr, 16);
    while (heard_.size() < line + 2 + size + 2)
      if (!more()) return std::nullopt;
    auto chunk = heard_.substr(line + 2, size);
    heard_.erase(0, line + 2 + size + 2);
    return chunk;
  }

  /// Everything until the peer closes.
  std::string hear_all() {
    while (more()) {
    }
    return std::exchange(heard_, {});
  }

  /// True when the peer closes without another byte.
  bool hears_end() { return heard_.empty() && !more(); }

 private:
  bool more() {
    char chunk[4096];
    const auto size = ::recv(fd_, chunk, sizeof chunk, 0);
    if (size <= 0) return false;
    heard_.append(chunk, static_cast<std::size_t>(size));
    return true;
  }

  int fd_;
  bool connected_ = false;
  std::string heard_;
};

}  // namespace tael::test
