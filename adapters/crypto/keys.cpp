#include "adapters/crypto/keys.hpp"

#include "actors/domain/assert.hpp"
#include "adapters/encoding/base64.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <ctime>

namespace tael {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using X509Holder = std::unique_ptr<X509, decltype(&X509_free)>;
using Context = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using Key = std::shared_ptr<evp_pkey_st>;

constexpr int rsa_bits_min = 2'048;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

Bio reading(std::string_view bytes) {
  return {BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())), &BIO_free};
}

/// OpenSSL queues an error for each failed look; what we looked for and did not find is none of anybody's.
void forget_errors() { ERR_clear_error(); }

Key keep(EVP_PKEY* key) {
  forget_errors();
  if (key == nullptr) return {};
  Key kept{key, &EVP_PKEY_free};
  return EVP_PKEY_is_a(key, "RSA") == 1 && EVP_PKEY_get_bits(key) >= rsa_bits_min ? kept : Key{};
}

/// A key that wants a password is refused, never asked about on the terminal.
int no_password(char*, int, int, void*) { return -1; }

std::string without_blanks(std::string_view text) {
  std::string kept;
  for (const char c : text)
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') kept += c;
  return kept;
}

TimePoint time_of(const ASN1_TIME* at) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(at, &parts) != 1) return {};
  return from_unix_ms(std::int64_t{timegm(&parts)} * 1'000);
}

std::string text_of(char* given) {
  std::string text = given == nullptr ? "" : given;
  OPENSSL_free(given);
  return text;
}

Certificate read(X509* x509) {
  Certificate certificate;
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> serial{ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), nullptr),
                                                           &BN_free};
  certificate.serial = text_of(BN_bn2hex(serial.get()));
  certificate.serial_decimal = text_of(BN_bn2dec(serial.get()));
  const auto* issuer = X509_get_issuer_name(x509);
  for (int i = 0; i < X509_NAME_entry_count(issuer); ++i) {
    const auto* entry = X509_NAME_get_entry(issuer, i);
    unsigned char* utf8 = nullptr;
    const int length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
    if (length < 0) continue;
    certificate.issuer.emplace_back(OBJ_nid2sn(OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry))),
                                    std::string{reinterpret_cast<char*>(utf8), static_cast<std::size_t>(length)});
    OPENSSL_free(utf8);
  }
  int digest = 0, algorithm = 0;
  OBJ_find_sigid_algs(X509_get_signature_nid(x509), &digest, &algorithm);
  certificate.signed_with_rsa = algorithm == EVP_PKEY_RSA;
  certificate.not_before = time_of(X509_get0_notBefore(x509));
  certificate.not_after = time_of(X509_get0_notAfter(x509));
  certificate.key = PublicKey{keep(X509_get_pubkey(x509))};
  return certificate;
}

bool set_oaep(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha1()) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha1()) == 1;
}

}  // namespace

std::optional<PublicKey> PublicKey::from_pem(std::string_view pem) {
  Key key;
  if (pem.find("-----BEGIN CERTIFICATE") != std::string_view::npos) {
    const X509Holder x509{PEM_read_bio_X509(reading(pem).get(), nullptr, &no_password, nullptr), &X509_free};
    if (x509) key = keep(X509_get_pubkey(x509.get()));
  } else if (pem.find("-----BEGIN") != std::string_view::npos) {
    key = keep(PEM_read_bio_PUBKEY(reading(pem).get(), nullptr, &no_password, nullptr));
  } else if (const auto der = from_base64(without_blanks(pem))) {
    key = keep(d2i_PUBKEY_bio(reading(*der).get(), nullptr));
  }
  forget_errors();
  return key ? std::optional{PublicKey{std::move(key)}} : std::nullopt;
}

bool PublicKey::verifies(std::string_view text, std::string_view signature_base64) const {
  const auto signature = from_base64(signature_base64);
  if (!key_ || !signature) return false;
  const DigestContext context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  const bool good =
      EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(*signature), signature->size(), bytes_of(text), text.size()) == 1;
  forget_errors();
  return good;
}

std::optional<std::string> PublicKey::encrypt_oaep(std::string_view text) const {
  const Context context{EVP_PKEY_CTX_new(key_.get(), nullptr), &EVP_PKEY_CTX_free};
  std::size_t size = 0;
  if (EVP_PKEY_encrypt_init(context.get()) != 1 || !set_oaep(context.get())) return std::nullopt;
  if (EVP_PKEY_encrypt(context.get(), nullptr, &size, bytes_of(text), text.size()) != 1) return std::nullopt;
  std::string sealed(size, '\0');
  const bool done = EVP_PKEY_encrypt(context.get(), bytes_of(sealed), &size, bytes_of(text), text.size()) == 1;
  forget_errors();
  if (!done) return std::nullopt;
  sealed.resize(size);
  return to_base64(sealed);
}

std::optional<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  Key key;
  if (pem.find("-----BEGIN") != std::string_view::npos) {
    key = keep(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, &no_password, nullptr));
  } else if (const auto der = from_base64(without_blanks(pem))) {
    const auto* at = bytes_of(*der);
    key = keep(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der->size())));
  }
  forget_errors();
  return key ? std::optional{PrivateKey{std::move(key)}} : std::nullopt;
}

