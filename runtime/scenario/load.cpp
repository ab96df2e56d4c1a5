#include "runtime/scenario/load.hpp"

#include "runtime/scenario/customers.hpp"
#include "runtime/scenario/town.hpp"

#include <boost/json.hpp>

#include <memory>

namespace tael::scenario {
namespace {

struct Arrivals {
  Town& town;
  Customers& customers;
  const Load& load;
  std::string prefix;
  std::int64_t made = 0;
  std::int64_t micros = 0;  ///< Of the next arrival, since the load began: finer than the clock.
  std::size_t segment = 0;
  std::int64_t made_in_segment = 0, segment_begins = 0;

  bool chance(int percent) { return town.agenda.roll() % 100 < static_cast<std::uint64_t>(percent); }

  std::int64_t per_hour() const {
    if (load.per_hour_at_end == 0) return load.per_hour;
    const auto whole = load.lasts.count() * 1000;
    return load.per_hour + (load.per_hour_at_end - load.per_hour) / 1000 * (micros * 1000 / whole);
  }

  const std::string& path() {
    std::int64_t all = 0;
    for (const auto& [path, weight] : load.mix) all += weight;
    auto pick = static_cast<std::int64_t>(town.agenda.roll() % static_cast<std::uint64_t>(all));
    for (const auto& [path, weight] : load.mix) {
      pick -= weight;
      if (pick < 0) return path;
    }
    return load.mix.front().first;
  }

  void arrive();
};

/// The next arrival of a load that says how many; false when all have come.
bool next_in_segments(Arrivals& arrivals) {
  const auto& segments = arrivals.load.segments;
  for (; arrivals.segment < segments.size(); ++arrivals.segment, arrivals.made_in_segment = 0) {
    const auto& segment = segments[arrivals.segment];
    const auto ends = arrivals.segment_begins + segment.length.count() * 1000;
    if (const auto remaining = segment.orders - arrivals.made_in_segment; remaining > 0) {
      arrivals.micros = std::max(arrivals.micros, arrivals.segment_begins);
      const auto mean = (ends - arrivals.micros) / (remaining + 1);
      arrivals.micros =
          std::min(ends - 1, arrivals.micros + static_cast<std::int64_t>(arrivals.town.agenda.roll() %
                                                                         static_cast<std::uint64_t>(2 * mean + 1)));
      arrivals.made_in_segment += 1;
      return true;
    }
    arrivals.segment_begins = ends;
  }
  return false;
}

/// The next arrival by the rate; false when the time is over.
bool next_by_rate(Arrivals& arrivals) {
  // Gaps from nought to twice the mean: bursts happen, and no distribution of a library is asked.
  const auto mean = 3'600'000'000 / std::max<std::int64_t>(arrivals.per_hour(), 1);
  arrivals.micros += static_cast<std::int64_t>(arrivals.town.agenda.roll() % static_cast<std::uint64_t>(2 * mean + 1));
  return Duration{arrivals.micros / 1000} < arrivals.load.lasts;
}

void arrive_later(const std::shared_ptr<Arrivals>& arrivals) {
  if (!(arrivals->load.segments.empty() ? next_by_rate(*arrivals) : next_in_segments(*arrivals))) return;
  const auto at = Duration{arrivals->micros / 1000};
  arrivals->town.agenda.at(arrivals->town.story.start + arrivals->load.from + at, [arrivals] {
    arrivals->arrive();
    arrive_later(arrivals);
  });
}

void payer_comes(Town& town, Customers& customers, Duration patience, const std::string& order_no,
                 const std::string& path) {
  town.agenda.at(town.now() + patience, [&town, &customers, order_no, path] {
    town.note_deed("payer pays " + order_no + " by " + path);
    customers.payer_pays(order_no, path);
  });
}

void Arrivals::arrive() {
  const auto order_no = prefix + std::to_string(++made);
  const auto chosen = path();
  const bool never = chance(load.never_percent), twice = chance(load.twice_percent),
             closes = chance(load.close_percent);
  const bool refunds = chance(load.refund_percent);
  const auto patience = Duration{
      static_cast<std::int64_t>(town.agenda.roll() % static_cast<std::uint64_t>(2 * load.pay_after.count() + 1))};
  auto& city = town;
  auto& people = customers;
  const auto amount = load.amount;
  const auto other = load.mix.back().first;
  const auto business = load.business;
  town.note_deed(load.business + " creates " + order_no + " for " + to_text(amount));
  customers.create(
      load.business, order_no, load.amount, 0ms, [=, &city, &people](int status, const boost::json::value&) {
        if (status >= 300) return;
        city.note_deed(business + " pays " + order_no + " by " + chosen);
        people.pay(business, order_no, chosen, [=, &city, &people](int paid_status, const boost::json::value&) {
          if (paid_status >= 300) return;
          if (closes)
            city.agenda.at(city.now() + patience, [=, &city, &people] {
              city.note_deed(business + " closes " + order_no);
              people.close(business, order_no);
            });
          if (!never) payer_comes(city, people, patience, order_no, chosen);
        });
        if (twice)
          city.agenda.at(city.now() + 500ms, [=, &city, &people] {
            city.note_deed(business + " pays " + order_no + " by " + other);
            people.pay(business, order_no, other, [=, &city, &people](int, const boost::json::value&) {
              payer_comes(city, people, patience, order_no, other);
            });
          });
        if (refunds)
          city.agenda.at(city.now() + patience + 60s, [=, &city, &people] {
            const Money half{amount.amount / 2, amount.currency};
            city.note_deed(business + " refunds " + to_text(half) + " of " + order_no + " as r-" + order_no);
            people.refund(business, order_no, "r-" + order_no, half);
          });
      });
}

}  // namespace

void begin_load(Town& town, Customers& customers, const Load& load, std::size_t no) {
  arrive_later(
      std::make_shared<Arrivals>(Arrivals{town, customers, load, load.business + "-" + std::to_string(no) + "-"}));
}

}  // namespace tael::scenario
