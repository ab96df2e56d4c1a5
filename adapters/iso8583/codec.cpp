#include "adapters/iso8583/codec.hpp"

#include <optional>

namespace tael::iso8583 {

namespace {

constexpr std::size_t bitmap_bytes = 8, type_digits = 4;
constexpr int fields_primary = 64, fields_max = 128;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_separator(char c) { return c == '=' || c == 'D'; }

bool are_digits(std::string_view text) { return std::ranges::all_of(text, is_digit); }

/// Bytes of other character sets pass: names may be in GBK.
bool is_text(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool is_track(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_digit(c) || is_separator(c); }) &&
         std::ranges::count_if(text, is_separator) <= 2;
}

bool suits(std::string_view value, Content content) {
  switch (content) {
    case Content::digits: return are_digits(value);
    case Content::text: return is_text(value);
    case Content::track: return is_track(value);
    case Content::binary: return true;
  }
  return false;
}

std::string_view wants(Content content) {
  switch (content) {
    case Content::digits: return "digits";
    case Content::text: return "characters without controls";
    case Content::track: return "digits and a separator '=' or 'D'";
    case Content::binary: return "bytes";
  }
  return {};
}

std::string about(const FieldSpec& spec) {
  return "DE" + std::to_string(spec.de) + " (" + std::string{spec.name} + ")";
}

/// True when it travels as two digits a byte.
bool is_packed(const FieldSpec& spec, const Dialect& dialect) {
  return dialect.coding == Coding::bcd && (spec.content == Content::digits || spec.content == Content::track);
}

unsigned nibble_of(char c) { return is_separator(c) ? 13U : static_cast<unsigned>(c - '0'); }

/// Two digits a byte; an odd count is padded on the right (reference 6.3).
std::string pack(std::string_view digits) {
  std::string bytes((digits.size() + 1) / 2, '\0');
  for (std::size_t i = 0; i < digits.size(); ++i)
    bytes[i / 2] =
        static_cast<char>(static_cast<unsigned char>(bytes[i / 2]) | (nibble_of(digits[i]) << (i % 2 == 0 ? 4U : 0U)));
  return bytes;
}

/// Nothing when a nibble is neither digit nor separator. What pads an odd count is not looked at: hosts differ.
std::optional<std::string> unpack(std::string_view bytes, std::size_t digits) {
  std::string text;
  for (std::size_t i = 0; i < digits; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i / 2]);
    const auto nibble = i % 2 == 0 ? byte >> 4U : byte & 15U;
    if (nibble > 9 && nibble != 13) return std::nullopt;
    text += nibble == 13 ? 'D' : static_cast<char>('0' + nibble);
  }
  return text;
}

std::string pad(std::string value, const FieldSpec& spec) {
  const auto size = static_cast<std::size_t>(spec.size);
  if (spec.length != Length::fixed || value.size() >= size) return value;
  if (spec.content == Content::digits) return std::string(size - value.size(), '0') + value;
  if (spec.content == Content::text) value.resize(size, ' ');
  return value;
}

std::string length_prefix(std::size_t size, const FieldSpec& spec, const Dialect& dialect) {
  if (spec.length == Length::fixed) return {};
  auto digits = std::to_string(size);
  digits.insert(0, (spec.length == Length::ll ? 2 : 3) - digits.size(), '0');
  if (dialect.coding == Coding::ascii) return digits;
  return pack(digits.size() % 2 == 0 ? digits : "0" + digits);  // Lengths, unlike fields, keep to the right.
}

/// Why the value cannot travel in the field; empty when it can.
std::string objection(const FieldSpec& spec, std::string_view value) {
  const auto size = static_cast<std::size_t>(spec.size);
  if (value.size() > size)
    return about(spec) + " has " + std::to_string(value.size()) + ", at most " + std::to_string(spec.size) + " fit";
  if (spec.content == Content::binary && spec.length == Length::fixed && value.size() != size)
    return about(spec) + " has " + std::to_string(value.size()) + " bytes and must have " + std::to_string(spec.size);
  if (!suits(value, spec.content)) return about(spec) + " must be " + std::string{wants(spec.content)};
  return {};
}

/// Reads from the front and remembers the first thing that was wrong.
class Reader {
 public:
  Reader(std::string_view bytes, const Dialect& dialect) : rest_(bytes), dialect_(dialect) {}

  const std::string& error() const { return error_; }
  bool good() const { return error_.empty(); }
  std::size_t left() const { return rest_.size(); }

