// One field table per struct ties key, member, shape (bounds), default and meaning. It reads, checks,
// refuses unknown keys, and prints the reference and the schema: they cannot disagree. The default is
// the struct's own member initialiser and stands nowhere else.
#pragma once

#include "runtime/config/shape.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tael::config {

/// Refuses values that are no map, and keys that are not in `keys`.
bool check_keys(Reader& reader, const Yaml& yaml, const std::vector<std::string>& keys);

template <class S>
struct Field {
  Row row;
  std::function<void(Reader&, const Yaml&, S&)> read;
  std::function<void(const S&, const std::string& prefix, Settings&)> show;
};

template <class S, class T, class M>
Field<S> make_field(bool required, std::string key, M member, Shape<T> shape, std::string meaning) {
  const S made{};
  Row row{key, required, shape.words, {}, std::move(meaning), shape.schema, shape.each, shape.rows};
  if (!required && shape.print) row.initial = shape.print(made.*member);
  return {std::move(row),
          [member, shape](Reader& reader, const Yaml& yaml, S& out) { shape.read(reader, yaml, out.*member); },
          [member, shape, key](const S& value, const std::string& prefix, Settings& out) {
            if (shape.show) return shape.show(value.*member, prefix + key, out);
            out.emplace_back(prefix + key, shape.print(value.*member));
          }};
}

/// A key that may be left out; then the struct's initialiser stands.
template <class S, class T>
Field<S> field(std::string key, T S::*member, Shape<T> shape, std::string meaning) {
  return make_field<S, T>(false, std::move(key), member, std::move(shape), std::move(meaning));
}

template <class S, class T>
Field<S> required(std::string key, T S::*member, Shape<T> shape, std::string meaning) {
  return make_field<S, T>(true, std::move(key), member, std::move(shape), std::move(meaning));
}

template <class S>
class Table {
 public:
  /// What no single field can check. Called only when every field was read without error.
  using Finish = std::function<void(Reader&, const Yaml&, S&)>;

  Table(std::vector<Field<S>> fields, Finish finish = {}) : fields_(std::move(fields)), finish_(std::move(finish)) {
    for (const auto& f : fields_) keys_.push_back(f.row.key);
  }

  void read(Reader& reader, const Yaml& yaml, S& out) const {
    if (!check_keys(reader, yaml, keys_)) return;
    const auto before = reader.errors_so_far();
    read_fields(reader, yaml, out);
    if (reader.errors_so_far() == before && finish_) finish_(reader, yaml, out);
  }

  /// The fields alone, for a table that carries them among its own.
  const std::vector<Field<S>>& fields() const { return fields_; }

  void show(const S& value, const std::string& prefix, Settings& out) const {
    for (const auto& f : fields_) f.show(value, prefix, out);
  }

  std::vector<Row> rows() const {
    std::vector<Row> rows;
    for (const auto& f : fields_) rows.push_back(f.row);
    return rows;
  }

 private:
  void read_fields(Reader& reader, const Yaml& yaml, S& out) const {
    for (const auto& f : fields_) {
      if (const auto* child = yaml.find(f.row.key)) {
        f.read(reader, *child, out);
      } else if (f.row.required) {
        reader.error(yaml.line, "key '" + f.row.key + "' is missing: " + f.row.meaning);
      }
    }
  }

  std::vector<Field<S>> fields_;
  std::vector<std::string> keys_;
  Finish finish_;
};

/// The fields of a member's own table among the fields of the struct that holds it.
template <class S, class T>
void lift(std::vector<Field<S>>& fields, T S::*member, const Table<T>& table) {
  for (const auto& f : table.fields())
    fields.push_back({f.row,
                      [member, f](Reader& reader, const Yaml& yaml, S& out) { f.read(reader, yaml, out.*member); },
                      [member, f](const S& value, const std::string& prefix, Settings& out) {
                        f.show(value.*member, prefix, out);
                      }});
}

/// A map with the fixed keys of a table. Tables live as long as the program.
template <class T>
Shape<T> nested(const Table<T>& table) {
  return {"map",
          {},
          [&table](Reader& reader, const Yaml& yaml, T& out) { table.read(reader, yaml, out); },
          {},
          [&table](const T& value, const std::string& key, Settings& out) { table.show(value, key + ".", out); },
          {},
          table.rows()};
}

/// A map from free keys (codes) to maps with the fixed keys of a table.
template <class T>
Shape<std::map<std::string, T>> map_of(const std::string& each, const Table<T>& table) {
  return {"map of " + each,
          {},
          [&table, each](Reader& reader, const Yaml& yaml, std::map<std::string, T>& out) {
            if (yaml.kind != Yaml::Kind::map || yaml.children.empty())
              return reader.wrong(yaml, "a map with at least one " + each);
            for (const auto& child : yaml.children) {
              std::string name;
              Yaml key;
              key.kind = Yaml::Kind::scalar;
              key.text = child.key;
              key.key = child.key;
              key.line = child.key_line;
              code().read(reader, key, name);
              table.read(reader, child, out[child.key]);
            }
          },
          {},
          [&table](const std::map<std::string, T>& values, const std::string& key, Settings& out) {
            for (const auto& [name, value] : values) table.show(value, key + "." + name + ".", out);
          },
          each,
          table.rows()};
}

/// A list of maps with the fixed keys of a table, at most 100.
template <class T>
Shape<std::vector<T>> list_of_maps(const Table<T>& table) {
  constexpr std::size_t length_max = 100;
  const std::string words = "list of maps";
  return {words,
          {},
          [&table, words](Reader& reader, const Yaml& yaml, std::vector<T>& out) {
            if (yaml.kind != Yaml::Kind::list || yaml.children.size() > length_max) return reader.wrong(yaml, words);
            out.clear();
            for (const auto& child : yaml.children) table.read(reader, child, out.emplace_back());
          },
          {},
          [&table](const std::vector<T>& values, const std::string& key, Settings& out) {
            for (std::size_t i = 0; i < values.size(); ++i)
              table.show(values[i], key + "." + std::to_string(i + 1) + ".", out);
          },
          "[]",
          table.rows()};
}

}  // namespace tael::config