std::string PrivateKey::sign(std::string_view text) const {
  TAEL_ASSERT(key_ != nullptr, "who signs has a key");
  const DigestContext context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = signature.size();
  const bool done = EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
                    EVP_DigestSign(context.get(), bytes_of(signature), &size, bytes_of(text), text.size()) == 1;
  TAEL_ASSERT(done, "OpenSSL signs with an RSA key");
  signature.resize(size);
  return to_base64(signature);
}

std::optional<std::string> PrivateKey::decrypt_oaep(std::string_view base64) const {
  const auto sealed = from_base64(base64);
  const Context context{EVP_PKEY_CTX_new(key_.get(), nullptr), &EVP_PKEY_CTX_free};
  if (!sealed || EVP_PKEY_decrypt_init(context.get()) != 1 || !set_oaep(context.get())) return std::nullopt;
  std::string text(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = text.size();
  const bool done = EVP_PKEY_decrypt(context.get(), bytes_of(text), &size, bytes_of(*sealed), sealed->size()) == 1;
  forget_errors();
  if (!done) return std::nullopt;
  text.resize(size);
  return text;
}

std::string PublicKey::to_pem() const {
  const Bio out{BIO_new(BIO_s_mem()), &BIO_free};
  PEM_write_bio_PUBKEY(out.get(), key_.get());
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

PrivateKey PrivateKey::generate() {
  constexpr std::size_t bits = 2'048;
  return PrivateKey{std::shared_ptr<evp_pkey_st>{EVP_RSA_gen(bits), &EVP_PKEY_free}};
}

std::string PrivateKey::to_pem() const {
  const Bio out{BIO_new(BIO_s_mem()), &BIO_free};
  PEM_write_bio_PKCS8PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::optional<std::vector<Certificate>> read_certificates(std::string_view pem) {
  constexpr std::size_t certificates_max = 32;
  std::vector<Certificate> chain;
  const auto in = reading(pem);
  while (chain.size() < certificates_max) {
    const X509Holder x509{PEM_read_bio_X509(in.get(), nullptr, &no_password, nullptr), &X509_free};
    if (!x509) break;
    chain.push_back(read(x509.get()));
  }
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  forget_errors();
  return ended && !chain.empty() ? std::optional{std::move(chain)} : std::nullopt;
}

namespace {

/// Institutions still hand out files sealed with RC2 of 40 bits, which OpenSSL 3 opens only with its legacy provider.
/// It lives for one file, in a context of its own: nothing else in the process can fall back to those ciphers.
struct LegacyContext {
  LegacyContext() = default;
  LegacyContext(const LegacyContext&) = delete;
  LegacyContext& operator=(const LegacyContext&) = delete;
  ~LegacyContext() {
    for (auto* each : {legacy, usual})
      if (each != nullptr) OSSL_PROVIDER_unload(each);
    OSSL_LIB_CTX_free(context);
  }
  OSSL_LIB_CTX* context = OSSL_LIB_CTX_new();
  OSSL_PROVIDER* usual = OSSL_PROVIDER_load(context, "default");
  OSSL_PROVIDER* legacy = OSSL_PROVIDER_load(context, "legacy");
};

}  // namespace

bool is_pkcs12(std::string_view bytes) {
  // A DER sequence with a long length: no text begins so.
  return bytes.size() > 2 && bytes[0] == '\x30' && (static_cast<unsigned char>(bytes[1]) & 0x80U) != 0;
}

std::optional<Pkcs12> read_pkcs12(std::string_view bytes, const std::string& password) {
  const LegacyContext legacy;  // Outlives all that is read in it.
  auto* read_into = PKCS12_init_ex(NID_pkcs7_data, legacy.context, nullptr);
  const bool is_one = d2i_PKCS12_bio(reading(bytes).get(), &read_into) != nullptr;
  const std::unique_ptr<PKCS12, decltype(&PKCS12_free)> file{read_into, &PKCS12_free};
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* others = nullptr;
  const bool opened = is_one && PKCS12_parse(file.get(), password.c_str(), &key, &certificate, &others) == 1;
  const auto kept = opened ? keep(key) : Key{};
  const X509Holder own{certificate, &X509_free};
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> chain{
      others, [](STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }};
  forget_errors();
  if (!kept || !own) return std::nullopt;
  const Bio out{BIO_new(BIO_s_mem()), &BIO_free};
  PEM_write_bio_X509(out.get(), own.get());
  for (int i = 0; chain && i < sk_X509_num(chain.get()); ++i)
    PEM_write_bio_X509(out.get(), sk_X509_value(chain.get(), i));
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &text);
  std::string pem{text, static_cast<std::size_t>(size)};
  // Read once more, so that they live where all other keys do.
  auto ours = PrivateKey::from_pem(PrivateKey{kept}.to_pem());
  auto certificates = read_certificates(pem);
  if (!ours || !certificates) return std::nullopt;
  return Pkcs12{std::move(*ours), std::move(*certificates), std::move(pem)};
}

}  // namespace tael
