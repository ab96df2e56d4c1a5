#include "adapters/simulated/dialects/alipay_bill.hpp"

#include "adapters/simulated/dialects/dialect_text.hpp"

#include <iconv.h>
#include <zlib.h>

namespace tael {

namespace {

std::string to_gbk(std::string text) {
  const auto converter = ::iconv_open("GBK", "UTF-8");
  std::string converted(text.size() * 2 + 16, '\0');
  char *from = text.data(), *to = converted.data();
  std::size_t left = text.size(), room = converted.size();
  ::iconv(converter, &from, &left, &to, &room);
  ::iconv_close(converter);
  converted.resize(converted.size() - room);
  return converted;
}

void put(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 255);
}

std::string deflated(std::string text) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

class Zip {
 public:
  void add(const std::string& name, const std::string& text) {
    const auto packed = deflated(text);
    std::string about;  // What both heads share.
    put(about, 20, 2), put(about, 0, 2), put(about, 8, 2), put(about, 0, 4);
    put(about,
        static_cast<std::uint32_t>(
            crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()))),
        4);
    put(about, static_cast<std::uint32_t>(packed.size()), 4), put(about, static_cast<std::uint32_t>(text.size()), 4);
    put(about, static_cast<std::uint32_t>(name.size()), 2), put(about, 0, 2);
    const auto offset = static_cast<std::uint32_t>(files_.size());
    files_ += "PK\3\4" + about + name + packed;
    put(directory_, 0x02014b50, 4), put(directory_, 20, 2);
    directory_ += about;
    put(directory_, 0, 2), put(directory_, 0, 2), put(directory_, 0, 2), put(directory_, 0, 4);
    put(directory_, offset, 4);
    directory_ += name;
    ++count_;
  }
  std::string done() const {
    std::string end = "PK\5\6";
    put(end, 0, 4), put(end, count_, 2), put(end, count_, 2);
    put(end, static_cast<std::uint32_t>(directory_.size()), 4), put(end, static_cast<std::uint32_t>(files_.size()), 4);
    put(end, 0, 2);
    return files_ + directory_ + end;
  }

 private:
  std::string files_, directory_;
  std::uint32_t count_ = 0;
};

}  // namespace

std::string alipay_trade_bill(const std::vector<InstitutionLine>& lines, std::string_view date,
                              std::string_view merchant) {
  std::string text = "#支付宝业务明细查询\r\n#账号：[" + std::string{merchant} + "]\r\n#起始日期：[" +
                     std::string{date} + " 00:00:00]   终止日期：[" + std::string{date} +
                     " 23:59:59]\r\n#-----------------------------------------业务明细列表-----------------------------"
                     "-----------\r\n";
  text +=
      "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
      "订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,"
      "券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注\r\n";
  std::int64_t count = 0, net = 0;
  for (const auto& line : lines) {
    auto wall = beijing(line.at).substr(0, 19);
    wall[10] = ' ';
    if (wall.substr(0, 10) != date) continue;
    const auto amount = line.is_refund ? -line.amount.amount : line.amount.amount;
    text += (line.is_refund ? line.payment_transaction : line.transaction) + "\t," +
            (line.is_refund ? line.payment_number : line.number) + "\t," + (line.is_refund ? "退款" : "交易") +
            ",\"面包, \"\"新鲜\"\"\"," + wall + "," + wall + ",,,,,*三(b***@example.com)," + yuan(amount) + "," +
            yuan(amount) + ",0.00,0.00,0.00,0.00,0.00,,0.00,0.00," + (line.is_refund ? line.number + "\t" : "") + "," +
            yuan(-line.fee) + ",0.00,\r\n";
    net += amount;
    ++count;
  }
  text += "#-----------------------------------------业务明细列表结束------------------------------------\r\n";
  Zip zip;
  const auto stem = std::string{merchant} + "_" + std::string{date.substr(0, 4)};
  zip.add(to_gbk(stem + "_业务明细.csv"), to_gbk(text));
  zip.add(to_gbk(stem + "_业务明细(汇总).csv"),
          to_gbk("#支付宝业务汇总查询\r\n笔数,净额（元）\r\n" + std::to_string(count) + "," + yuan(net) + "\r\n"));
  return zip.done();
}

}  // namespace tael
