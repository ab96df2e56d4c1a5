// Tables as data: each column once, with its name, its type, how a row fills it and how it fills a row.
// Inserts, updates and reads are built from these lists, so they cannot disagree.
#pragma once

#include "actors/domain/money.hpp"
#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/enumerators.hpp"

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tael::postgres {

template <class Row>
struct Column {
  std::string_view name;
  Type type;
  void (*put)(const Row& row, Array& array);
  void (*take)(Row& row, const Rows& rows, int at, int column);
};

template <class Row>
using Columns = std::vector<Column<Row>>;

template <class Value>
constexpr Type type_for() {
  if constexpr (std::same_as<Value, bool>)
    return Type::boolean;
  else if constexpr (std::same_as<Value, Shard>)
    return Type::smallint;
  else if constexpr (std::same_as<Value, int>)
    return Type::integer;
  else if constexpr (std::same_as<Value, std::int64_t>)
    return Type::bigint;
  else if constexpr (std::same_as<Value, TimePoint>)
    return Type::timestamptz;
  else
    return Type::text;  // std::string, Currency and enumerations
}

template <class Value>
void put_value(const Value& value, Array& array) {
  if constexpr (std::same_as<Value, Shard>)
    array.add(static_cast<std::int16_t>(value));
  else if constexpr (std::same_as<Value, Currency>)
    array.add(value.code());
  else if constexpr (std::same_as<Value, std::string>)
    array.add(std::string_view{value});
  else if constexpr (std::is_enum_v<Value>)
    array.add(name_of(value));
  else
    array.add(value);
}

template <class Value>
void take_value(Value& value, const Rows& rows, int at, int column) {
  if constexpr (std::same_as<Value, bool>)
    value = rows.boolean(at, column);
  else if constexpr (std::same_as<Value, TimePoint>)
    value = rows.time(at, column);
  else if constexpr (std::is_integral_v<Value>)
    value = static_cast<Value>(rows.integer(at, column));
  else if constexpr (std::same_as<Value, Currency>)
    value = currency_of(rows.bytes(at, column));
  else if constexpr (std::is_enum_v<Value>)
    value = enumerator_of<Value>(rows.bytes(at, column));
  else
    value = rows.text(at, column);
}

/// The row whose member a path of member pointers begins with.
template <auto First, auto...>
struct RowOfPath {
  template <class Row, class Member>
  static Row row_of(Member Row::*);
  using Type = decltype(row_of(First));
};
template <auto... Path>
using RowOf = typename RowOfPath<Path...>::Type;

/// A column that is a member of its row, or a member of a member: `column<&NoticeRow::notice, &Notice::url>("url")`.
template <auto... Path>
Column<RowOf<Path...>> column(std::string_view name) {
  using Row = RowOf<Path...>;
  using Value = std::remove_cvref_t<decltype((std::declval<Row&>().*....*Path))>;
  return {name, type_for<Value>(), [](const Row& row, Array& array) { put_value((row.*....*Path), array); },
          [](Row& row, const Rows& rows, int at, int c) { take_value((row.*....*Path), rows, at, c); }};
}

/// A time that may be none: zero is null.
template <auto... Path>
Column<RowOf<Path...>> time_or_none(std::string_view name) {
  auto made = column<Path...>(name);
  made.put = [](const RowOf<Path...>& row, Array& array) {
    if ((row.*....*Path) == TimePoint{})
      array.add_null();
    else
      array.add((row.*....*Path));
  };
  return made;
}

template <class Row>
Columns<Row> operator+(Columns<Row> first, const Columns<Row>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// `a, b, c`, each with `prefix` before it.
template <class Row>
std::string names_of(const Columns<Row>& columns, std::string_view prefix = "") {
  std::string names;
  for (const auto& c : columns) names += (names.empty() ? "" : ", ") + std::string{prefix} + std::string{c.name};
  return names;
}

/// `$1::text[], $2::bigint[]`, from `first`.
template <class Row>
std::string arrays_of(const Columns<Row>& columns, std::size_t first = 1) {
  std::string arrays;
  for (const auto& c : columns)
    arrays += (arrays.empty() ? "$" : ", $") + std::to_string(first++) + "::" + std::string{sql_name(c.type)} + "[]";
  return arrays;
}

/// The row itself, however many pointers lead to it.
template <class T>
const auto& pointed_at(const T& row) {
  if constexpr (std::is_pointer_v<T>)
    return pointed_at(*row);
  else
    return row;
}

template <class Row, class Range>
void add_arrays(Parameters& parameters, const Columns<Row>& columns, const Range& rows) {
  for (const auto& c : columns) {
    Array array{c.type};
    for (const auto& row : rows) c.put(pointed_at(row), array);
    parameters.add(std::move(array));
  }
}

/// All rows of a result whose columns are exactly these.
template <class Row>
std::vector<Row> take_rows(const Columns<Row>& columns, const Rows& rows) {
  std::vector<Row> taken(static_cast<std::size_t>(rows.count()));
  for (int at = 0; at < rows.count(); ++at) {
    int c = 0;
    for (const auto& column : columns) column.take(taken[static_cast<std::size_t>(at)], rows, at, c++);
  }
  return taken;
}

}  // namespace tael::postgres
