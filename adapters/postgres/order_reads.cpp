#include "adapters/postgres/order_reads.hpp"

#include "adapters/postgres/read_thread.hpp"

namespace tael::postgres {
namespace {

/// Nobody looks at a page that is still empty after this.
constexpr Duration look_within{5'000};

StoreOptions options_of(const std::string& url) {
  StoreOptions options;
  options.url = url;
  options.read_within = look_within;
  return options;
}

}  // namespace

struct OrderReads::Thread {
  explicit Thread(const std::string& url) : options(options_of(url)), reads(options, "store.looks", order_looks_max) {}

  const StoreOptions options;
  ReadThread reads;
};

OrderReads::OrderReads(const std::string& url) : thread_(std::make_unique<Thread>(url)) {}
OrderReads::~OrderReads() = default;

void OrderReads::load_order(std::string id, std::function<void(Read<std::optional<OrderRecord>>)> done) {
  thread_->reads.read(std::move(done), [id = std::move(id)](Reader& reader) { return reader.load_order(id); });
}

void OrderReads::close() { thread_->reads.close(); }

}  // namespace tael::postgres
