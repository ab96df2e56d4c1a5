// How the command line reaches a running node: one request, one answer, and what that means for the exit code.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace tael {

/// Where the node is, and by what it knows an operator.
struct AdminDoor {
  std::string folder = "config";
  std::string url;  ///< Instead of the folder's `listen.admin`.
};

/// Adds `--config DIR` and `--admin URL`.
void add_admin_door(CLI::App& command, AdminDoor& door);

struct AdminAnswer {
  int code = 0;      ///< 0 done, 1 the node says no, 2 wrong usage or token, 70 nobody answers.
  std::string body;  ///< JSON when done.
};

/// Asks, and says on `errors` what went wrong. The token is TAEL_ADMIN_TOKEN's value, or what the folder's
/// `admin_token` leads to. An empty `body` is a GET, any other a POST.
AdminAnswer ask_admin(const AdminDoor& door, const std::string& path, const std::string& body, std::ostream& errors);

/// The operator's name for the journal: what was given, or the login name.
std::string operator_name(const std::string& given);

}  // namespace tael
