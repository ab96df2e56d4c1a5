#include "runtime/scenario/live.hpp"

#include "actors/domain/attempt_machine.hpp"
#include "actors/domain/order_machine.hpp"
#include "actors/domain/refund_machine.hpp"
#include "adapters/simulated/business_twins.hpp"
#include "runtime/scenario/customers.hpp"
#include "runtime/scenario/live_deeds.hpp"
#include "runtime/scenario/live_wire.hpp"
#include "runtime/scenario/load.hpp"
#include "runtime/scenario/mailbox.hpp"
#include "runtime/scenario/signed_request.hpp"
#include "runtime/scenario/town.hpp"
#include "runtime/scenario/vocabulary.hpp"
#include "runtime/wall/system_dice.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <set>

namespace tael::scenario {
namespace {

using Wall = std::chrono::steady_clock;

constexpr std::int64_t nobody_pays_unasked_ms = 86'400'000;

std::string random_mark() {
  SystemDice dice;
  std::string mark = "live-";
  for (int i = 0; i < 8; ++i) mark += "0123456789abcdefghijklmnopqrstuv"[dice.roll() % 32];
  return mark + "-";
}

class LivePlay final : public Town, public LiveHands {
 public:
  LivePlay(const Story& played, const LiveOptions& options)
      : Town(played, played.seed, false),
        options_(options),
        twins_([](Duration, const std::function<void()>&) {}),
        customers_(*this),
        wire_(inbox_, options.node_url, options.control_url) {
    for (const auto& [code, business] : story.config.businesses)
      endpoints_.emplace(code,
                         std::make_unique<Endpoint>(inbox_, business.notice.secret.reveal(),
                                                    [this, code](const std::string& line) { notice(code, line); }));
  }

  Outcome run();

  // Town ---------------------------------------------------------------------------------------------------------
  TimePoint now() const override {
    return story.start + std::chrono::duration_cast<Duration>(Wall::now() - began_) * story.live_speed;
  }
  std::int64_t unix_seconds() const override { return unix_ms(clock_.now()) / 1000; }
  std::string mark() const override { return mark_; }
  std::string notify_url(const std::string& business) const override { return endpoints_.at(business)->url(); }
  void request(ServerRequest request, std::function<void(ServerResponse)> done) override {
    under_way_ += 1;
    wire_.ask_node(std::move(request), [this, done = std::move(done)](const ServerResponse& response) {
      under_way_ -= 1;
      done(response);
    });
  }
  void told(const std::string&, std::int64_t) override {}
  void pay_at_institution(const std::string& order_id, const std::string& path,
                          const std::function<void(const std::string& number)>& then) override;

  // LiveHands ----------------------------------------------------------------------------------------------------
  void control(const std::string& channel, const std::string& what, const boost::json::object& body) override {
    under_way_ += 1;
    wire_.ask_control(channel + "/" + what, body, [this, channel, what](int status) {
      under_way_ -= 1;
      if (status != 200)
        fail("the simulator at " + options_.control_url + " did not do '" + what + "' for " + channel +
             (status == 0 ? ": it cannot be reached" : ": " + std::to_string(status)));
    });
  }
  Endpoint& endpoint(const std::string& business) override { return *endpoints_.at(business); }
  void later(Duration wait, std::function<void()> deed) override { agenda.at(now() + wait, std::move(deed)); }
  Duration on_the_wall(Duration length) const override { return length / story.live_speed; }

 private:
  void arrange();
  void refresh(const std::function<void()>& then);
  void look_at(const KnownOrder& known, const std::function<void()>& then);
  void notice(const std::string& business, const std::string& line);
  void judge_now(const std::string& text, int line, std::size_t phrase, const Arguments& arguments);
  void look();
  bool rests() const;
  void live_until(const std::function<bool()>& done, Wall::time_point latest);
  void fail(std::string what) {
    if (std::ranges::find(outcome_.broken, what) != outcome_.broken.end()) return;
    if (outcome_.broken.empty()) outcome_.broken_at = elapsed();
    outcome_.broken_when.push_back(elapsed());
    outcome_.broken.push_back(std::move(what));
  }
  View view() const { return {picture_, customers_, twins_, mailbox_, 0}; }

