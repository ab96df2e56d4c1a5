#include "adapters/channels/access/status_map.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace tael {
namespace {

constexpr auto every_op =
    std::to_array<ChannelOp>({ChannelOp::pay, ChannelOp::inquire, ChannelOp::close, ChannelOp::refund,
                              ChannelOp::inquire_refund, ChannelOp::transfer, ChannelOp::inquire_transfer});
constexpr auto every_ending =
    std::to_array<Ending>({Ending::approved, Ending::declined, Ending::not_sent, Ending::pending, Ending::silent});

constexpr auto scopes = std::to_array<Spelling<FaultScope>>(
    {{FaultScope::bank, "bank"}, {FaultScope::method, "method"}, {FaultScope::channel, "channel"}});

std::vector<std::string_view> split(std::string_view line, std::string_view blanks) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return parts;
    const auto end = std::min(line.find_first_of(blanks, begin), line.size());
    parts.push_back(line.substr(begin, end - begin));
    line.remove_prefix(end);
  }
}

[[noreturn]] void refuse(int line, std::string_view found, const std::string& right) {
  throw std::invalid_argument("line " + std::to_string(line) + ": '" + std::string{found} + "' is no " + right);
}

std::vector<ChannelOp> read_ops(std::string_view text, int line) {
  std::vector<ChannelOp> ops;
  if (text == "*") return ops;
  for (const auto name : split(text, ",")) {
    const auto* found = std::ranges::find(every_op, name, [](ChannelOp op) { return name_of(op); });
    if (found == every_op.end()) refuse(line, name, "op: pay, inquire, close, refund, inquire_refund, transfer, ...");
    ops.push_back(*found);
  }
  return ops;
}

/// `200`, `5xx` or `*`.
void read_http(std::string_view text, int line, StatusRow& row) {
  if (text == "*") return;
  const bool is_class = text.size() == 3 && text.substr(1) == "xx" && text[0] >= '1' && text[0] <= '5';
  if (is_class) {
    row.http_min = (text[0] - '0') * 100;
    row.http_max = row.http_min + 99;
    return;
  }
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), row.http_min);
  const bool good = error == std::errc{} && stop == text.data() + text.size() && row.http_min >= 100;
  if (!good || row.http_min > 599) refuse(line, text, "HTTP status: 200, 4xx or *");
  row.http_max = row.http_min;
}

bool is_about(const StatusRow& row, std::string_view word) {
  const std::string_view wanted = row.word;
  return wanted.ends_with('*') ? word.starts_with(wanted.substr(0, wanted.size() - 1)) : word == wanted;
}

bool fits(const StatusRow& row, ChannelOp op, int http_status, std::string_view word) {
  if (http_status < row.http_min || http_status > row.http_max) return false;
  if (!row.ops.empty() && std::ranges::find(row.ops, op) == row.ops.end()) return false;
  return is_about(row, word);
}

}  // namespace

StatusMap StatusMap::parse(std::string_view text) {
  StatusMap map;
  int line = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto parts = split(text.substr(0, std::min(end, text.substr(0, end).find('#'))), " \t\r");
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
    if (parts.empty()) continue;
    if (parts.size() < 4) refuse(line, parts.back(), "whole row: op, http, word, ending and flags");
    StatusRow row;
    row.ops = read_ops(parts[0], line);
    read_http(parts[1], line, row);
    row.word = parts[2];
    const auto* ending = std::ranges::find(every_ending, parts[3], [](Ending each) { return name_of(each); });
    if (ending == every_ending.end()) refuse(line, parts[3], "ending: approved, declined, not_sent, pending or silent");
    row.ending = *ending;
    for (std::size_t i = 4; i < parts.size(); ++i) {
      const auto* scope = std::ranges::find(scopes, parts[i], &Spelling<FaultScope>::text);
      if (scope != scopes.end())
        row.scope = scope->word;
      else if (parts[i] == "unknown_number")
        row.number_unknown = true;
      else if (parts[i] == "alert")
        row.alert = true;
      else
        refuse(line, parts[i], "flag: unknown_number, alert, bank, method or channel");
    }
    if (row.scope != FaultScope::path && row.ending != Ending::silent && row.ending != Ending::not_sent)
      refuse(line, parts[3], "ending of somebody's trouble: that is silent or not_sent");
    if (row.number_unknown && row.ending != Ending::silent)
      refuse(line, parts[3], "ending of a number that is not known: that is silent");
    map.rows_.push_back(std::move(row));
  }
  return map;
}

StatusMap StatusMap::overlaid_by(const StatusMap& over) const {
  StatusMap both = over;
  both.rows_.insert(both.rows_.end(), rows_.begin(), rows_.end());
  return both;
}

bool StatusMap::names(std::string_view word) const {
  return std::ranges::any_of(rows_, [&](const StatusRow& row) { return row.word != "*" && is_about(row, word); });
}

const StatusRow* StatusMap::find(ChannelOp op, int http_status, std::string_view word) const {
  const auto found =
      std::ranges::find_if(rows_, [&](const StatusRow& row) { return fits(row, op, http_status, word); });
  return found == rows_.end() ? nullptr : &*found;
}

}  // namespace tael
