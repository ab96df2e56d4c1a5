// One connection of the pool: dials, signs on, writes in order, reads what comes, asks after a silence whether the
// other side lives, and dials again when it is gone. Lives on the pool's thread alone.
#pragma once

#include "adapters/framed_tcp/framing.hpp"
#include "adapters/framed_tcp/pool.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <unordered_map>

namespace tael::framed {

using CallId = std::uint64_t;

/// What a link tells its pool.
class LinkOwner {
 public:
  virtual ~LinkOwner() = default;
  virtual void answered(CallId id, std::string body) = 0;
  /// `sent`: whether a byte of it may have left us.
  virtual void lost(CallId id, bool sent, const std::string& why) = 0;
  virtual void changed(const std::string& machine, bool up, const std::string& why) = 0;
  virtual void failed_to_dial() = 0;
  /// Of greetings, over all links.
  virtual std::uint32_t next_serial() = 0;
};

class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(boost::asio::io_context& loop, FrontMachine machine, const PoolOptions& options, const FrameProtocol& protocol,
       LinkOwner& owner, Dice& dice);

  void dial();
  void close();
  bool is_up() const { return state_ == State::up; }
  bool is_dialling() const { return state_ == State::dialling || state_ == State::greeting; }
  bool has_room() const { return waiting_.size() < static_cast<std::size_t>(options_.in_flight_max); }
  const std::string& machine() const { return name_; }

  /// False when a call with this key is under way here already.
  bool send(CallId id, const std::string& key, std::string_view body);
  /// Nobody waits for this call any more. True when no byte of it has left.
  bool forget(CallId id, const std::string& key);

 private:
  enum class State { down, dialling, greeting, up, closed };
  struct Outgoing {
    CallId id = 0;  ///< Zero: a greeting or a sign of life.
    std::string bytes;
  };

  void connected();
  void come_up();
  void fail(const std::string& why);
  void dial_later();
  void put(CallId id, std::string bytes);
  void write();
  void read();
  void hear(std::string body);
  void watch();
  void ask_for_life();

  const FrontMachine machine_;
  const std::string name_;
  const PoolOptions& options_;
  const FrameProtocol& protocol_;
  LinkOwner& owner_;
  Dice& dice_;

  State state_ = State::down;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer dial_timer_, watch_timer_;
  std::unordered_map<std::string, CallId> waiting_;
  std::deque<Outgoing> outbox_;
  std::vector<Outgoing> writing_;
  FrameBuffer heard_;
  std::array<char, 16'384> chunk_{};
  std::string greeting_key_;
  Duration backoff_{0};
  bool was_quiet_ = true, echo_is_out_ = false;
  int echoes_missed_ = 0;
  std::uint64_t life_ = 0;  ///< Handlers of an earlier connection find another number and do nothing.
};

}  // namespace tael::framed
