// A value that may be used but never shown: it has no stream operator, no formatter and no conversion,
// and its memory is wiped when it goes. The reference it came from (`${env:NAME}`) may be shown.
#pragma once

#include <iosfwd>
#include <string>

namespace tael {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value, std::string reference = {});
  /// A made-up value in place of one that is not known here.
  static Secret stand_in(std::string value, std::string reference);
  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other);
  ~Secret();

  /// The value itself. Say why at the place of the call if it is not plain.
  const std::string& reveal() const { return value_; }
  /// Where it was read from; safe to print.
  const std::string& reference() const { return reference_; }
  bool empty() const { return value_.empty(); }
  bool is_stand_in() const { return stands_in_; }

  friend bool operator==(const Secret&, const Secret&) = default;
  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  std::string value_;
  std::string reference_;
  bool stands_in_ = false;
};

}  // namespace tael
