// Mail out, through libcurl on one thread of its own, one at a time: whoever has mail to send is in no hurry, and what
// waits for a slow server takes nothing from payments. Sends once and says what the server said.
#pragma once

#include "actors/domain/time.hpp"

#include <functional>
#include <memory>
#include <string>

namespace tael {

enum class MailTls {
  starttls,  ///< Begins in the open and must become TLS before anything is said.
  tls,       ///< TLS from the first byte.
  off,       ///< For a relay on this machine.
};

struct SmtpOptions {
  std::string server;          ///< `host:port`
  std::string user, password;  ///< Empty: the server asks nobody who they are.
  MailTls tls = MailTls::starttls;
  std::string ca_file{};  ///< Trusted certificates (PEM); empty: the system's.
};

struct Mail {
  std::string id;  ///< The same for every try, so that a mailbox knows a repeat.
  std::string from, to, subject;
  std::string text;  ///< UTF-8, lines end in `\n`.
  TimePoint at{};
};

class SmtpClient {
 public:
  explicit SmtpClient(SmtpOptions options);
  /// Ends the mail under way; those that wait are not sent.
  ~SmtpClient();
  SmtpClient(const SmtpClient&) = delete;

  /// `done` hears why it was not taken, empty when the server took it; exactly once, from the client's thread. A mail
  /// that waits for others is given what is left of its deadline.
  void send(Mail mail, Duration deadline, std::function<void(std::string error)> done);

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;
};

/// A mail as it stands on the wire, RFC 5322: no header can be broken by what stands in it.
std::string to_rfc5322(const Mail& mail);

}  // namespace tael
