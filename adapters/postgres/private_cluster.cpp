#include "adapters/postgres/private_cluster.hpp"

#include "adapters/postgres/connection.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tael::postgres {
namespace {

namespace fs = std::filesystem;

constexpr const char* superuser = "tael";
constexpr Duration connect_within{5000};
constexpr int start_within = 120;  // Seconds: recovery after a crash reads the log since the last checkpoint.

[[noreturn]] void fail(const std::string& doing) { throw ClusterError(doing + ": " + std::strerror(errno)); }

/// The newest PostgreSQL that the system's packages have installed.
fs::path newest_binaries() {
  fs::path newest;
  int newest_version = 0;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator{"/usr/lib/postgresql", none}) {
    const auto name = entry.path().filename().string();
    int version = 0;
    std::from_chars(name.data(), name.data() + name.size(), version);
    if (version <= newest_version || !fs::exists(entry.path() / "bin" / "initdb")) continue;
    newest = entry.path() / "bin";
    newest_version = version;
  }
  if (newest.empty()) throw ClusterError("PostgreSQL's server is not installed: run scripts/setup");
  return newest;
}

/// Whom PostgreSQL runs as when we are root; nothing when we are not.
struct Account {
  std::string name;
  uid_t user;
  gid_t group;
};
std::optional<Account> other_account() {
  if (geteuid() != 0) return std::nullopt;
  for (const char* name : {"postgres", "nobody"})
    if (const passwd* found = getpwnam(name)) return Account{name, found->pw_uid, found->pw_gid};
  throw ClusterError("PostgreSQL does not run as root, and there is no user postgres or nobody");
}

void give_to_account(const fs::path& path) {
  const auto account = other_account();
  if (account && lchown(path.c_str(), account->user, account->group) != 0) fail("giving away " + path.string());
}

/// Whether `account` may pass through every folder down to `path`.
bool can_reach(const Account& account, const fs::path& path) {
  fs::path so_far;
  for (const auto& part : path) {
    so_far /= part;
    struct stat facts {};
    if (stat(so_far.c_str(), &facts) != 0) return errno == ENOENT;
    const unsigned needed = facts.st_uid == account.user ? S_IXUSR : facts.st_gid == account.group ? S_IXGRP : S_IXOTH;
    if ((facts.st_mode & needed) == 0) return false;
  }
  return true;
}

/// A mistake, not a private folder: whoever made it is to hear of it.
bool is_below_a_file(fs::path folder) {
  std::error_code none;
  while (folder.has_relative_path() && !fs::exists(fs::symlink_status(folder, none))) folder = folder.parent_path();
  return fs::is_regular_file(folder, none);
}

/// FNV-1a, so that a long path gets a short name.
std::string short_name(const fs::path& path) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : path.string()) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string name = "tael-";
  for (int i = 0; i < 10; ++i, hash >>= 4) name += digits[hash & 15];
  return name;
}

/// The system's folder for short-lived files, unless its path is too long for a socket's name (107 bytes).
fs::path short_folder() {
  std::error_code none;
  const auto folder = fs::temp_directory_path(none);
  const auto account = other_account();
  const bool fits = !none && folder.string().size() < 70 && (!account || can_reach(*account, folder));
  return fits ? folder : fs::path{"/tmp"};
}

/// Where the files are: the folder itself, or one that the other user can reach when a parent of the folder is private.
fs::path reachable(const fs::path& folder) {
  const auto account = other_account();
  if (!account || can_reach(*account, folder.parent_path()) || is_below_a_file(folder)) return folder;
  return fs::path{"/var/tmp"} / short_name(folder);
}

void make_folder(const fs::path& folder) {
  if (mkdir(folder.c_str(), 0700) == 0) {
    give_to_account(folder);
    return;
  }
  if (errno != EEXIST) fail("making " + folder.string());
  struct stat facts {};
  const auto account = other_account();
  if (lstat(folder.c_str(), &facts) != 0) fail("looking at " + folder.string());
  if (!S_ISDIR(facts.st_mode)) throw ClusterError(folder.string() + " is not a folder: PostgreSQL's data needs one");
  if (facts.st_uid != (account ? account->user : geteuid()))
    throw ClusterError(folder.string() + " belongs to someone else");
}

