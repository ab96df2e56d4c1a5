#include "adapters/channels/alipay/alipay_bill_text.hpp"

#include "adapters/channels/access/field_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <iconv.h>
#include <map>
#include <zlib.h>

namespace tael {

namespace {

using Row = std::vector<std::string>;

constexpr std::size_t unpacked_bytes_max = 512U << 20, files_max = 16;

std::uint32_t number_at(std::string_view bytes, std::size_t at, int width) {
  std::uint32_t value = 0;
  for (int i = 0; i < width; ++i)
    value |= std::uint32_t{static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)])} << (8 * i);
  return value;
}

std::optional<std::string> inflated(std::string_view packed, std::size_t size, std::uint32_t crc) {
  std::string text(size, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return std::nullopt;
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  const int ended = inflate(&stream, Z_FINISH);
  const bool whole = ended == Z_STREAM_END && stream.total_out == size;
  inflateEnd(&stream);
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
  return whole && sum == crc ? std::optional{std::move(text)} : std::nullopt;
}

/// The files of a ZIP by their central directory; nothing when one of them is damaged.
std::optional<std::vector<std::string>> unzip(std::string_view zip) {
  constexpr std::size_t end_size = 22, entry_size = 46, local_size = 30;
  const auto end = zip.rfind("PK\5\6");
  if (end == std::string_view::npos || end + end_size > zip.size()) return std::nullopt;
  const auto count = number_at(zip, end + 10, 2);
  std::size_t at = number_at(zip, end + 16, 4), total = 0;
  std::vector<std::string> files;
  for (std::uint32_t i = 0; i < count && i < files_max; ++i) {
    if (at + entry_size > zip.size() || number_at(zip, at, 4) != 0x02014b50) return std::nullopt;
    const auto method = number_at(zip, at + 10, 2), crc = number_at(zip, at + 16, 4);
    const std::size_t packed = number_at(zip, at + 20, 4), size = number_at(zip, at + 24, 4);
    const std::size_t local = number_at(zip, at + 42, 4);
    total += size;
    if (local + local_size > zip.size() || total > unpacked_bytes_max) return std::nullopt;
    const auto begin = local + local_size + number_at(zip, local + 26, 2) + number_at(zip, local + 28, 2);
    if (begin > zip.size() || packed > zip.size() - begin) return std::nullopt;
    const auto bytes = zip.substr(begin, packed);
    auto text = method == 0 ? std::optional{std::string{bytes}} : inflated(bytes, size, crc);
    if (!text) return std::nullopt;
    files.push_back(std::move(*text));
    at += entry_size + number_at(zip, at + 28, 2) + number_at(zip, at + 30, 2) + number_at(zip, at + 32, 2);
  }
  return files;
}

std::optional<std::string> from_gbk(std::string text) {
  const auto converter = ::iconv_open("UTF-8", "GB18030");
  if (reinterpret_cast<std::intptr_t>(converter) == -1) return std::nullopt;
  std::string converted(text.size() * 2 + 16, '\0');
  char *from = text.data(), *to = converted.data();
  std::size_t left = text.size(), room = converted.size();
  const bool done = ::iconv(converter, &from, &left, &to, &room) != static_cast<std::size_t>(-1) && left == 0;
  ::iconv_close(converter);
  converted.resize(converted.size() - room);
  return done ? std::optional{std::move(converted)} : std::nullopt;
}

/// Ids end with a tab, which keeps spreadsheets from rounding them.
std::string trimmed(std::string cell) {
  while (cell.ends_with('\t') || cell.ends_with(' ')) cell.pop_back();
  return cell;
}

/// RFC 4180: a cell in quotation marks may hold commas, ends of line and, doubled, quotation marks.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}
  /// Nothing when a quotation mark is never closed.
  std::optional<std::vector<Row>> rows() {
    std::vector<Row> rows;
    while (at_ < text_.size()) {
      if (text_[at_] == '#') {  // A remark, as it stands.
        at_ = std::min(text_.find('\n', at_), text_.size() - 1) + 1;
        continue;
      }
      Row row;
      do {
        auto cell = this->cell();
        if (!cell) return std::nullopt;
        row.push_back(trimmed(std::move(*cell)));
      } while (take(','));
      take('\r');
      take('\n');
      if (row.size() > 1 || !row.front().empty()) rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string until(std::string_view stops) {
    const auto end = std::min(text_.find_first_of(stops, at_), text_.size());
    const auto part = text_.substr(at_, end - at_);
    at_ = end;
    return std::string{part};
  }
  std::optional<std::string> cell() {
    constexpr std::string_view ends = ",\r\n";
    if (!take('"')) return until(ends);
    auto cell = until("\"");
    while (take('"')) {
      if (!take('"')) return cell + until(ends);  // The tab of an id may stand behind its quotation mark.
      cell += '"' + until("\"");
    }
    return std::nullopt;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<BillLine> line_of(const std::map<std::string, std::size_t>& head, const Row& row) {
  const auto cell = [&](const char* name) {
    const auto found = head.find(name);
    return found == head.end() || found->second >= row.size() ? std::string{} : row[found->second];
  };
  BillLine line;
  line.is_refund = cell("业务类型") == "退款";
  const auto amount = parse_decimal(cell("订单金额（元）"), 2), fee = parse_decimal(cell("服务费（元）"), 2);
  if (!amount || !fee || (*amount < 0) != line.is_refund || *amount == 0) return std::nullopt;
  line.attempt = cell("商户订单号");
  line.number = line.is_refund ? cell("退款批次号/请求号") : line.attempt;
  line.transaction = cell("支付宝交易号");
  line.status = cell("业务类型");
  line.amount = {*amount < 0 ? -*amount : *amount, cny};
  line.fee = -*fee;
  line.at = cell("完成时间");
  return line.number.empty() ? std::nullopt : std::optional{std::move(line)};
}

Bill malformed(std::string message) {
  Bill bill;
  bill.refusal = "malformed";
  bill.message = std::move(message);
  return bill;
}

}  // namespace

Bill read_alipay_bill(std::string_view zip) {
  const auto files = unzip(zip);
  if (!files) return malformed("the ZIP is damaged");
  Bill bill;
  bool found = false;
  for (const auto& packed : *files) {
    const auto text = from_gbk(packed);
    if (!text) return malformed("not GBK");
    bill.raw += *text;
    const auto read = CsvReader{*text}.rows();
    if (!read) return malformed("a quotation mark is never closed");
    const auto& rows = *read;
    const bool is_detail = !rows.empty() && rows.front().front() == "支付宝交易号";
    bill.rows.insert(bill.rows.end(), rows.begin(), rows.end());
    if (!is_detail) continue;
    found = true;
    std::map<std::string, std::size_t> head;
    for (std::size_t i = 0; i < rows.front().size(); ++i) head.emplace(rows.front()[i], i);
    for (std::size_t i = 1; i < rows.size(); ++i) {
      auto line = line_of(head, rows[i]);
      if (!line) return malformed("row " + std::to_string(i + 1));
      bill.lines.push_back(std::move(*line));
    }
  }
  return found ? bill : malformed("there is no detail in it");
}

}  // namespace tael
