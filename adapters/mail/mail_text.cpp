#include "adapters/encoding/base64.hpp"
#include "adapters/encoding/utf8.hpp"
#include "adapters/mail/smtp_client.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace tael {
namespace {

constexpr std::size_t line_max = 76;  ///< RFC 2045.

/// One header's value: as it is when it is plain, else in encoded words (RFC 2047).
std::string header_text(std::string_view text) {
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  constexpr std::size_t plain_max = 60, word_bytes_max = 42;
  if (std::ranges::all_of(text, is_plain) && text.size() <= plain_max && text.find("=?") == std::string_view::npos)
    return std::string{text};
  std::string words;
  while (!text.empty()) {
    const auto part = whole_characters(text, word_bytes_max);
    words += (words.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + to_base64(part) + "?=";
    text.remove_prefix(std::max<std::size_t>(part.size(), 1));
  }
  return words;
}

/// Control characters have no place in a header: they become spaces.
std::string one_line(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  return text;
}

/// `Wed, 11 Nov 2026 12:00:00 +0000`
std::string date_of(TimePoint at) {
  static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::weekday weekday{day};
  const auto clock = to_rfc3339(at).substr(11, 8);
  return std::string{days.at(weekday.c_encoding())} + ", " + std::to_string(static_cast<unsigned>(date.day())) + " " +
         months.at(static_cast<unsigned>(date.month()) - 1) + " " + std::to_string(static_cast<int>(date.year())) +
         " " + clock + " +0000";
}

std::string domain_of(const std::string& address) { return address.substr(address.rfind('@') + 1); }

}  // namespace

std::string to_rfc5322(const Mail& mail) {
  auto wire = "Date: " + date_of(mail.at) + "\r\nFrom: Tael <" + one_line(mail.from) + ">\r\nTo: <" +
              one_line(mail.to) + ">\r\nSubject: " + header_text(one_line(mail.subject)) + "\r\nMessage-ID: <" +
              one_line(mail.id) + "@" + domain_of(one_line(mail.from)) +
              ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: base64\r\n\r\n";
  const auto body = to_base64(mail.text);
  for (std::size_t at = 0; at < body.size(); at += line_max) wire += body.substr(at, line_max) + "\r\n";
  return wire;
}

}  // namespace tael
