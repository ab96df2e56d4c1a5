#include "runtime/wall/frail_adapter.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace tael {
namespace {

class FrailAdapter final : public Channel {
 public:
  FrailAdapter(std::string channel, std::unique_ptr<Channel> inner, std::string file)
      : channel_(std::move(channel)), inner_(std::move(inner)), file_(std::move(file)) {}
  void call(const ChannelRequest& request, Duration deadline, std::function<void(ChannelAnswer)> done) override {
    survive(std::string{name_of(request.op)} + " " + request.number);
    inner_->call(request, deadline, std::move(done));
  }
  Callback hear(const RawCallback& raw) override {
    survive("callback");
    return inner_->hear(raw);
  }
  Acknowledgement acknowledge(Reception reception) const override { return inner_->acknowledge(reception); }

 private:
  void survive(const std::string& message) const {
    const auto name = channel_ + " " + message;
    std::ifstream lines{file_};
    for (std::string line; std::getline(lines, line);) {
      constexpr std::string_view hang = "hang ";
      const bool hangs = line.starts_with(hang);
      if (hangs) line.erase(0, hang.size());
      if (line.empty() || !name.starts_with(line)) continue;
      while (hangs) ::pause();
      throw std::runtime_error("the adapter fell over '" + line + "'");
    }
  }

  std::string channel_;
  std::unique_ptr<Channel> inner_;
  std::string file_;
};

}  // namespace

std::unique_ptr<Channel> frail_adapter(std::string channel, std::unique_ptr<Channel> adapter, std::string file) {
  return std::make_unique<FrailAdapter>(std::move(channel), std::move(adapter), std::move(file));
}

std::unique_ptr<Channel> frail_where_the_environment_says(std::string channel, std::unique_ptr<Channel> adapter) {
  const char* file = std::getenv("TAEL_ADAPTERS_DIE_OF");
  if (file == nullptr || *file == '\0') return adapter;
  return frail_adapter(std::move(channel), std::move(adapter), file);
}

}  // namespace tael