  const LiveOptions& options_;
  WallClock clock_;
  Wall::time_point began_ = Wall::now();
  std::string mark_ = random_mark();
  Inbox inbox_;
  simulated::SimulatedDisk picture_;  ///< What the API and the notices have told us.
  simulated::BusinessTwins twins_;
  Mailbox mailbox_;  ///< Empty: a real node tells real people.
  std::map<std::string, std::unique_ptr<Endpoint>> endpoints_;
  std::map<std::string, std::string> notice_states_;  ///< Of each order's last notice, by order id.
  Customers customers_;
  std::vector<const Expectation*> awaited_;
  Outcome outcome_;
  int under_way_ = 0;
  bool looking_ = false;
  LiveWire wire_;  ///< Ends first: nothing is heard from it after that.
};

Outcome LivePlay::run() {
  for (const auto& [code, channel] : story.config.channels)
    control(code, "settings", {{"pay_after_ms", nobody_pays_unasked_ms}});
  live_until([this] { return under_way_ == 0; }, Wall::now() + std::chrono::seconds{30});
  began_ = Wall::now();
  if (outcome_.holds()) {
    arrange();
    const auto last = began_ + std::chrono::milliseconds{story.length.count() / story.live_speed};
    live_until([&] { return Wall::now() >= last && agenda.empty() && under_way_ == 0; },
               last + std::chrono::milliseconds{options_.rest_max.count()});
    live_until([this] { return rests(); }, Wall::now() + std::chrono::milliseconds{options_.rest_max.count()});
    if (outcome_.holds() && !rests()) fail("not everything came to rest within " + to_text(options_.rest_max));
  }
  if (customers_.gave_up() > 0) fail(std::to_string(customers_.gave_up()) + " requests were never answered for good");
  for (const auto& expectation : story.expectations)
    if (outcome_.holds() && expectation.when == When::at_the_end)
      judge_now(expectation.text, expectation.line, expectation.phrase, expectation.arguments);
  outcome_.orders = std::ssize(picture_.orders);
  outcome_.paid =
      std::ranges::count_if(picture_.orders, [](const auto& o) { return o.second.state == OrderState::paid; });
  outcome_.notices = std::ssize(picture_.notices);
  outcome_.lasted = elapsed();
  agenda.clear();
  return std::move(outcome_);
}

void LivePlay::arrange() {
  for (const auto& step : story.steps)
    agenda.in_order(story.start + step.at, [this, &step] {
      if (step.is_expectation)
        refresh([this, &step] { judge_now(step.text, step.line, step.phrase, step.arguments); });
      else if (is_by_customers(step.phrase))
        perform_by_customers(customers_, step.phrase, step.arguments);
      else
        find_live_deed(step.phrase)->perform(*this, step.arguments);
    });
  for (const auto& expectation : story.expectations) {
    if (expectation.when == When::eventually) awaited_.push_back(&expectation);
    if (expectation.when == When::at)
      agenda.in_order(story.start + expectation.time, [this, &expectation] {
        refresh([this, &expectation] {
          judge_now(expectation.text, expectation.line, expectation.phrase, expectation.arguments);
        });
      });
  }
  for (std::size_t i = 0; i < story.loads.size(); ++i) begin_load(*this, customers_, story.loads[i], i + 1);
}

void LivePlay::live_until(const std::function<bool()>& done, Wall::time_point latest) {
  auto next_look = Wall::now();
  while (outcome_.holds() && !done() && Wall::now() < latest) {
    while (!agenda.empty() && agenda.next() <= now()) agenda.pop()();
    if (Wall::now() >= next_look && !looking_) {
      next_look = Wall::now() + std::chrono::milliseconds{200};
      looking_ = true;
      refresh([this] {
        looking_ = false;
        look();
      });
    }
    auto wake = Wall::now() + std::chrono::milliseconds{50};
    if (!agenda.empty())
      wake = std::min(wake,
                      began_ + std::chrono::milliseconds{(agenda.next() - story.start).count() / story.live_speed + 1});
    inbox_.hear(wake);
  }
}

/// Asks the node about every order that has not ended, and then looks.
void LivePlay::refresh(const std::function<void()>& then) {
  struct Round {
    explicit Round(std::function<void()> after) : then(std::move(after)) {}
    ~Round() { then(); }
    Round(const Round&) = delete;
    std::function<void()> then;
  };
  const auto round = std::make_shared<Round>(then);
  for (const auto& [order_no, known] : customers_.all())
    if (!known.id.empty()) look_at(known, [round] {});
}

void LivePlay::look_at(const KnownOrder& known, const std::function<void()>& then) {
  const auto& business = story.config.businesses.at(known.business);
  const auto target = "/v1/orders/" + known.id;
  static std::uint64_t looks = 0;
  const auto timestamp = std::to_string(unix_seconds()), nonce = mark_ + "look" + std::to_string(++looks);
  request(signed_request(business, "GET", target, timestamp, nonce, {}), [this, then](const ServerResponse& response) {
    if (response.status == 200) {
      const auto json = boost::json::parse(response.body).as_object();
      auto order = order_from_json(json);
      const auto* told = json.at("notice").if_object();
      notice_states_[order.id] = told == nullptr ? "" : std::string{told->at("state").as_string()};
      picture_.orders[order.id] = std::move(order);
    }
    then();
  });
}

void LivePlay::pay_at_institution(const std::string& order_id, const std::string& path,
                                  const std::function<void(const std::string& number)>& then) {
  const auto known = std::ranges::find_if(customers_.all(), [&](const auto& row) { return row.second.id == order_id; });
  look_at(known->second, [this, order_id, path, then] {
    const auto found = picture_.orders.find(order_id);
    if (found == picture_.orders.end()) return then({});
    const auto& attempts = found->second.attempts;
    const auto attempt = std::find_if(attempts.rbegin(), attempts.rend(),
                                      [&](const Attempt& each) { return path.empty() || each.path == path; });
    if (attempt == attempts.rend()) return then({});
    const auto number = attempt->number;
    wire_.ask_control(attempt->path.substr(0, attempt->path.find('/')) + "/pay", {{"number", number}},
                      [then, number](int status) { then(status == 200 ? number : std::string{}); });
  });
}

void LivePlay::notice(const std::string& business, const std::string& line) {
  const auto json = boost::json::parse(line).as_object();
  if (json.at("status").to_number<int>() != 200) return;
  Notice heard;
  heard.id = std::string{json.at("id").as_string()};
  heard.type = std::string{json.at("type").as_string()};
  heard.order_id = std::string{json.at("order").as_string()};
  twins_.at(business).taken[heard.id] += 1;
  picture_.notices[heard.id] = std::move(heard);
}

void LivePlay::judge_now(const std::string& text, int line, std::size_t phrase, const Arguments& arguments) {
  const auto verdict = judge(view(), phrase, arguments);
  if (!verdict.holds) fail(story.file + ":" + std::to_string(line) + ": " + text + ", but " + verdict.found);
}

void LivePlay::look() {
  for (const auto& expectation : story.expectations)
    if (expectation.when == When::always)
      judge_now(expectation.text, expectation.line, expectation.phrase, expectation.arguments);
  // How long something may take is a promise about our timers, which nobody hurries: it is the wall's time.
  const auto passed = std::chrono::duration_cast<Duration>(Wall::now() - began_);
  std::erase_if(awaited_, [&](const Expectation* awaited) {
    if (judge(view(), awaited->phrase, awaited->arguments).holds) return true;
    if (passed <= awaited->time) return false;
    judge_now(awaited->text, awaited->line, awaited->phrase, awaited->arguments);
    return true;
  });
}

bool LivePlay::rests() const {
  if (!agenda.empty() || !awaited_.empty()) return false;
  return std::ranges::all_of(customers_.all(), [&](const auto& row) {
    if (row.second.id.empty()) return true;
    const auto found = picture_.orders.find(row.second.id);
    if (found == picture_.orders.end()) return false;
    const auto& order = found->second;
    const auto ended = [](const auto& each) { return is_terminal(each.state); };
    const auto told = notice_states_.find(order.id);
    return is_terminal(order.state) && std::ranges::all_of(order.attempts, ended) &&
           std::ranges::all_of(order.refunds, ended) && told != notice_states_.end() && told->second != "due";
  });
}

}  // namespace

std::vector<config::Error> not_playable_live(const Story& story) {
  std::vector<config::Error> errors;
  const auto wrong = [&](int line, const std::string& text, const char* why) {
    errors.push_back({story.file, line, "'" + text + "' cannot be played live: " + why});
  };
  if (!story.changes.empty()) wrong(1, "given: config", "a running node has its own configuration");
  if (story.commit_takes != Story{}.commit_takes) wrong(1, "given: commit_takes", "a real store takes its own time");
  for (const auto& step : story.steps) {
    if (step.is_expectation ? is_seen_from_outside(step.phrase)
                            : is_by_customers(step.phrase) || find_live_deed(step.phrase) != nullptr)
      continue;
    wrong(step.line, step.text,
          step.is_expectation ? "only the node could see it" : "it takes hands inside the node or its store");
  }
  for (const auto& expectation : story.expectations)
    if (!is_seen_from_outside(expectation.phrase))
      wrong(expectation.line, expectation.text, "only the node could see it");
  return errors;
}

Outcome play_live(const Story& story, const LiveOptions& options) { return LivePlay{story, options}.run(); }

}  // namespace tael::scenario
