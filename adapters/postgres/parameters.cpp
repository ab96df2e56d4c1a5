#include "adapters/postgres/parameters.hpp"

#include <array>

namespace tael::postgres {
namespace {

struct TypeFacts {
  std::string_view name;
  std::uint32_t oid;
};

// Object identifiers of built-in types are fixed for ever (pg_type.dat).
TypeFacts facts(Type type) {
  switch (type) {
    case Type::boolean: return {"boolean", 16};
    case Type::smallint: return {"smallint", 21};
    case Type::integer: return {"integer", 23};
    case Type::bigint: return {"bigint", 20};
    case Type::text: return {"text", 25};
    case Type::timestamptz: return {"timestamptz", 1184};
  }
  return {};
}

template <class Integer>
void append(std::string& bytes, Integer value) {
  auto rest = static_cast<std::make_unsigned_t<Integer>>(value);
  std::array<char, sizeof(Integer)> big_endian{};
  for (auto i = sizeof(Integer); i-- > 0;) {
    big_endian[i] = static_cast<char>(rest & 0xffU);
    rest = static_cast<std::make_unsigned_t<Integer>>(static_cast<std::uint64_t>(rest) >> 8U);
  }
  bytes.append(big_endian.data(), big_endian.size());
}

template <class Integer>
void append_element(std::string& bytes, Integer value) {
  append(bytes, static_cast<std::int32_t>(sizeof(Integer)));
  append(bytes, value);
}

constexpr TimePoint year_2000{std::chrono::sys_days{std::chrono::year{2000} / 1 / 1}};

std::int64_t to_binary(TimePoint at) { return std::chrono::microseconds{at - year_2000}.count(); }

}  // namespace

std::string_view sql_name(Type type) { return facts(type).name; }

TimePoint time_from_binary(std::int64_t microseconds_since_2000) {
  return year_2000 + std::chrono::floor<Duration>(std::chrono::microseconds{microseconds_since_2000});
}

Array::Array(Type element) : element_(element) {}

void Array::add(bool value) {
  append_element(bytes_, static_cast<std::int8_t>(value));
  ++count_;
}
void Array::add(std::int16_t value) {
  append_element(bytes_, value);
  ++count_;
}
void Array::add(std::int32_t value) {
  append_element(bytes_, value);
  ++count_;
}
void Array::add(std::int64_t value) {
  append_element(bytes_, value);
  ++count_;
}
void Array::add(std::string_view value) {
  append(bytes_, static_cast<std::int32_t>(value.size()));
  bytes_.append(value);
  ++count_;
}
void Array::add(TimePoint value) { add(to_binary(value)); }
void Array::add_null() {
  append(bytes_, std::int32_t{-1});
  has_null_ = true;
  ++count_;
}

Parameters& Parameters::add(std::string_view value) {
  values_.emplace_back(value);
  return *this;
}
Parameters& Parameters::add(std::int64_t value) {
  append(values_.emplace_back(), value);
  return *this;
}
Parameters& Parameters::add(std::int32_t value) {
  append(values_.emplace_back(), value);
  return *this;
}
Parameters& Parameters::add(std::int16_t value) {
  append(values_.emplace_back(), value);
  return *this;
}
Parameters& Parameters::add(TimePoint value) { return add(to_binary(value)); }

// array_recv: dimensions, has-null flag, element type, then per dimension its length and lower bound, then the
// elements.
Parameters& Parameters::add(Array array) {
  auto& bytes = values_.emplace_back();
  bytes.reserve(array.bytes_.size() + 20);
  append(bytes, std::int32_t{array.count_ == 0 ? 0 : 1});
  append(bytes, std::int32_t{array.has_null_});
  append(bytes, static_cast<std::int32_t>(facts(array.element_).oid));
  if (array.count_ == 0) return *this;
  append(bytes, array.count_);
  append(bytes, std::int32_t{1});
  bytes += array.bytes_;
  return *this;
}

}  // namespace tael::postgres