  std::string_view take(std::size_t count, const std::string& what) {
    if (count > rest_.size()) {
      fail(what + " needs " + std::to_string(count) + " bytes, " + std::to_string(rest_.size()) + " are left");
      return {};
    }
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::string digits(std::size_t count, const std::string& what) {
    if (dialect_.coding == Coding::ascii) return checked(std::string{take(count, what)}, what);
    const auto bytes = take((count + 1) / 2, what);
    if (!good()) return {};
    auto text = unpack(bytes, count);
    return checked(text.value_or("?"), what);
  }

  /// A value that is not as the table says, but whose end is known, is stepped over: `unreadable` says why.
  std::string field(const FieldSpec& spec, std::string& unreadable) {
    const auto what = about(spec);
    auto size = static_cast<std::size_t>(spec.size);
    if (spec.length != Length::fixed) size = length(spec, what);
    if (good() && size > static_cast<std::size_t>(spec.size))
      unreadable = what + " says it has " + std::to_string(size) + ", at most " + std::to_string(spec.size) + " fit";
    if (!good()) return {};
    std::string value;
    if (is_packed(spec, dialect_)) {
      const auto bytes = take((size + 1) / 2, what);
      if (good()) value = unpack(bytes, size).value_or("?");
    } else {
      value = take(size, what);
    }
    if (good() && unreadable.empty() && !suits(value, spec.content))
      unreadable = what + " is not " + std::string{wants(spec.content)};
    return value;
  }

  void fail(std::string why) {
    if (error_.empty()) error_ = std::move(why);
  }

 private:
  std::size_t length(const FieldSpec& spec, const std::string& what) {
    const std::size_t count = spec.length == Length::ll ? 2 : dialect_.coding == Coding::bcd ? 4 : 3;
    const auto text = digits(count, "the length of " + what);
    return good() ? static_cast<std::size_t>(std::stoul(text)) : 0;
  }

  std::string checked(std::string text, const std::string& what) {
    if (good() && !are_digits(text)) fail(what + " is not digits");
    return good() ? text : std::string{};
  }

  std::string_view rest_;
  const Dialect& dialect_;
  std::string error_;
};

bool bit(std::string_view bitmap, int number) {
  const auto index = static_cast<std::size_t>(number - 1);
  return (static_cast<unsigned char>(bitmap[index / 8]) >> (7 - index % 8) & 1U) != 0;
}

void set_bit(std::string& bitmap, int number) {
  const auto index = static_cast<std::size_t>(number - 1);
  bitmap[index / 8] = static_cast<char>(static_cast<unsigned char>(bitmap[index / 8]) | (1U << (7 - index % 8)));
}

}  // namespace

Encoded encode(const Message& message, const Dialect& dialect) {
  if (message.header.size() != static_cast<std::size_t>(dialect.header_bytes))
    return {{},
            "the header has " + std::to_string(message.header.size()) + " bytes and must have " +
                std::to_string(dialect.header_bytes)};
  if (message.type.size() != type_digits || !are_digits(message.type)) return {{}, "the type must be four digits"};

  const bool is_long = !message.fields.empty() && message.fields.rbegin()->first > fields_primary;
  std::string bitmap(is_long ? 2 * bitmap_bytes : bitmap_bytes, '\0'), body;
  if (is_long) set_bit(bitmap, 1);
  for (const auto& [de, value] : message.fields) {
    const auto* spec = find_field(dialect, de);
    if (spec == nullptr) return {{}, "DE" + std::to_string(de) + " is not in dialect " + std::string{dialect.name}};
    if (auto why = objection(*spec, value); !why.empty()) return {{}, std::move(why)};
    const auto full = pad(value, *spec);
    set_bit(bitmap, de);
    body += length_prefix(full.size(), *spec, dialect);
    body += is_packed(*spec, dialect) ? pack(full) : full;
  }
  auto bytes = message.header + (dialect.coding == Coding::bcd ? pack(message.type) : message.type) + bitmap + body;
  if (bytes.size() > message_bytes_max) return {{}, "the message is longer than " + std::to_string(message_bytes_max)};
  return {std::move(bytes), {}};
}

Decoded decode(std::string_view bytes, const Dialect& dialect) {
  Decoded decoded;
  auto& message = decoded.message;
  if (bytes.size() > message_bytes_max) {
    decoded.error = "longer than " + std::to_string(message_bytes_max) + " bytes";
    return decoded;
  }
  Reader reader{bytes, dialect};
  message.header = reader.take(static_cast<std::size_t>(dialect.header_bytes), "the header");
  message.type = reader.digits(type_digits, "the type");
  std::string bitmap{reader.take(bitmap_bytes, "the bitmap")};
  if (reader.good() && bit(bitmap, 1)) bitmap += reader.take(bitmap_bytes, "the second bitmap");
  const int last = reader.good() && bitmap.size() > bitmap_bytes ? fields_max : fields_primary;
  for (int de = 2; de <= last && reader.good(); ++de) {
    if (!bit(bitmap, de)) continue;
    const auto* spec = find_field(dialect, de);
    if (spec == nullptr) {
      reader.fail("DE" + std::to_string(de) + " is not in dialect " + std::string{dialect.name});
      break;
    }
    std::string unreadable;
    auto value = reader.field(*spec, unreadable);
    if (!unreadable.empty())
      decoded.unreadable.emplace(de, std::move(unreadable));
    else if (reader.good())
      message.fields.emplace(de, std::move(value));
  }
  if (reader.good() && reader.left() > 0) reader.fail(std::to_string(reader.left()) + " bytes after the last field");
  decoded.error = reader.error();
  return decoded;
}

}  // namespace tael::iso8583
