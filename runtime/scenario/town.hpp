// What businesses and payers need of the world they live in, whether it is the virtual one (stage.hpp) or a real node
// with real institutions (live.hpp).
#pragma once

#include "adapters/http/server.hpp"
#include "runtime/scenario/agenda.hpp"
#include "runtime/scenario/story.hpp"
#include "runtime/scenario/trace.hpp"

#include <functional>
#include <string>
#include <vector>

namespace tael::scenario {

struct Town {
  Town(const Story& played, std::uint64_t seed, bool keeps_lines)
      : story(played), agenda(seed ^ 0x9e3779b97f4a7c15), trace(keeps_lines, played.start) {}
  virtual ~Town() = default;
  Town(const Town&) = delete;

  /// The story's time, which the agenda goes by.
  virtual TimePoint now() const = 0;
  /// What a signed request says it is.
  virtual std::int64_t unix_seconds() const = 0;
  /// Before numbers that must not have been used at this node before.
  virtual std::string mark() const { return {}; }
  virtual std::string notify_url(const std::string& business) const = 0;
  /// `done` hears status 0 when there is no answer.
  virtual void request(ServerRequest request, std::function<void(ServerResponse)> done) = 0;
  /// A caller was told of this version of an order.
  virtual void told(const std::string& order_id, std::int64_t version) = 0;
  /// Somebody pays the newest attempt of the order, on this path when it is not empty. `then` hears its number; nothing
  /// when there is nothing to pay now.
  virtual void pay_at_institution(const std::string& order_id, const std::string& path,
                                  const std::function<void(const std::string& number)>& then) = 0;

  Duration elapsed() const { return now() - story.start; }
  /// What the load makes a customer do now, as a script would say it.
  void note_deed(const std::string& sentence) {
    if (keeps_deeds) deeds.push_back(story_time(elapsed()) + " " + sentence);
  }

  const Story& story;
  Agenda agenda;
  Trace trace;
  bool keeps_deeds = false;
  std::vector<std::string> deeds;
};

}  // namespace tael::scenario
