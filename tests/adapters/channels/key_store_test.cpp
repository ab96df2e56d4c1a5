#include "adapters/channels/access/key_store.hpp"

#include "adapters/crypto/ciphers.hpp"
#include "adapters/encoding/base64.hpp"
#include "tests/adapters/channels/golden.hpp"
#include "tests/support/test_keys.hpp"

#include <gtest/gtest.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include <stdexcept>

namespace tael {
namespace {

using namespace std::chrono_literals;

TimePoint wall_now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

/// With the ciphers of today, or, in a context that has them, with those of the nineties.
std::string pkcs12_of(evp_pkey_st* key, const std::string& certificate, const char* password,
                      OSSL_LIB_CTX* legacy = nullptr) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> in{BIO_new_mem_buf(certificate.data(), -1), &BIO_free};
  const std::unique_ptr<X509, decltype(&X509_free)> x509{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr),
                                                         &X509_free};
  const std::unique_ptr<PKCS12, decltype(&PKCS12_free)> file{
      PKCS12_create_ex(password, "tael", key, x509.get(), nullptr,
                       legacy == nullptr ? 0 : NID_pbe_WithSHA1And3_Key_TripleDES_CBC,
                       legacy == nullptr ? 0 : NID_pbe_WithSHA1And40BitRC2_CBC, 0, 0, 0, legacy, nullptr),
      &PKCS12_free};
  const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), &BIO_free};
  i2d_PKCS12_bio(out.get(), file.get());
  return test::text_of(out.get());
}

TEST(Keys, SignAndVerifyTheGoldenPair) {
  const auto priv = PrivateKey::from_pem(boost::json::value_to<std::string>(testing::golden().at("rsa_private_pem")));
  const auto pub = PublicKey::from_pem(boost::json::value_to<std::string>(testing::golden().at("rsa_public_pem")));
  ASSERT_TRUE(priv && pub);
  const auto text = testing::golden("alipay_request", "sign_text"), sign = testing::golden("alipay_request", "sign");
  EXPECT_EQ(priv->sign(text), sign);
  EXPECT_TRUE(pub->verifies(text, sign));
  EXPECT_FALSE(pub->verifies(text + " ", sign));
  EXPECT_FALSE(pub->verifies(text, "not base64"));
  EXPECT_FALSE(pub->verifies(text, ""));
}

TEST(Keys, AreReadFromBareBase64AsAlipayGivesThem) {
  auto pem = boost::json::value_to<std::string>(testing::golden().at("rsa_private_pem"));
  std::string bare;
  for (std::size_t at = pem.find('\n') + 1; pem[at] != '-'; ++at)
    if (pem[at] != '\n') bare += pem[at];
  ASSERT_TRUE(PrivateKey::from_pem(bare));
  EXPECT_EQ(PrivateKey::from_pem(bare)->sign("x"), PrivateKey::from_pem(pem)->sign("x"));
  EXPECT_FALSE(PrivateKey::from_pem("AAAA"));
  EXPECT_FALSE(PublicKey::from_pem(""));
}

TEST(Keys, ThatAreTooShortOrOfAnotherKindAreRefused) {
  const std::shared_ptr<evp_pkey_st> small{EVP_RSA_gen(1024), &EVP_PKEY_free};
  const std::shared_ptr<evp_pkey_st> curve{EVP_EC_gen("P-256"), &EVP_PKEY_free};
  EXPECT_FALSE(PublicKey::from_pem(test::public_pem(small.get())));
  EXPECT_FALSE(PublicKey::from_pem(test::public_pem(curve.get())));
}

TEST(Keys, OaepGoesThereAndBack) {
  const PrivateKey key{test::make_rsa()};
  const auto sealed = key.public_half().encrypt_oaep("张三");
  ASSERT_TRUE(sealed);
  EXPECT_EQ(key.decrypt_oaep(*sealed), "张三");
  EXPECT_FALSE(key.public_half().encrypt_oaep(std::string(300, 'x')));
  EXPECT_FALSE(key.decrypt_oaep("AAAA"));
}

TEST(Certificates, TellSerialIssuerAndTime) {
  const auto key = test::make_rsa();
  const auto pem = test::make_certificate(key.get());
  const auto chain = read_certificates(pem + pem);
  ASSERT_TRUE(chain);
  ASSERT_EQ(chain->size(), 2u);
  EXPECT_EQ(chain->front().serial, "5157F09E");
  EXPECT_EQ(chain->front().serial_decimal, "1364717726");
  EXPECT_TRUE(chain->front().signed_with_rsa);
  EXPECT_LT(chain->front().not_before, wall_now());
  EXPECT_GT(chain->front().not_after, wall_now());
  EXPECT_FALSE(read_certificates(pem.substr(0, pem.size() / 2)));
  EXPECT_FALSE(read_certificates(""));
}

