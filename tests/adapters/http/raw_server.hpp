// A server that misbehaves on purpose: a script per connection, and a count of what it saw. It reads requests well
// enough to count them, and nothing more.
#pragma once

#include <arpa/inet.h>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tael::test {

class RawServer {
 public:
  class Peer {
   public:
    Peer(RawServer& server, int fd) : server_(server), fd_(fd) {}
    int fd() const { return fd_; }
    void say(std::string_view text) { (void)!::send(fd_, text.data(), text.size(), MSG_NOSIGNAL); }
    /// Reads one whole request; false when the peer closed first.
    bool hear_request() {
      std::size_t end;
      while ((end = heard_.find("\r\n\r\n")) == std::string::npos)
        if (!more()) return false;
      std::size_t size = end + 4;
      if (const auto at = heard_.find("Content-Length: "); at < end) size += std::stoul(heard_.substr(at + 16));
      while (heard_.size() < size)
        if (!more()) return false;
      heard_.erase(0, size);
      server_.count_request();
      return true;
    }
    void wait_for_end() {
      while (more()) {
      }
    }

   private:
    bool more() {
      char chunk[4096];
      const auto size = ::recv(fd_, chunk, sizeof chunk, 0);
      if (size > 0) heard_.append(chunk, static_cast<std::size_t>(size));
      return size > 0;
    }
    RawServer& server_;
    int fd_;
    std::string heard_;
  };
  using Script = std::function<void(Peer&)>;

  static void close_at_once(Peer&) {}

  explicit RawServer(Script script)
      : script_(std::move(script)), fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at);
    ::listen(fd_, 64);
    socklen_t size = sizeof at;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }

  ~RawServer() {
    ::shutdown(fd_, SHUT_RDWR);
    accepting_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (auto& thread : scripts_) thread.join();
    ::close(fd_);
  }

  std::uint16_t port() const { return port_; }
  /// Whoever dials from now on is refused; connections stay.
  void stop_listening() { ::shutdown(fd_, SHUT_RDWR); }
  int connections() const { return connections_; }
  int requests() const { return requests_; }
  void wait_for_requests(int count) {
    std::unique_lock lock(mutex_);
    counted_.wait(lock, [&] { return requests_ >= count; });
  }

 private:
  void accept_all() {
    for (;;) {
      const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      ++connections_;
      {
        const std::lock_guard lock(mutex_);
        open_.push_back(fd);
      }
      scripts_.emplace_back([this, fd] {
        Peer peer(*this, fd);
        script_(peer);
        const std::lock_guard lock(mutex_);
        std::erase(open_, fd);
        ::close(fd);
      });
    }
  }

  void count_request() {
    const std::lock_guard lock(mutex_);
    ++requests_;
    counted_.notify_all();
  }

  Script script_;
  int fd_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0, requests_ = 0;
  std::mutex mutex_;
  std::condition_variable counted_;
  std::vector<int> open_;
  std::vector<std::thread> scripts_;
  std::thread accepting_;
};

}  // namespace tael::test
