#include "adapters/channels/wechat_v3/wechat_v3_bill_text.hpp"

#include "adapters/channels/access/field_reader.hpp"

#include <algorithm>
#include <map>

namespace tael {

namespace {

using Row = std::vector<std::string>;

/// A comma may stand in a product's name: cells part at comma and back-tick only.
Row cells_of(std::string_view line) {
  Row cells;
  const bool ticked = line.starts_with('`');
  const std::string_view between = ticked ? ",`" : ",";
  if (ticked) line.remove_prefix(1);
  while (true) {
    const auto at = line.find(between);
    cells.emplace_back(line.substr(0, at));
    if (at == std::string_view::npos) return cells;
    line.remove_prefix(at + between.size());
  }
}

std::vector<Row> rows_of(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (text.starts_with(mark)) text.remove_prefix(mark.size());
  std::vector<Row> rows;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) rows.push_back(cells_of(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return rows;
}

/// Half a cent and more is a cent: fees come with five decimals.
std::optional<std::int64_t> cents_of(const std::string& yuan) {
  const auto fine = parse_decimal(yuan, 5);
  if (!fine) return std::nullopt;
  return (*fine < 0 ? *fine - 500 : *fine + 500) / 1'000;
}

class Head {
 public:
  explicit Head(const Row& row) {
    for (std::size_t i = 0; i < row.size(); ++i) columns_.emplace(row[i], i);
  }
  std::string cell(const Row& row, const std::string& column) const {
    const auto found = columns_.find(column);
    return found == columns_.end() || found->second >= row.size() ? std::string{} : row[found->second];
  }
  std::size_t width() const { return columns_.size(); }

 private:
  std::map<std::string, std::size_t> columns_;
};

std::optional<BillLine> line_of(const Head& head, const Row& row) {
  BillLine line;
  line.is_refund = head.cell(row, "交易状态") == "REFUND";
  const auto amount = parse_decimal(head.cell(row, line.is_refund ? "申请退款金额" : "订单金额"), 2);
  const auto fee = cents_of(head.cell(row, "手续费"));
  const auto currency = Currency::parse(head.cell(row, "货币种类"));
  // Yuan and fen are all we know to read in it: another currency's units would be guessed.
  if (!amount || *amount <= 0 || !fee || currency != cny) return std::nullopt;
  line.attempt = head.cell(row, "商户订单号");
  line.number = line.is_refund ? head.cell(row, "商户退款单号") : line.attempt;
  line.transaction = head.cell(row, line.is_refund ? "微信退款单号" : "微信订单号");
  line.status = line.is_refund ? head.cell(row, "退款状态") : head.cell(row, "交易状态");
  line.amount = {*amount, *currency};
  line.fee = *fee;
  line.at = head.cell(row, "交易时间");
  return line.number.empty() ? std::nullopt : std::optional{std::move(line)};
}

Bill malformed(std::string_view text, std::size_t row) {
  Bill bill;
  bill.refusal = "malformed";
  bill.message = "row " + std::to_string(row + 1);
  bill.raw = text;
  return bill;
}

}  // namespace

Bill read_wechat_bill(std::string_view text, std::string_view kind) {
  Bill bill;
  bill.raw = text;
  bill.rows = rows_of(text);
  if (bill.rows.size() < 3) return malformed(text, 0);
  if (kind != "trade") return bill;
  const Head head{bill.rows.front()};
  std::int64_t received = 0;
  for (std::size_t i = 1; i + 2 < bill.rows.size(); ++i) {
    auto line = bill.rows[i].size() == head.width() ? line_of(head, bill.rows[i]) : std::nullopt;
    if (!line) return malformed(text, i);
    if (!line->is_refund) received += line->amount.amount;
    bill.lines.push_back(std::move(*line));
  }
  // A file that lost lines on its way does not add up to its own summary.
  const Head summary{bill.rows[bill.rows.size() - 2]};
  const auto count = summary.cell(bill.rows.back(), "总交易单数");
  const auto total = parse_decimal(summary.cell(bill.rows.back(), "订单总金额"), 2);
  if (count != std::to_string(bill.lines.size()) || total != received) return malformed(text, bill.rows.size() - 1);
  return bill;
}

}  // namespace tael
