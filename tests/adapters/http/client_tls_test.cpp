// Certificates: whom nobody vouches for, or who is somebody else, never sees a byte of a request.
#include "adapters/http/client.hpp"
#include "tests/adapters/http/raw_server.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <future>
#include <memory>
#include <stdlib.h>
#include <string>

namespace tael {
namespace {

using test::RawServer;

/// A certificate that vouches for itself and for 127.0.0.1, made anew for each test.
struct Identity {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> certificate{X509_new(), &X509_free};

  Identity() {
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    auto* name = X509_get_subject_name(certificate.get());
    const unsigned char common_name[] = "tael test";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    for (const auto& [nid, value] :
         {std::pair{NID_subject_alt_name, "IP:127.0.0.1"}, std::pair{NID_basic_constraints, "critical,CA:TRUE"}}) {
      auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
      X509_add_ext(certificate.get(), extension, -1);
      X509_EXTENSION_free(extension);
    }
    X509_sign(certificate.get(), key.get(), EVP_sha256());
  }
};

/// The certificate as a file, as long as the test lives.
class CaFile {
 public:
  explicit CaFile(const Identity& identity) {
    path_ = testing::TempDir() + "tael_ca_XXXXXX";
    const int fd = ::mkstemp(path_.data());
    auto* file = ::fdopen(fd, "w");
    PEM_write_X509(file, identity.certificate.get());
    std::fclose(file);
  }
  ~CaFile() { ::unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class TlsServer {
 public:
  explicit TlsServer(const Identity& identity) : context_(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free) {
    SSL_CTX_use_certificate(context_.get(), identity.certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), identity.key.get());
  }
  std::uint16_t port() const { return server_.port(); }
  int requests() const { return requests_; }

 private:
  void serve(RawServer::Peer& peer) {
    sigset_t pipe;  // OpenSSL writes to a peer that hung up as if it were a pipe.
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    const std::unique_ptr<SSL, decltype(&SSL_free)> tls{SSL_new(context_.get()), &SSL_free};
    SSL_set_fd(tls.get(), peer.fd());
    if (SSL_accept(tls.get()) != 1) return;
    std::string heard;
    for (char chunk[4096]; !heard.ends_with("{}");) {
      const int size = SSL_read(tls.get(), chunk, sizeof chunk);
      if (size <= 0) return;
      heard.append(chunk, static_cast<std::size_t>(size));
    }
    ++requests_;
    constexpr std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    SSL_write(tls.get(), answer.data(), static_cast<int>(answer.size()));
    SSL_shutdown(tls.get());
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::atomic<int> requests_ = 0;
  RawServer server_{[this](RawServer::Peer& peer) { serve(peer); }};
};

HttpAnswer ask(HttpClient& client, const std::string& host, std::uint16_t port) {
  HttpCall call;
  call.url = "https://" + host + ":" + std::to_string(port) + "/";
  call.body = "{}";
  call.deadline = Duration{30'000};
  std::promise<HttpAnswer> heard;
  client.send(std::move(call), [&](HttpAnswer answer) { heard.set_value(std::move(answer)); });
  return heard.get_future().get();
}

TEST(CurlClientTls, SpeaksToWhomTheCaFileVouchesFor) {
  const Identity identity;
  TlsServer server(identity);
  const CaFile ca(identity);
  CurlClient client({.ca_file = ca.path()});
  const auto answer = ask(client, "127.0.0.1", server.port());
  EXPECT_EQ(answer.transport, Transport::answered) << answer.error;
  EXPECT_EQ(answer.body, "ok");
}

TEST(CurlClientTls, AnUnknownAuthorityIsNotSent) {
  const Identity identity, stranger;
  TlsServer server(identity);
  const CaFile ca(stranger);
  CurlClient client({.ca_file = ca.path()});
  const auto answer = ask(client, "127.0.0.1", server.port());
  EXPECT_EQ(answer.transport, Transport::not_sent);
  EXPECT_NE(answer.error.find("certificate"), std::string::npos) << answer.error;
  EXPECT_EQ(server.requests(), 0);
}

TEST(CurlClientTls, AnotherHostsCertificateIsNotSent) {
  const Identity identity;
  TlsServer server(identity);
  const CaFile ca(identity);
  CurlClient client({.ca_file = ca.path()});
  EXPECT_EQ(ask(client, "localhost", server.port()).transport, Transport::not_sent);
  EXPECT_EQ(server.requests(), 0);
}

}  // namespace
}  // namespace tael
