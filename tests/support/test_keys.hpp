// RSA keys and certificates made for one test run: nothing that a test signs with is ever written down.
#pragma once

#include "adapters/crypto/keys.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace tael::test {

inline std::shared_ptr<evp_pkey_st> make_rsa() { return {EVP_RSA_gen(2048), &EVP_PKEY_free}; }

inline std::string text_of(BIO* bio) {
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio, &text);
  return {text, static_cast<std::size_t>(size)};
}

inline std::string public_pem(evp_pkey_st* key) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), &BIO_free};
  PEM_write_bio_PUBKEY(out.get(), key);
  return text_of(out.get());
}

struct CertificateWish {
  long serial = 0x5157F09E;
  std::string common_name = "Tael test";
  long valid_from_s = -3'600;  ///< From now.
  long valid_until_s = 3'600;
};

/// Vouches for itself.
inline std::string make_certificate(evp_pkey_st* key, const CertificateWish& wish = {}) {
  const std::unique_ptr<X509, decltype(&X509_free)> x509{X509_new(), &X509_free};
  X509_set_version(x509.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), wish.serial);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), wish.valid_from_s);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), wish.valid_until_s);
  X509_set_pubkey(x509.get(), key);
  auto* name = X509_get_subject_name(x509.get());
  const auto add = [name](const char* field, const std::string& value) {
    X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.c_str()), -1,
                               -1, 0);
  };
  add("C", "CN");
  add("O", "Tael");
  add("OU", "Tests");
  add("CN", wish.common_name);
  X509_set_issuer_name(x509.get(), name);
  X509_sign(x509.get(), key, EVP_sha256());
  const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), &BIO_free};
  PEM_write_bio_X509(out.get(), x509.get());
  return text_of(out.get());
}

/// The key and its certificate in one file, as institutions hand them out.
inline std::string make_pkcs12(evp_pkey_st* key, const CertificateWish& wish, const std::string& password) {
  const auto pem = make_certificate(key, wish);
  const std::unique_ptr<BIO, decltype(&BIO_free)> in{BIO_new_mem_buf(pem.data(), -1), &BIO_free};
  const std::unique_ptr<X509, decltype(&X509_free)> x509{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr),
                                                         &X509_free};
  const std::unique_ptr<PKCS12, decltype(&PKCS12_free)> file{
      PKCS12_create(password.c_str(), "ours", key, x509.get(), nullptr, 0, 0, 0, 0, 0), &PKCS12_free};
  const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), &BIO_free};
  i2d_PKCS12_bio(out.get(), file.get());
  return text_of(out.get());
}

}  // namespace tael::test