/// Our environment without what would speak to libpq or the server, and with messages in English.
std::vector<std::string> clean_environment() {
  std::vector<std::string> kept{"LC_ALL=C"};
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text{*variable};
    if (!text.starts_with("PG") && !text.starts_with("LC_") && !text.starts_with("LANG")) kept.emplace_back(text);
  }
  return kept;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Runs a program to its end without any descriptor of ours, its output into `output`. Returns its exit status.
int run_program(std::vector<std::string> command, const fs::path& output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  posix_spawn_file_actions_addchdir_np(&actions, "/");
  // A server that is started here must not hear the keys that interrupt us, nor inherit signals that we ignore.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setpgroup(&attributes, 0);

  auto environment = clean_environment();
  pid_t child = 0;
  const int error = posix_spawnp(&child, command.front().c_str(), &actions, &attributes, pointers_to(command).data(),
                                 pointers_to(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) throw ClusterError("starting " + command.front() + ": " + std::strerror(error));
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) fail("waiting for " + command.front());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string last_lines(const fs::path& file, std::size_t lines) {
  std::ifstream in{file};
  std::vector<std::string> kept;
  for (std::string line; std::getline(in, line); kept.push_back(line))
    if (kept.size() == lines) kept.erase(kept.begin());
  std::string text;
  for (const auto& line : kept) text += "\n  " + line;
  return text;
}

/// Of the machine, or of the container when that has less.
std::int64_t megabytes_of_memory() {
  auto bytes = static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
  for (const char* limit : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::int64_t allowed = 0;
    if (std::ifstream{limit} >> allowed && allowed > 0) bytes = std::min(bytes, allowed);
  }
  return bytes / (std::int64_t{1024} * 1024);
}

}  // namespace

PrivateCluster::PrivateCluster(fs::path folder) {
  folder_ = reachable(fs::weakly_canonical(fs::absolute(folder)));
  data_ = folder_ / "data";
  log_ = folder_ / "postgres.log";
  output_ = folder_ / "last_command.log";
  sockets_ = short_folder() / short_name(folder_);
}

std::string PrivateCluster::url(const std::string& database) const {
  return "host=" + sockets_.string() + " user=" + superuser + " dbname=" + database;
}

bool PrivateCluster::is_running() const {
  return PQping((url("postgres") + " connect_timeout=2").c_str()) == PQPING_OK;
}

void PrivateCluster::start() {
  std::error_code error;
  fs::create_directories(folder_.parent_path(), error);
  if (error) throw ClusterError("making " + folder_.parent_path().string() + ": " + error.message());
  make_folder(folder_);
  if (!lock_) lock_ = std::make_unique<FolderLock>(folder_ / "lock");
  if (const auto account = other_account(); account && !can_reach(*account, folder_))
    throw ClusterError(folder_.string() + " cannot be reached by user " + account->name + ", as whom PostgreSQL runs");
  make_folder(sockets_);
  if (!fs::exists(data_ / "PG_VERSION")) make();
  if (!wait_for_leftover()) {
    write_settings();
    start_server();
  }
  make_database();
}

