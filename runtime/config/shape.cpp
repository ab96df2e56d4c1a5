#include "runtime/config/shape.hpp"

#include "adapters/encoding/text.hpp"

#include <algorithm>
#include <charconv>
#include <regex>

namespace tael::config {
namespace {

bool is_one_of(char c, std::string_view any_of) { return any_of.find(c) != std::string_view::npos; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

/// Whether some reader of YAML 1.1 or 1.2 takes this plain text for a number, a date, a truth or nothing.
bool reads_as_no_text(const std::string& text) {
  if (text.size() > 40) return false;
  static const std::regex other{
      "~|null|y|n|yes|no|on|off|true|false"
      "|[-+]?[0-9][0-9_]*|[-+]?0[xob][0-9a-f_]+"
      "|[-+]?([0-9][0-9_]*)?\\.[0-9_]*(e[-+]?[0-9]+)?|[-+]?[0-9]+e[-+]?[0-9]+|[-+]?\\.inf|\\.nan"
      "|[-+]?[0-9]+(:[0-5]?[0-9])+(\\.[0-9]*)?"
      "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*",
      std::regex::icase};
  return std::regex_match(text, other);
}

/// False when the value is no text at all; then it has been told.
bool take_text(Reader& reader, const Yaml& yaml, const std::string& words) {
  if (yaml.kind != Yaml::Kind::scalar) {
    reader.wrong(yaml, words);
    return false;
  }
  if (yaml.plain && reads_as_no_text(yaml.text)) {
    const auto text = shown(yaml.text);
    reader.error(yaml.line, name_in_message(yaml) + ": " + text + " is ambiguous in YAML; write \"" + text + "\"");
    return false;
  }
  return true;
}

std::string print_text(const std::string& text) {
  if (text.empty()) return {};
  const bool plain = !reads_as_no_text(text) && std::ranges::all_of(text, [](char c) {
    return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z') || is_one_of(c, "_-./:@");
  });
  return plain ? text : json_text(text);
}

/// A text that `fits` accepts; `words` say in people's terms what fits, `pattern` in an editor's.
Shape<std::string> text_shape(const std::string& article, std::string words, const std::string& pattern,
                              bool (*fits)(std::string_view)) {
  const auto expected = article + " " + words;
  return {words, "\"type\": \"string\", \"pattern\": " + json_text(pattern),
          [expected, fits](Reader& reader, const Yaml& yaml, std::string& out) {
            if (!take_text(reader, yaml, expected)) return;
            if (!fits(yaml.text)) return reader.wrong(yaml, expected);
            out = yaml.text;
          },
          print_text};
}

/// Only `0`, `7`, `-7`: no `010`, `0x10`, `1e3`, `1_000` or `+7`, which readers of YAML disagree about.
template <class N>
bool parse_whole(const Yaml& yaml, N& out) {
  if (yaml.kind != Yaml::Kind::scalar || !yaml.plain) return false;
  const auto digits = std::string_view{yaml.text}.substr(yaml.text.starts_with('-') ? 1 : 0);
  if (digits.empty() || (digits[0] == '0' && yaml.text.size() > 1) || !std::ranges::all_of(digits, is_digit))
    return false;
  const auto* end = yaml.text.data() + yaml.text.size();
  const auto [stop, failed] = std::from_chars(yaml.text.data(), end, out);
  return failed == std::errc{} && stop == end;
}

template <class N>
Shape<N> whole_shape(N min, N max) {
  const auto words = "whole number, " + std::to_string(min) + " to " + std::to_string(max);
  return {words, "\"type\": \"integer\", \"minimum\": " + std::to_string(min) + ", \"maximum\": " + std::to_string(max),
          [min, max, words](Reader& reader, const Yaml& yaml, N& out) {
            N value = 0;
            if (!parse_whole(yaml, value) || value < min || value > max) return reader.wrong(yaml, "a " + words);
            out = value;
          },
          [](N value) { return std::to_string(value); }};
}

constexpr auto length_schema = R"("type": "string", "pattern": "^(0|[1-9][0-9]*)(ms|s|min|h|d)$")";
constexpr auto secret_schema = R"("type": "string", "pattern": "^(\\$\\{env:[A-Za-z_][A-Za-z0-9_]*\\}|file:.+)$")";

bool is_web_address(std::string_view text) {
  if (text.size() > 1'024) return false;
  const auto scheme = text.starts_with("https://") ? 8U : text.starts_with("http://") ? 7U : 0U;
  const auto rest = text.substr(scheme);
  return scheme != 0 && !rest.empty() && !is_one_of(rest[0], "/:") && rest.back() != '/' &&
         std::ranges::all_of(rest, [](char c) { return c > ' ' && c < 0x7f && !is_one_of(c, "@?#\\\"<>"); });
}

bool is_payment_path(std::string_view text) {
  int parts = 0;
  for (;;) {
    const auto slash = text.find('/');
    if (!is_code(text.substr(0, slash))) return false;
    ++parts;
    if (slash == std::string_view::npos) return parts == 3;
    text.remove_prefix(slash + 1);
  }
}

bool is_webhook_secret(std::string_view text) {
  constexpr std::string_view prefix = "whsec_";
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  if (text.size() % 4 != 0) return false;
  std::size_t padding = 0;
  for (; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  const bool base64 = std::ranges::all_of(
      text, [](char c) { return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z') || c == '+' || c == '/'; });
  const auto bytes = text.size() * 6 / 8;
  return base64 && bytes >= 24 && bytes <= 64;
}

/// Whether a libpq connection string, of either spelling, carries a password.
bool holds_password(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (text.find("password") != std::string::npos) return true;
  const auto host = text.find("://");
  if (host == std::string::npos) return false;
  const auto at = text.find('@', host);
  const auto colon = text.find(':', host + 3);
  return at != std::string::npos && colon < at;
}

}  // namespace

bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= 32 && is_lower(text[0]) &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

Shape<int> whole(int min, int max) { return whole_shape(min, max); }
Shape<std::int64_t> whole64(std::int64_t min, std::int64_t max) { return whole_shape(min, max); }

Shape<Duration> length(Duration min, Duration max) {
  const auto words = "length, " + to_text(min) + " to " + to_text(max);
  return {words, length_schema,
          [min, max, words](Reader& reader, const Yaml& yaml, Duration& out) {
            const auto value = yaml.kind == Yaml::Kind::scalar ? parse_duration(yaml.text) : std::nullopt;
            if (!value) return reader.wrong(yaml, "a " + words + ", with its unit (ms, s, min, h, d)");
            if (*value < min || *value > max) return reader.wrong(yaml, "a " + words);
            out = *value;
          },
          [](Duration value) { return to_text(value); }};
}

Shape<Ladder> ladder(Duration rung_min, Duration rung_max, std::size_t rungs_max) {
  const auto rung = length(rung_min, rung_max);
  const auto words =
      "list of 1 to " + std::to_string(rungs_max) + " lengths, each " + to_text(rung_min) + " to " + to_text(rung_max);
  return {words,
          "\"type\": \"array\", \"minItems\": 1, \"maxItems\": " + std::to_string(rungs_max) + ", \"items\": {" +
              rung.schema + "}",
          [rung, words, rungs_max](Reader& reader, const Yaml& yaml, Ladder& out) {
            if (yaml.kind != Yaml::Kind::list || yaml.children.empty() || yaml.children.size() > rungs_max)
              return reader.wrong(yaml, "a " + words);
            Ladder rungs;
            for (const auto& child : yaml.children) rung.read(reader, child, rungs.emplace_back());
            out = std::move(rungs);
          },
          [](const Ladder& rungs) {
            std::string text;
            for (const auto& r : rungs) text += (text.empty() ? "" : ", ") + to_text(r);
            return "[" + text + "]";
          }};
}

namespace {

std::optional<ProbeStage> parse_probe_stage(std::string_view text) {
  constexpr std::string_view between = "% of ";
  const auto middle = text.find(between);
  if (middle == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits, int max) -> std::optional<int> {
    int value = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = failed == std::errc{} && end == digits.data() + digits.size();
    return whole && value >= 1 && value <= max ? std::optional{value} : std::nullopt;
  };
  const auto percent = number(text.substr(0, middle), 100);
  const auto probes = number(text.substr(middle + between.size()), 1'000);
  return percent && probes ? std::optional{ProbeStage{*percent, *probes}} : std::nullopt;
}

}  // namespace

Shape<std::vector<ProbeStage>> probe_stages(std::size_t stages_max) {
  const auto words = "list of 1 to " + std::to_string(stages_max) + " stages such as `25% of 10`";
  return {words,
          "\"type\": \"array\", \"minItems\": 1, \"maxItems\": " + std::to_string(stages_max) +
              R"(, "items": {"type": "string", "pattern": "^[0-9]{1,3}% of [0-9]{1,4}$"})",
          [words, stages_max](Reader& reader, const Yaml& yaml, std::vector<ProbeStage>& out) {
            if (yaml.kind != Yaml::Kind::list || yaml.children.empty() || yaml.children.size() > stages_max)
              return reader.wrong(yaml, "a " + words);
            std::vector<ProbeStage> stages;
            for (const auto& child : yaml.children) {
              const auto stage = child.kind == Yaml::Kind::scalar ? parse_probe_stage(child.text) : std::nullopt;
              if (!stage) return reader.wrong(child, "a stage such as 25% of 10: 1 to 100 percent, 1 to 1000 probes");
              stages.push_back(*stage);
            }
            out = std::move(stages);
          },
          [](const std::vector<ProbeStage>& stages) {
            std::string text;
            for (const auto& s : stages)
              text += (text.empty() ? "" : ", ") + std::to_string(s.percent) + "% of " + std::to_string(s.probes);
            return "[" + text + "]";
          }};
}

Shape<bool> yes_or_no() {
  return {"true or false", "\"type\": \"boolean\"",
          [](Reader& reader, const Yaml& yaml, bool& out) {
            const bool truth = yaml.kind == Yaml::Kind::scalar && yaml.plain;
            if (!truth || (yaml.text != "true" && yaml.text != "false")) return reader.wrong(yaml, "true or false");
            out = yaml.text == "true";
          },
          [](bool value) { return std::string{value ? "true" : "false"}; }};
}

Shape<Currency> currency() {
  return {"ISO 4217 currency", R"("type": "string", "pattern": "^[A-Z]{3}$")",
          [](Reader& reader, const Yaml& yaml, Currency& out) {
            const auto value = yaml.kind == Yaml::Kind::scalar ? Currency::parse(yaml.text) : std::nullopt;
            if (!value) return reader.wrong(yaml, "an ISO 4217 currency, three capital letters");
            out = *value;
          },
          [](Currency value) { return value.text(); }};
}

Shape<Duration> utc_offset() {
  constexpr Duration most = 14h;
  const auto words = std::string{"offset from UTC, '+08:00' or '-05:30', at most 14 hours"};
  const auto print = [](Duration value) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(value < 0s ? -value : value).count();
    const auto two = [](std::int64_t number) { return std::to_string(100 + number).substr(1); };
    return "\"" + std::string{value < 0s ? "-" : "+"} + two(minutes / 60) + ":" + two(minutes % 60) + "\"";
  };
  return {words, R"("type": "string", "pattern": "^[-+][01][0-9]:[0-5][0-9]$")",
          [words, most](Reader& reader, const Yaml& yaml, Duration& out) {
            if (!take_text(reader, yaml, "an " + words)) return;
            static const std::regex form{"[-+][01][0-9]:[0-5][0-9]"};
            if (!std::regex_match(yaml.text, form)) return reader.wrong(yaml, "an " + words);
            const auto size = std::chrono::hours{std::stoi(yaml.text.substr(1, 2))} +
                              std::chrono::minutes{std::stoi(yaml.text.substr(4, 2))};
            if (size > most) return reader.wrong(yaml, "an " + words);
            out = yaml.text.front() == '-' ? -size : size;
          },
          print};
}

Shape<Secret> secret(std::size_t length_min) {
  return {"secret, at least " + std::to_string(length_min) + " characters", secret_schema,
          [length_min](Reader& reader, const Yaml& yaml, Secret& out) {
            reader.read_secret(yaml, {.length_min = length_min}, out);
          },
          [](const Secret& value) { return value.reference(); }};
}

Shape<Secret> key_file(std::size_t length_min) {
  auto shape = secret(length_min);
  shape.read = [length_min](Reader& reader, const Yaml& yaml, Secret& out) {
    reader.read_secret(yaml, {.length_min = length_min, .pkcs12 = true}, out);
  };
  return shape;
}

Shape<Secret> webhook_secret() {
  return {"secret, whsec_ and base64 of 24 to 64 bytes", secret_schema,
          [](Reader& reader, const Yaml& yaml, Secret& out) {
            Secret value;
            reader.read_secret(yaml, {.webhook = true}, value);
            if (value.empty()) return;
            if (!is_webhook_secret(value.reveal()))
              return reader.error(yaml.line, name_in_message(yaml) + ": what " + value.reference() +
                                                 " leads to must be whsec_ and base64 of 24 to 64 bytes");
            out = value;
          },
          [](const Secret& value) { return value.reference(); }};
}

Shape<Secret> connection() {
  const std::string words = "libpq connection string, or a secret that is one";
  return {words, "\"type\": \"string\"",
          [words](Reader& reader, const Yaml& yaml, Secret& out) {
            if (yaml.kind != Yaml::Kind::scalar || yaml.text.empty()) return reader.wrong(yaml, "a " + words);
            if (is_reference(yaml.text)) return reader.read_secret(yaml, {.length_min = 1, .blanks = true}, out);
            if (holds_password(yaml.text))
              return reader.error(
                  yaml.line,
                  name_in_message(yaml) + " holds a password: write ${env:NAME} or file:PATH, never the value itself");
            out = Secret{yaml.text, yaml.text};
          },
          [](const Secret& value) { return print_text(value.reference()); }};
}

Shape<std::string> code() {
  return text_shape("a", "code (small letters, digits, _; at most 32)", "^[a-z][a-z0-9_]{0,31}$", is_code);
}

Shape<std::string> line_of_text(std::size_t length_max) {
  const auto words = "text of 1 to " + std::to_string(length_max) + " bytes in one line";
  return {words, "\"type\": \"string\", \"minLength\": 1, \"maxLength\": " + std::to_string(length_max),
          [words, length_max](Reader& reader, const Yaml& yaml, std::string& out) {
            if (!take_text(reader, yaml, words)) return;
            const bool one_line = yaml.text.find_first_of("\r\n") == std::string::npos;
            if (yaml.text.empty() || yaml.text.size() > length_max || !one_line) return reader.wrong(yaml, words);
            if (has_blank_edges(yaml.text)) return reader.wrong(yaml, words + " without a blank before or behind it");
            if (const auto fault = text_fault(yaml.text); !fault.empty())
              return reader.error(yaml.line, name_in_message(yaml) + " has " + fault + ": not allowed");
            out = yaml.text;
          },
          print_text};
}

Shape<std::string> web_address() {
  return text_shape("an", "http or https address, without user, query or slash at the end",
                    "^https?://[^/@?# ][^@?# ]*[^/@?# ]$", is_web_address);
}

Shape<std::string> file_path() {
  auto shape = line_of_text(1'024);
  shape.words = "file path";
  return shape;
}

Shape<std::string> payment_path() {
  return text_shape("a", "path, channel/method/bank", "^[a-z][a-z0-9_]*/[a-z][a-z0-9_]*/[a-z][a-z0-9_]*$",
                    is_payment_path);
}

}  // namespace tael::config
