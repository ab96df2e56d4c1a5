#include "runtime/scenario/load.hpp"

#include <boost/json.hpp>

#include <memory>

namespace tael::scenario {
namespace {

struct Arrivals {
  Stage& stage;
  const Load& load;
  std::string prefix;
  std::int64_t made = 0;
  std::int64_t micros = 0;  ///< Of the next arrival, since the load began: finer than the clock.

  bool chance(int percent) { return stage.agenda.roll() % 100 < static_cast<std::uint64_t>(percent); }

  std::int64_t per_hour() const {
    if (load.per_hour_at_end == 0) return load.per_hour;
    const auto whole = load.lasts.count() * 1000;
    return load.per_hour + (load.per_hour_at_end - load.per_hour) / 1000 * (micros * 1000 / whole);
  }

  const std::string& path() {
    std::int64_t all = 0;
    for (const auto& [path, weight] : load.mix) all += weight;
    auto pick = static_cast<std::int64_t>(stage.agenda.roll() % static_cast<std::uint64_t>(all));
    for (const auto& [path, weight] : load.mix) {
      pick -= weight;
      if (pick < 0) return path;
    }
    return load.mix.front().first;
  }

  void arrive();
};

void arrive_later(const std::shared_ptr<Arrivals>& arrivals) {
  // Gaps from nought to twice the mean: bursts happen, and no distribution of a library is asked.
  const auto mean = 3'600'000'000 / std::max<std::int64_t>(arrivals->per_hour(), 1);
  arrivals->micros +=
      static_cast<std::int64_t>(arrivals->stage.agenda.roll() % static_cast<std::uint64_t>(2 * mean + 1));
  const auto at = Duration{arrivals->micros / 1000};
  if (at >= arrivals->load.lasts) return;
  arrivals->stage.agenda.at(arrivals->stage.story.start + arrivals->load.from + at, [arrivals] {
    arrivals->arrive();
    arrive_later(arrivals);
  });
}

void payer_comes(Stage& stage, Duration patience, const std::string& order_no, const std::string& path) {
  stage.agenda.at(stage.world.now() + patience, [&stage, order_no, path] {
    stage.note_deed("payer pays " + order_no + " by " + path);
    stage.customers.payer_pays(order_no, path);
  });
}

void Arrivals::arrive() {
  const auto order_no = prefix + std::to_string(++made);
  const auto chosen = path();
  const bool never = chance(load.never_percent), twice = chance(load.twice_percent),
             closes = chance(load.close_percent);
  const bool refunds = chance(load.refund_percent);
  const auto patience = Duration{
      static_cast<std::int64_t>(stage.agenda.roll() % static_cast<std::uint64_t>(2 * load.pay_after.count() + 1))};
  auto& city = stage;
  const auto amount = load.amount;
  const auto other = load.mix.back().first;
  const auto business = load.business;
  stage.note_deed(load.business + " creates " + order_no + " for " + to_text(amount));
  stage.customers.create(load.business, order_no, load.amount, 0ms, [=, &city](int status, const boost::json::value&) {
    if (status >= 300) return;
    city.note_deed(business + " pays " + order_no + " by " + chosen);
    city.customers.pay(order_no, chosen, [=, &city](int paid_status, const boost::json::value&) {
      if (paid_status >= 300) return;
      if (closes)
        city.agenda.at(city.world.now() + patience, [=, &city] {
          city.note_deed(business + " closes " + order_no);
          city.customers.close(order_no);
        });
      if (!never) payer_comes(city, patience, order_no, chosen);
    });
    if (twice)
      city.agenda.at(city.world.now() + 500ms, [=, &city] {
        city.note_deed(business + " pays " + order_no + " by " + other);
        city.customers.pay(order_no, other, [=, &city](int, const boost::json::value&) {
          payer_comes(city, patience, order_no, other);
        });
      });
    if (refunds)
      city.agenda.at(city.world.now() + patience + 60s, [=, &city] {
        const Money half{amount.amount / 2, amount.currency};
        city.note_deed(business + " refunds " + to_text(half) + " of " + order_no + " as r-" + order_no);
        city.customers.refund(order_no, "r-" + order_no, half);
      });
  });
}

}  // namespace

void begin_load(Stage& stage, const Load& load, std::size_t no) {
  arrive_later(std::make_shared<Arrivals>(Arrivals{stage, load, load.business + "-" + std::to_string(no) + "-"}));
}

}  // namespace tael::scenario