// The server processes of a postmaster that was killed take a moment to notice, and hold its memory until then.
void PrivateCluster::start_server() const {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  for (;;) try {
      return run("pg_ctl", {"-D", data_, "-l", log_, "-w", "-t", std::to_string(start_within), "start"},
                 "starting PostgreSQL");
    } catch (const ClusterError& error) {
      const bool will_pass =
          std::string_view{error.what()}.find("pre-existing shared memory") != std::string_view::npos;
      if (!will_pass || std::chrono::steady_clock::now() > deadline) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
}

// One that is starting or stopping answers no connection yet, or no more.
bool PrivateCluster::wait_for_leftover() const {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{start_within};
  while (!is_running()) {
    forget_dead_postmaster();
    if (!fs::exists(data_ / "postmaster.pid")) return false;
    if (std::chrono::steady_clock::now() > deadline)
      throw ClusterError("the PostgreSQL that was found running does not answer" + tail_of_log());
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  return true;
}

void PrivateCluster::stop() {
  if (!fs::is_directory(folder_)) return;
  if (!lock_) lock_ = std::make_unique<FolderLock>(folder_ / "lock");
  forget_dead_postmaster();
  if (fs::exists(data_ / "postmaster.pid"))
    run("pg_ctl", {"-D", data_, "-m", "fast", "-w", "-t", std::to_string(start_within), "stop"}, "stopping PostgreSQL");
  std::error_code none;
  fs::remove_all(sockets_, none);
  lock_.reset();
}

// Under another name until it is whole, so that a crash in between leaves nothing that looks like a cluster.
void PrivateCluster::make() {
  const auto unfinished = folder_ / "data.unfinished";
  fs::remove_all(unfinished);
  run("initdb",
      {"-D", unfinished, "--auth=trust", "--encoding=UTF8", "--locale=C", "--username", superuser, "--no-instructions"},
      "making a PostgreSQL cluster");
  std::ofstream{unfinished / "postgresql.conf", std::ios::app} << "\ninclude 'tael.conf'\n";
  fs::rename(unfinished, data_);
}

void PrivateCluster::write_settings() const {
  const auto shared_mb = std::clamp<std::int64_t>(megabytes_of_memory() / 10, 64, 8192);
  const auto file = data_ / "tael.conf";
  std::ofstream{file, std::ios::trunc}
      << "# Written by Tael at every start.\n"
      << "listen_addresses = ''\n"
      << "unix_socket_directories = '" << sockets_.string() << "'\n"
      << "unix_socket_permissions = 0700\n"
      << "max_connections = 50\n"
      << "shared_buffers = " << shared_mb << "MB\n"
      << "wal_level = replica\n"
      << "wal_buffers = 64MB\n"
      << "max_wal_size = 4GB\n"
      << "checkpoint_timeout = 15min\n"
      << "default_toast_compression = lz4\n"
      << "client_connection_check_interval = 1s\n"
      // A log line must not quote rows: they may hold what a payer would not want there.
      << "log_error_verbosity = terse\n"
      << "log_min_error_statement = panic\n"
      << "log_line_prefix = '%m [%p] %d '\n";
  give_to_account(file);
}

// PostgreSQL believes any process with the number in its lock files. It may be another's by now, or one that is dead
// and was never waited for.
long PrivateCluster::postmaster() const {
  long process = 0;
  if (!(std::ifstream{data_ / "postmaster.pid"} >> process)) return 0;
  std::error_code unreadable;
  const auto works_in = fs::read_symlink("/proc/" + std::to_string(process) + "/cwd", unreadable);
  const bool is_gone = unreadable == std::errc::no_such_file_or_directory;
  return !is_gone && (unreadable || works_in == data_) ? process : 0;
}

// The eighth line of the lock file says how it is.
bool PrivateCluster::is_ending() const {
  std::ifstream file{data_ / "postmaster.pid"};
  std::string line;
  for (int i = 0; i < 8; ++i)
    if (!std::getline(file, line)) return false;
  return line.starts_with("stopping");
}

bool PrivateCluster::lives() const { return postmaster() != 0 && !is_ending(); }

void PrivateCluster::revive() {
  if (!fs::exists(data_ / "PG_VERSION"))
    throw ClusterError("the data of the private PostgreSQL is gone: there is no " + (data_ / "PG_VERSION").string());
  make_folder(sockets_);
  // Asked to end when all have left, it waits for us, who wait for it.
  if (postmaster() != 0 && is_ending())
    run("pg_ctl", {"-D", data_, "-m", "fast", "-w", "-t", std::to_string(start_within), "stop"}, "stopping PostgreSQL");
  if (wait_for_leftover()) return;
  write_settings();
  start_server();
}

void PrivateCluster::forget_dead_postmaster() const {
  if (postmaster() != 0) return;
  fs::remove(data_ / "postmaster.pid");
  for (const char* name : {".s.PGSQL.5432", ".s.PGSQL.5432.lock"}) fs::remove(sockets_ / name);
}

void PrivateCluster::make_database() const {
  Connection connection{url("postgres"), connect_within, {.statement = Duration{0}, .lock = Duration{0}}};
  const auto rows = connection.query("select from pg_database where datname = 'tael'", {}, connect_within);
  if (rows.count() == 0) connection.execute("create database tael", Duration{60'000});
}

void PrivateCluster::run(const std::string& program, const std::vector<std::string>& arguments,
                         const std::string& doing) const {
  std::vector<std::string> command;
  if (const auto account = other_account())
    command = {"setpriv", "--reuid", account->name, "--regid", std::to_string(account->group), "--clear-groups", "--"};
  command.push_back(newest_binaries() / program);
  command.insert(command.end(), arguments.begin(), arguments.end());
  if (run_program(command, output_) != 0) throw ClusterError(doing + " failed" + tail_of_log());
}

std::string PrivateCluster::tail_of_log() const { return last_lines(output_, 5) + last_lines(log_, 10); }

}  // namespace tael::postgres
