// What a channel's words mean to us, as rows of a data file (DESIGN.md section 6: the mapping is data, not code). The
// file belongs to its protocol and is built into the binary; an operator may put rows of his own before it.
//
//   # op              http  word            ending    flags
//   pay,inquire       200   SUCCESS         approved
//   *                 401   SIGN_ERROR      declined  alert
//   *                 5xx   BANK_ERROR      silent    bank
#pragma once

#include "actors/domain/breaker_words.hpp"
#include "actors/domain/channel_outcome.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tael {

struct StatusRow {
  std::vector<ChannelOp> ops;  ///< Empty: all of them.
  int http_min = 0, http_max = 999;
  std::string word;  ///< The status of a success, the error code of anything else; `*`: any, `PAY_*`: a prefix.
  Ending ending = Ending::silent;
  bool number_unknown = false;          ///< The channel says it has no such number.
  bool alert = false;                   ///< Something that only a person can put right: keys, permissions, clock.
  FaultScope scope = FaultScope::path;  ///< Whose trouble an error is, where the word says so.
};

class StatusMap {
 public:
  StatusMap() = default;
  /// Throws std::invalid_argument, naming the line and what would be right.
  static StatusMap parse(std::string_view text);
  /// Rows of `over` go before ours.
  StatusMap overlaid_by(const StatusMap& over) const;
  /// The first row that fits; nothing when the protocol's table has none.
  const StatusRow* find(ChannelOp op, int http_status, std::string_view word) const;
  /// Whether any row, of whatever op and status, is about this word: then it is no new one.
  bool names(std::string_view word) const;
  const std::vector<StatusRow>& rows() const { return rows_; }

 private:
  std::vector<StatusRow> rows_;
};

}  // namespace tael
