// What a channel must know about a message after it has left, when the protocol knows it by a trace number and not by
// ours: durable before the first byte leaves, shared by all nodes. `adapters/postgres` keeps it; the twin is in memory.
#pragma once

#include "actors/domain/money.hpp"
#include "actors/domain/time.hpp"

#include <functional>
#include <optional>
#include <string>

namespace tael {

enum class TraceState {
  open,      ///< It may have left us, and nobody knows what came of it.
  unsent,    ///< It certainly did not leave, or was refused unread: it may be opened again.
  approved,  ///< Answered well. Never taken back from here.
  declined,
  undone,  ///< We are taking it back: whatever is answered from now on, it counts for nothing.
  closed,  ///< Closed before it was ever opened: it never will be.
};

struct WireTrace {
  std::string channel, number;  ///< Ours; with the channel the key.
  std::string terminal;
  int trace = 0;  ///< 1 to 999999, one sequence per channel and terminal; given by the book.
  TimePoint sent_at{};
  std::string machine;  ///< The front machine that took it; empty: any knows it.
  Money amount;
  TraceState state = TraceState::open;
  std::string code, transaction;  ///< The channel's, once answered.
};

struct TraceReply {
  bool good = false;   ///< False: the book does not answer now; what was asked of it may have happened all the same.
  bool fresh = false;  ///< The trace was made, or changed, by this.
  std::optional<WireTrace> trace;  ///< As it stands.
};

class TraceBook {
 public:
  using Done = std::function<void(TraceReply)>;
  virtual ~TraceBook() = default;
  /// `done` is called exactly once, from any thread, also before this returns; it must not block.
  ///
  /// Opens a trace under the next trace number of its terminal. One that is there already stays as it is, unless it is
  /// `unsent`: that is opened anew.
  virtual void open(WireTrace draft, Done done) = 0;
  /// Moves a trace from one state to `to.state`, with what was answered; changes nothing when it stands elsewhere.
  virtual void settle(TraceState from, WireTrace to, Done done) = 0;
  virtual void find(std::string channel, std::string number, Done done) = 0;
};

}  // namespace tael
