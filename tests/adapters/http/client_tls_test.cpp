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

struct Identity;

/// What a certificate shall say; as it stands it is good.
struct Wish {
  std::string alternative_name = "IP:127.0.0.1";
  long begins = -3'600, ends = 3'600;  ///< Seconds from now.
  const Identity* issuer = nullptr;    ///< None: it vouches for itself.
};

/// A certificate with its key, made anew for each test. Those that vouch for themselves may vouch for others.
struct Identity {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> certificate{X509_new(), &X509_free};

  explicit Identity(const Wish& wish = {}) {
    const auto* issuer = wish.issuer == nullptr ? this : wish.issuer;
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), issuer == this ? 1 : 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wish.begins);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.ends);
    X509_set_pubkey(certificate.get(), key.get());
    const std::string common_name = issuer == this ? "tael test authority" : "tael test";
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer->certificate.get()));
    add(NID_subject_alt_name, wish.alternative_name.c_str());
    add(NID_basic_constraints, issuer == this ? "critical,CA:TRUE" : "critical,CA:FALSE");
    X509_sign(certificate.get(), issuer->key.get(), EVP_sha256());
  }

  /// Certificate and key as a client shows them.
  std::shared_ptr<const std::string> pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), &BIO_free};
    PEM_write_bio_X509(out.get(), certificate.get());
    PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &text);
    return std::make_shared<const std::string>(text, static_cast<std::size_t>(size));
  }

 private:
  void add(int nid, const char* value) {
    auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
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
  /// It speaks only to whom `authority` vouches for, in at most this version of TLS.
  TlsServer(const Identity& identity, const Identity& authority, int version_max) : TlsServer(identity) {
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), authority.certificate.get());
    SSL_CTX_set_max_proto_version(context_.get(), version_max);
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

HttpAnswer ask(HttpClient& client, const std::string& host, std::uint16_t port,
               std::shared_ptr<const std::string> certificate = {}) {
  HttpCall call;
  call.client_certificate = std::move(certificate);
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

TEST(CurlClientTls, SpeaksToWhomAPrivateAuthorityVouchesFor) {
  const Identity authority, leaf{{.issuer = &authority}};
  TlsServer server(leaf);
  const CaFile ca(authority);
  CurlClient client({.ca_file = ca.path()});
  const auto answer = ask(client, "127.0.0.1", server.port());
  EXPECT_EQ(answer.transport, Transport::answered) << answer.error;
}

TEST(CurlClientTls, ALeafOfAnotherAuthorityIsNotSent) {
  const Identity authority, stranger, leaf{{.issuer = &stranger}};
  TlsServer server(leaf);
  const CaFile ca(authority);
  CurlClient client({.ca_file = ca.path()});
  EXPECT_EQ(ask(client, "127.0.0.1", server.port()).transport, Transport::not_sent);
  EXPECT_EQ(server.requests(), 0);
}

TEST(CurlClientTls, ACertificateForAnotherNameIsNotSent) {
  const Identity authority, leaf{{.alternative_name = "DNS:bank.example", .issuer = &authority}};
  TlsServer server(leaf);
  const CaFile ca(authority);
  CurlClient client({.ca_file = ca.path()});
  EXPECT_EQ(ask(client, "127.0.0.1", server.port()).transport, Transport::not_sent);
  EXPECT_EQ(server.requests(), 0);
}

TEST(CurlClientTls, AnExpiredCertificateIsNotSentNorIsOneOfTomorrow) {
  const Identity authority, expired{{.begins = -7'200, .ends = -3'600, .issuer = &authority}},
      early{{.begins = 3'600, .ends = 7'200, .issuer = &authority}};
  const CaFile ca(authority);
  for (const auto* leaf : {&expired, &early}) {
    TlsServer server(*leaf);
    CurlClient client({.ca_file = ca.path()});
    const auto answer = ask(client, "127.0.0.1", server.port());
    EXPECT_EQ(answer.transport, Transport::not_sent);
    EXPECT_NE(answer.error.find("certificate"), std::string::npos) << answer.error;
    EXPECT_EQ(server.requests(), 0);
  }
}

TEST(CurlClientTls, OurCertificateIsShownToWhoAsksForIt) {
  const Identity authority, leaf{{.issuer = &authority}}, ours{{.issuer = &authority}};
  const CaFile ca(authority);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsServer server(leaf, authority, version);
    CurlClient client({.ca_file = ca.path()});
    const auto answer = ask(client, "127.0.0.1", server.port(), ours.pem());
    EXPECT_EQ(answer.transport, Transport::answered) << answer.error;
  }
}

TEST(CurlClientTls, WithoutOurCertificateNothingIsSentByTls12) {
  const Identity authority, leaf{{.issuer = &authority}};
  TlsServer server(leaf, authority, TLS1_2_VERSION);
  const CaFile ca(authority);
  CurlClient client({.ca_file = ca.path()});
  EXPECT_EQ(ask(client, "127.0.0.1", server.port()).transport, Transport::not_sent);
  EXPECT_EQ(server.requests(), 0);
}

/// TLS 1.3 lets us send before it has looked at our certificate: the refusal comes when a request may have left.
TEST(CurlClientTls, WithoutOurCertificateTls13LeavesUsInDoubtAndNothingWasHeard) {
  const Identity authority, stranger, leaf{{.issuer = &authority}}, theirs{{.issuer = &stranger}};
  const CaFile ca(authority);
  for (const auto& shown : {std::shared_ptr<const std::string>{}, theirs.pem()}) {
    TlsServer server(leaf, authority, TLS1_3_VERSION);
    CurlClient client({.ca_file = ca.path()});
    const auto answer = ask(client, "127.0.0.1", server.port(), shown);
    EXPECT_NE(answer.transport, Transport::answered);
    EXPECT_EQ(server.requests(), 0);
  }
}

}  // namespace
}  // namespace tael
