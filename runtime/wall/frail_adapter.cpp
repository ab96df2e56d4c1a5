#include "runtime/wall/frail_adapter.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace tael {
namespace {

struct Weakness {
  std::string channel, file;

  void survive(const std::string& message) const {
    const auto name = channel + " " + message;
    std::ifstream lines{file};
    for (std::string line; std::getline(lines, line);) {
      constexpr std::string_view hang = "hang ";
      const bool hangs = line.starts_with(hang);
      if (hangs) line.erase(0, hang.size());
      if (line.empty() || !name.starts_with(line)) continue;
      while (hangs) ::pause();
      throw std::runtime_error("the adapter fell over '" + line + "'");
    }
  }
};

class FrailAdapter final : public Channel {
 public:
  FrailAdapter(Weakness weakness, std::unique_ptr<Channel> inner)
      : weakness_(std::move(weakness)), inner_(std::move(inner)) {}
  void call(const ChannelRequest& request, Duration deadline, std::function<void(ChannelAnswer)> done) override {
    const auto message = std::string{name_of(request.op)} + " " + request.number;
    weakness_.survive(message);
    // The answer may come when this adapter is gone.
    inner_->call(request, deadline, [weakness = weakness_, message, done = std::move(done)](ChannelAnswer answer) {
      if (auto crash = crash_of([&] { weakness.survive("answer " + message); })) answer.crash = std::move(crash);
      done(std::move(answer));
    });
  }
  Callback hear(const RawCallback& raw) override {
    weakness_.survive("callback");
    return inner_->hear(raw);
  }
  Acknowledgement acknowledge(Reception reception) const override { return inner_->acknowledge(reception); }

 private:
  Weakness weakness_;
  std::unique_ptr<Channel> inner_;
};

}  // namespace

std::unique_ptr<Channel> frail_adapter(std::string channel, std::unique_ptr<Channel> adapter, std::string file) {
  return std::make_unique<FrailAdapter>(Weakness{std::move(channel), std::move(file)}, std::move(adapter));
}

std::unique_ptr<Channel> frail_where_the_environment_says(std::string channel, std::unique_ptr<Channel> adapter) {
  const char* file = std::getenv("TAEL_ADAPTERS_DIE_OF");
  if (file == nullptr || *file == '\0') return adapter;
  return frail_adapter(std::move(channel), std::move(adapter), file);
}

}  // namespace tael
