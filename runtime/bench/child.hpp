// A process of our own: started from this very binary unless another is named, heard on its standard output until it
// says where it is or what it found, ended by a signal. It ends with us, also when we are killed.
#pragma once

#include "actors/domain/time.hpp"

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace tael::bench {

/// What a child or the node in it did wrong. The text says which log tells more.
class ChildError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ChildOptions {
  std::string program{};                           ///< Looked for on PATH; empty: this very binary.
  std::vector<std::string> arguments;              ///< After the binary's name.
  std::map<std::string, std::string> environment;  ///< Added to ours.
  std::string log_file;                            ///< Where its standard error goes.
};

class Child {
 public:
  explicit Child(const ChildOptions& options);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int pid() const { return pid_; }
  /// The next line of its standard output. Throws `ChildError` when it ends or says nothing in time.
  std::string line(Duration within);
  /// SIGTERM, then SIGKILL when it has not ended in time. Its exit code, or 128 and the signal.
  int stop(Duration patience = Duration{30'000});

 private:
  std::string log_file_;
  int pid_ = 0;
  int out_ = -1;
  std::string heard_;
};

}  // namespace tael::bench
