// Values as PostgreSQL's binary format wants them: big-endian integers, times as microseconds since
// 2000, and arrays of these, which is how a batch of rows becomes one statement.
#pragma once

#include "actors/domain/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tael::postgres {

/// What we use of the server's types. Arrays are made of these.
enum class Type { boolean, smallint, integer, bigint, text, timestamptz };

std::string_view sql_name(Type type);

/// One column of a batch.
class Array {
 public:
  explicit Array(Type element);
  Type element() const { return element_; }
  void add(bool value);
  void add(std::int16_t value);
  void add(std::int32_t value);
  void add(std::int64_t value);
  void add(std::string_view value);
  void add(const char*) = delete;  // Would become a boolean.
  void add(TimePoint value);
  void add_null();
  int count() const { return count_; }

 private:
  friend class Parameters;
  Type element_;
  std::int32_t count_ = 0;
  bool has_null_ = false;
  std::string bytes_;
};

/// The parameters of one statement, in order.
class Parameters {
 public:
  Parameters& add(std::string_view value);
  Parameters& add(std::int64_t value);
  Parameters& add(std::int32_t value);
  Parameters& add(std::int16_t value);
  Parameters& add(TimePoint value);
  Parameters& add(Array array);
  const std::vector<std::string>& values() const { return values_; }

 private:
  std::vector<std::string> values_;
};

TimePoint time_from_binary(std::int64_t microseconds_since_2000);

}  // namespace tael::postgres
