#include "adapters/http/transfer.hpp"

#include "actors/domain/assert.hpp"
#include "adapters/network/web_host.hpp"

#include <algorithm>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

namespace tael::http {
namespace {

constexpr std::size_t answer_head_bytes_max = 65'536;

bool is_line(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return c > 0x20 && c < 0x7f &&
           std::string_view{"()<>@,;:\\\"/[]?={}"}.find(static_cast<char>(c)) == std::string_view::npos;
  });
}

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Transfer& transfer_of(void* self) { return *static_cast<Transfer*>(self); }

/// There is no seek function beside it, so libcurl cannot rewind and send a body twice.
std::size_t read_body(char* into, std::size_t size, std::size_t count, void* self) {
  auto& transfer = transfer_of(self);
  const auto left = transfer.call.body.size() - transfer.body_sent;
  const auto now = std::min(left, size * count);
  std::memcpy(into, transfer.call.body.data() + transfer.body_sent, now);
  transfer.body_sent += now;
  return now;
}

std::size_t hear_body(char* from, std::size_t size, std::size_t count, void* self) {
  auto& transfer = transfer_of(self);
  const auto bytes = size * count;
  if (transfer.answer.body.size() + bytes > transfer.call.answer_bytes_max) {
    transfer.answer.error = "the answer is too large";
    return bytes + 1;
  }
  transfer.answer.body.append(from, bytes);
  return bytes;
}

std::size_t hear_header(char* from, std::size_t size, std::size_t count, void* self) {
  auto& transfer = transfer_of(self);
  const std::string_view line{from, size * count};
  transfer.head_heard += line.size();
  if (transfer.head_heard > answer_head_bytes_max) {
    transfer.answer.error = "the answer's head is too large";
    return line.size() + 1;
  }
  if (line.starts_with("HTTP/")) transfer.answer.headers.clear();  // An interim answer came before.
  const auto colon = line.find(':');
  if (line.starts_with("HTTP/") || colon == std::string_view::npos) return line.size();
  std::string name{trimmed(line.substr(0, colon))};
  std::ranges::transform(name, name.begin(), small);
  transfer.answer.headers.emplace_back(std::move(name), std::string{trimmed(line.substr(colon + 1))});
  return line.size();
}