TEST(Pkcs12, OpensWithItsPasswordOnly) {
  const auto key = test::make_rsa();
  const auto bytes = pkcs12_of(key.get(), test::make_certificate(key.get()), "1900000109");
  const auto opened = read_pkcs12(bytes, "1900000109");
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->chain.front().key.verifies("x", opened->key.sign("x")));
  EXPECT_TRUE(read_certificates(opened->certificates_pem));
  EXPECT_FALSE(read_pkcs12(bytes, "wrong"));
  EXPECT_FALSE(read_pkcs12("rubbish", "1900000109"));
}

TEST(Pkcs12, OpensWhatInstitutionsStillSealWithTheCiphersOfTheNineties) {
  const std::unique_ptr<OSSL_LIB_CTX, decltype(&OSSL_LIB_CTX_free)> legacy{OSSL_LIB_CTX_new(), &OSSL_LIB_CTX_free};
  using Provider = std::unique_ptr<OSSL_PROVIDER, decltype(&OSSL_PROVIDER_unload)>;
  const Provider usual{OSSL_PROVIDER_load(legacy.get(), "default"), &OSSL_PROVIDER_unload};
  const Provider old{OSSL_PROVIDER_load(legacy.get(), "legacy"), &OSSL_PROVIDER_unload};
  ASSERT_TRUE(usual && old) << "Debian's libssl3 has them";
  const auto key = test::make_rsa();
  const auto bytes = pkcs12_of(key.get(), test::make_certificate(key.get()), "1900000109", legacy.get());
  ASSERT_FALSE(bytes.empty());
  const auto opened = read_pkcs12(bytes, "1900000109");
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->chain.front().key.verifies("x", opened->key.sign("x")));
  EXPECT_TRUE(read_certificates(opened->certificates_pem));
}

TEST(Pkcs12, IsToldFromPemByItsFirstBytes) {
  const auto key = test::make_rsa();
  const auto pem = test::make_certificate(key.get());
  EXPECT_TRUE(is_pkcs12(pkcs12_of(key.get(), pem, "x")));
  EXPECT_FALSE(is_pkcs12(pem));
  EXPECT_FALSE(is_pkcs12("0123456789abcdef")) << "a key in hex";
}

TEST(VerifyKeys, TwoAreGoodDuringARotationAndAnEndedOneIsNot) {
  const auto now = wall_now();
  const auto key = test::make_rsa();
  VerifyKeys keys{{{"old", PublicKey{key}, now - 48h, now + 1h}, {"new", PublicKey{key}, now - 1h, now + 1000h}}};
  EXPECT_TRUE(keys.find("old", now) && keys.find("new", now));
  EXPECT_FALSE(keys.find("old", now + 2h)) << "its time is over";
  EXPECT_FALSE(keys.find("nobody", now));
  EXPECT_EQ(keys.newest(now)->id, "new");
  EXPECT_EQ(keys.valid(now + 2h).size(), 1u);
}

TEST(VerifyKeys, AFileIsACertificateOrAKeyWithAName) {
  const auto key = test::make_rsa();
  EXPECT_EQ(read_verify_key("", test::make_certificate(key.get())).id, "5157F09E");
  EXPECT_EQ(read_verify_key("PUB_KEY_ID_1", test::public_pem(key.get())).id, "PUB_KEY_ID_1");
  EXPECT_THROW(read_verify_key("", test::public_pem(key.get())), std::invalid_argument);
  EXPECT_THROW(read_verify_key("x", "rubbish"), std::invalid_argument);
}

TEST(Ciphers, EcbOpensTheGoldenRefundNotice) {
  const auto key = md5_hex(testing::golden("wechat_v2_req_info", "api_key"));
  EXPECT_EQ(key, testing::golden("wechat_v2_req_info", "aes_key"));
  const auto sealed = from_base64(testing::golden("wechat_v2_req_info", "req_info"));
  EXPECT_EQ(decrypt_aes_256_ecb(key, *sealed), testing::golden("wechat_v2_req_info", "plaintext"));
  EXPECT_EQ(encrypt_aes_256_ecb(key, testing::golden("wechat_v2_req_info", "plaintext")), sealed);
  EXPECT_FALSE(decrypt_aes_256_ecb(std::string(32, 'x'), *sealed));
}

TEST(Ciphers, GcmRefusesWhatWasChangedAndKeysOfAnotherLength) {
  const std::string key(32, 'k'), nonce(12, 'n');
  auto sealed = *seal_aes_256_gcm({key, nonce, "aad"}, "text");
  EXPECT_EQ(open_aes_256_gcm({key, nonce, "aad"}, sealed), "text");
  sealed[0] = static_cast<char>(sealed[0] ^ 1);
  EXPECT_FALSE(open_aes_256_gcm({key, nonce, "aad"}, sealed));
  EXPECT_FALSE(open_aes_256_gcm({"short", nonce, ""}, sealed));
  EXPECT_FALSE(open_aes_256_gcm({key, nonce, ""}, "short"));
}

}  // namespace
}  // namespace tael
