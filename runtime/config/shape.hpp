// Shapes: how one kind of value is read, checked, printed, and told to people and to editors. A field
// table gives every key a shape; the shape's own words stand in the reference and in every message.
#pragma once

#include "actors/domain/policy.hpp"
#include "runtime/config/json_text.hpp"
#include "runtime/config/reader.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tael::config {

using tael::to_text;  // Of lengths, beside those of this namespace.

/// One line of the reference. Rows below it belong to a nested map; `each` names the free key between.
struct Row {
  std::string key;
  bool required = false;
  std::string words;    ///< `whole number, 1 to 100`
  std::string initial;  ///< The default as YAML; empty when there is none.
  std::string meaning;
  std::string schema;  ///< Members of a draft-07 schema object; empty when `rows` say it.
  std::string each;    ///< `NAME` for a map of free keys, `[]` for a list; empty for fixed keys.
  std::vector<Row> rows;
};

/// Flat settings, `breaker.open_min` = `5s`, for comparing two folders.
using Settings = std::vector<std::pair<std::string, std::string>>;

template <class T>
struct Shape {
  std::string words;
  std::string schema;
  std::function<void(Reader&, const Yaml&, T&)> read;
  std::function<std::string(const T&)> print;  ///< As YAML in one line; empty for what has no default.
  std::function<void(const T&, const std::string& key, Settings&)> show = {};  ///< Instead of `print`, when nested.
  std::string each = {};
  std::vector<Row> rows = {};
};

/// Small letters, digits and _, at most 32: how channels, businesses and nodes are called.
bool is_code(std::string_view text);

Shape<int> whole(int min, int max);
Shape<std::int64_t> whole64(std::int64_t min, std::int64_t max);
Shape<Duration> length(Duration min, Duration max);
Shape<Ladder> ladder(Duration rung_min, Duration rung_max, std::size_t rungs_max);
/// `5% of 10`: of the calls that come, the share that is let through, and how many of them in all.
Shape<std::vector<ProbeStage>> probe_stages(std::size_t stages_max);
Shape<bool> yes_or_no();
Shape<Currency> currency();
Shape<Duration> utc_offset();  ///< `+08:00`, at most 14 hours either way.
Shape<Secret> secret(std::size_t length_min);
/// A secret that may also be a PKCS#12 file.
Shape<Secret> key_file(std::size_t length_min);
/// `whsec_` and base64 of 24 to 64 bytes, as Standard Webhooks has it.
Shape<Secret> webhook_secret();
/// A libpq connection string, or a reference to one. A literal one holds no password.
Shape<Secret> connection();

/// Texts. A plain scalar that YAML could take for something else must stand in quotes.
Shape<std::string> code();  ///< `[a-z][a-z0-9_]*`, at most 32 characters.
Shape<std::string> line_of_text(std::size_t length_max);
Shape<std::string> web_address();  ///< http or https, without user, query, fragment or slash at the end.
Shape<std::string> file_path();
Shape<std::string> payment_path();  ///< `channel/method/bank`

template <class E>
Shape<E> one_of(std::vector<std::pair<std::string, E>> words) {
  std::string all, list;
  for (const auto& [word, value] : words) {
    all += (all.empty() ? "" : ", ") + word;
    list += (list.empty() ? "" : ", ") + json_text(word);
  }
  return {"one of " + all, "\"enum\": [" + list + "]",
          [words, all](Reader& reader, const Yaml& yaml, E& out) {
            if (yaml.kind == Yaml::Kind::scalar)
              for (const auto& [word, value] : words)
                if (yaml.text == word) return void(out = value);
            reader.wrong(yaml, "one of " + all);
          },
          [words](const E& value) {
            for (const auto& [word, known] : words)
              if (known == value) return word;
            return std::string{};
          }};
}

/// A list of single values without duplicates, at most 1000.
template <class T>
Shape<std::vector<T>> list_of(Shape<T> item, std::size_t length_min) {
  constexpr std::size_t length_max = 1'000;
  const auto words = "list of: " + item.words;
  const auto schema = "\"type\": \"array\", \"minItems\": " + std::to_string(length_min) +
                      ", \"uniqueItems\": true, \"items\": {" + item.schema + "}";
  return {words, schema,
          [item, words, length_min](Reader& reader, const Yaml& yaml, std::vector<T>& out) {
            if (yaml.kind != Yaml::Kind::list) return reader.wrong(yaml, "a " + words);
            if (yaml.children.size() < length_min || yaml.children.size() > length_max)
              return reader.error(yaml.line, name_in_message(yaml) + " must have " + std::to_string(length_min) +
                                                 " to " + std::to_string(length_max) + " items");
            std::vector<T> read;
            for (const auto& child : yaml.children) {
              const auto before = reader.errors_so_far();
              T value{};
              item.read(reader, child, value);
              if (reader.errors_so_far() != before) continue;
              for (const auto& earlier : read)
                if (earlier == value) reader.error(child.line, "'" + shown(child.text) + "' stands in the list twice");
              read.push_back(std::move(value));
            }
            out = std::move(read);
          },
          [item](const std::vector<T>& values) {
            std::string text;
            for (const auto& value : values) text += (text.empty() ? "" : ", ") + item.print(value);
            return "[" + text + "]";
          }};
}

}  // namespace tael::config