/// Called before each sending. A second time means libcurl is about to repeat a request whose fate is unknown.
int about_to_send(void* self, char*, char*, int, int) {
  return ++transfer_of(self).starts == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/// Called with every address that libcurl is about to connect to: what was judged is what is connected to, so a name
/// that leads somewhere else the next time gains nothing.
curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* to) {
  auto& transfer = transfer_of(self);
  if (!transfer.host.empty()) {
    const auto address = address_of(to->addr);
    const auto port = to->family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(to->addr).sin6_port
                                             : reinterpret_cast<const sockaddr_in&>(to->addr).sin_port;
    auto refusal = address ? transfer.options.destinations->refusal_of(transfer.host, *address, ntohs(port))
                           : std::string{"is no address of the Internet"};
    if (!refusal.empty()) {
      transfer.refusal = std::move(refusal);
      return CURL_SOCKET_BAD;
    }
  }
  ++transfer.sockets;
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

template <class Value>
void set(Transfer& transfer, CURLoption option, Value value) {
  const auto code = curl_easy_setopt(transfer.easy, option, value);
  TAEL_ASSERT(code == CURLE_OK, "libcurl knows our options");
}

/// What is the same for every call; survives the handle's reuse.
void set_once(Transfer& transfer) {
  const auto& options = transfer.options;
  set(transfer, CURLOPT_PRIVATE, &transfer);
  set(transfer, CURLOPT_ERRORBUFFER, transfer.words.data());
  set(transfer, CURLOPT_NOSIGNAL, 1L);
  set(transfer, CURLOPT_NOPROXY, "");  // Which way a call goes is said with each; the environment has no say.
  set(transfer, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(transfer, CURLOPT_OPENSOCKETDATA, &transfer);
  set(transfer, CURLOPT_PROTOCOLS_STR, "http,https");
  set(transfer, CURLOPT_FOLLOWLOCATION, 0L);
  set(transfer, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(transfer, CURLOPT_PATH_AS_IS, 1L);
  set(transfer, CURLOPT_USERAGENT, "tael");
  set(transfer, CURLOPT_SSL_VERIFYPEER, 1L);
  set(transfer, CURLOPT_SSL_VERIFYHOST, 2L);
  set(transfer, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) set(transfer, CURLOPT_CAINFO, options.ca_file.c_str());
  const auto idle = std::chrono::ceil<std::chrono::seconds>(options.connection_idle_max).count();
  set(transfer, CURLOPT_MAXAGE_CONN, static_cast<long>(std::max<std::int64_t>(idle, 1)));
  set(transfer, CURLOPT_READFUNCTION, &read_body);
  set(transfer, CURLOPT_READDATA, &transfer);
  set(transfer, CURLOPT_WRITEFUNCTION, &hear_body);
  set(transfer, CURLOPT_WRITEDATA, &transfer);
  set(transfer, CURLOPT_HEADERFUNCTION, &hear_header);
  set(transfer, CURLOPT_HEADERDATA, &transfer);
  set(transfer, CURLOPT_PREREQFUNCTION, &about_to_send);
  set(transfer, CURLOPT_PREREQDATA, &transfer);
}

void add_line(Transfer& transfer, const std::string& line) {
  auto* longer = curl_slist_append(transfer.headers, line.c_str());
  TAEL_ASSERT(longer != nullptr, "libcurl has memory for a header");
  transfer.headers = longer;
}

}  // namespace

std::string_view fault_of(const HttpCall& call) {
  if (!is_token(call.method)) return "malformed method";
  if (!is_line(call.url) || call.url.empty()) return "malformed URL";
  for (const auto& [name, value] : call.headers)
    if (!is_token(name) || !is_line(value)) return "malformed header";
  return {};
}

bool is_excepted(std::string_view host, const std::vector<std::string>& excepted) {
  return std::ranges::any_of(excepted, [&](std::string_view each) {
    if (each.starts_with('.')) each.remove_prefix(1);
    const auto suffix = host.substr(host.size() - std::min(host.size(), each.size()));
    if (const auto network = read_network(each))
      if (const auto address = read_address(host)) return network->contains(*address);
    const bool same = std::ranges::equal(suffix, each, [](char a, char b) { return small(a) == small(b); });
    return !each.empty() && same && (host.size() == each.size() || host[host.size() - each.size() - 1] == '.');
  });
}

Transfer::Transfer(const ClientOptions& of_client) : easy(curl_easy_init()), options(of_client) {
  TAEL_ASSERT(easy != nullptr, "libcurl has memory for a handle");
  set_once(*this);
}

Transfer::~Transfer() {
  curl_slist_free_all(headers);
  curl_easy_cleanup(easy);
}

void Transfer::load() {
  auto& transfer = *this;
  set(transfer, CURLOPT_URL, call.url.c_str());
  const auto at = web_host_of(call.url);
  const bool by_proxy = !options.proxy.empty() && !(at && is_excepted(at->host, options.no_proxy));
  set(transfer, CURLOPT_PROXY, by_proxy ? options.proxy.c_str() : "");
  if (options.destinations && at && !by_proxy) host = at->host;
  const bool has_body = !call.body.empty() || call.method == "POST" || call.method == "PUT" || call.method == "PATCH";
  // As an upload libcurl adds no content type of its own, and reads the body through the callback.
  if (has_body) {
    set(transfer, CURLOPT_NOBODY, 0L);
    set(transfer, CURLOPT_UPLOAD, 1L);
    set(transfer, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
  } else {
    set(transfer, CURLOPT_UPLOAD, 0L);  // What the handle did before must not linger.
    if (call.method == "HEAD")
      set(transfer, CURLOPT_NOBODY, 1L);
    else
      set(transfer, CURLOPT_HTTPGET, 1L);
  }
  set(transfer, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  for (const auto& [name, value] : call.headers) add_line(transfer, value.empty() ? name + ";" : name + ": " + value);
  add_line(transfer, "Expect:");
  set(transfer, CURLOPT_HTTPHEADER, transfer.headers);
  // A connection that was made with one certificate is not used for a call with another: libcurl sees to that.
  curl_blob identity{nullptr, 0, CURL_BLOB_COPY};
  if (call.client_certificate) {
    identity.data = const_cast<char*>(call.client_certificate->data());
    identity.len = call.client_certificate->size();
  }
  set(transfer, CURLOPT_SSLCERT_BLOB, call.client_certificate ? &identity : nullptr);
  set(transfer, CURLOPT_SSLKEY_BLOB, call.client_certificate ? &identity : nullptr);
  set(transfer, CURLOPT_SSLCERTTYPE, "PEM");
  set(transfer, CURLOPT_SSLKEYTYPE, "PEM");
  // To libcurl zero means for ever.
  set(transfer, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(call.connect_deadline.count(), 1)));
  set(transfer, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(call.deadline.count(), 1)));
}

/// Money may have moved unless libcurl wrote no byte of the request (channels.md 1.3).
Transport Transfer::transport_of(CURLcode code) const {
  if (code == CURLE_OK) return Transport::answered;
  long sent = 0;
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
  // What was sent before the first start was for a proxy, which refused.
  return starts == 0 || (sent == 0 && starts == 1) ? Transport::not_sent : Transport::unknown;
}

void Transfer::clear() {
  curl_slist_free_all(headers);
  headers = nullptr;
  answer = {};
  call = {};
  done = nullptr;
  body_sent = head_heard = 0;
  starts = sockets = 0;
  host.clear();
  refusal.clear();
  words[0] = '\0';
}

}  // namespace tael::http
