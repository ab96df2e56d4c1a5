// Frames on a stream: two bytes, big-endian, say how long the frame is, themselves not counted. They arrive split and
// glued. A length of zero is a sign of life and not a message.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tael::framed {

inline constexpr std::size_t length_bytes = 2;
inline constexpr std::size_t frame_bytes_max = 8'192;

/// The frame with its length; `body` is at most `frame_bytes_max`.
inline std::string frame(std::string_view body) {
  std::string bytes;
  bytes.reserve(length_bytes + body.size());
  bytes += static_cast<char>(body.size() >> 8U & 0xFFU);
  bytes += static_cast<char>(body.size() & 0xFFU);
  return bytes.append(body);
}

/// Collects what was read and gives it back frame by frame.
class FrameBuffer {
 public:
  void add(std::string_view bytes) { bytes_.append(bytes); }

  /// The next whole frame's body, empty for a sign of life; nothing while it is not complete.
  std::optional<std::string> next() {
    if (bytes_.size() - read_ < length_bytes) return rest();
    const auto size = announced();
    if (is_broken() || bytes_.size() - read_ < length_bytes + size) return rest();
    auto body = bytes_.substr(read_ + length_bytes, size);
    read_ += length_bytes + size;
    return body;
  }

  /// The next frame says that it is longer than any message: there is no telling where the one after it begins.
  bool is_broken() const { return bytes_.size() - read_ >= length_bytes && announced() > frame_bytes_max; }

 private:
  std::size_t announced() const {
    const auto byte = [this](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes_[i])); };
    return byte(read_) << 8U | byte(read_ + 1);
  }
  /// What is read goes when nothing more can be: not once per frame.
  std::nullopt_t rest() {
    bytes_.erase(0, read_);
    read_ = 0;
    return std::nullopt;
  }

  std::string bytes_;
  std::size_t read_ = 0;
};

}  // namespace tael::framed
