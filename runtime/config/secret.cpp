#include "runtime/config/secret.hpp"

#include <utility>

namespace tael {
namespace {

/// Through a volatile pointer, or the compiler would drop the writes to memory that is about to go.
void wipe(std::string& value) {
  volatile char* bytes = value.data();
  for (std::size_t i = 0; i < value.size(); ++i) bytes[i] = '\0';
}

}  // namespace

Secret::Secret(std::string value, std::string reference) : value_(value), reference_(std::move(reference)) {
  wipe(value);
}

Secret Secret::stand_in(std::string value, std::string reference) {
  Secret secret{std::move(value), std::move(reference)};
  secret.stands_in_ = true;
  return secret;
}

Secret& Secret::operator=(const Secret& other) {
  if (this == &other) return *this;
  wipe(value_);
  value_ = other.value_;
  reference_ = other.reference_;
  stands_in_ = other.stands_in_;
  return *this;
}

Secret::~Secret() { wipe(value_); }

}  // namespace tael
