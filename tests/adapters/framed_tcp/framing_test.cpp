#include "adapters/framed_tcp/framing.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tael::framed {
namespace {

std::vector<std::string> all(FrameBuffer& buffer) {
  std::vector<std::string> bodies;
  while (auto body = buffer.next()) bodies.push_back(*body);
  return bodies;
}

TEST(FrameBuffer, GivesGluedFramesOneByOne) {
  FrameBuffer buffer;
  buffer.add(frame("first") + frame("second") + frame("third"));
  EXPECT_EQ(all(buffer), (std::vector<std::string>{"first", "second", "third"}));
}

TEST(FrameBuffer, PutsSplitFramesTogetherWhereverTheyAreSplit) {
  const auto bytes = frame("first") + frame("") + frame(std::string(300, 'x'));
  for (std::size_t at = 0; at <= bytes.size(); ++at) {
    FrameBuffer buffer;
    buffer.add(bytes.substr(0, at));
    auto bodies = all(buffer);
    buffer.add(bytes.substr(at));
    for (auto& body : all(buffer)) bodies.push_back(std::move(body));
    EXPECT_EQ(bodies, (std::vector<std::string>{"first", "", std::string(300, 'x')})) << at;
  }
}

TEST(FrameBuffer, ReadsByteByByte) {
  FrameBuffer buffer;
  std::vector<std::string> bodies;
  for (const char c : frame("slow") + frame("loris")) {
    buffer.add({&c, 1});
    for (auto& body : all(buffer)) bodies.push_back(std::move(body));
  }
  EXPECT_EQ(bodies, (std::vector<std::string>{"slow", "loris"}));
}

TEST(FrameBuffer, SaysWhenAFrameIsLongerThanAnyMessage) {
  FrameBuffer buffer;
  buffer.add(frame("good") + "\xff\xff" + "GET / HTTP/1.1");
  EXPECT_EQ(all(buffer), std::vector<std::string>{"good"});
  EXPECT_TRUE(buffer.is_broken());
}

}  // namespace
}  // namespace tael::framed
