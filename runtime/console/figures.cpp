#include "runtime/console/figures.hpp"

#include "runtime/admin/admin_requests.hpp"
#include "runtime/ledger/ledger_check.hpp"

#include <boost/json.hpp>

#include <utility>

namespace tael {
namespace {

namespace bj = boost::json;

/// How old what the store said may be. Its answers count open things, never all that ever was.
constexpr Duration store_fresh_for{3'000};
constexpr std::chrono::seconds minute{60};

constexpr const char* counts_sql =
    "select (select count(*) from tael.orders where state in ('created', 'paying', 'closing')) as orders_open, "
    "(select count(*) from tael.attempts where state = 'in_doubt') as attempts_in_doubt, "
    "(select count(*) from tael.refunds where state in ('requested', 'sent', 'in_doubt')) as refunds_open, "
    "(select count(*) from tael.refunds where state = 'parked') as refunds_parked, "
    "(select count(*) from tael.notices where state = 'due') as notices_due, "
    "(select count(*) from tael.notices where state = 'parked') as notices_parked, "
    "(select count(*) from tael.timers) as timers_armed, "
    "(select count(*) from tael.timers where due_at < $1::timestamptz) as timers_late, "
    "(select count(*) from tael.alerts where at > $2::timestamptz) as alerts_today, "
    "(select count(*) from tael.alerts where resolved_at is null and acknowledged_at is null) as alerts_open";

bj::object figures_of(const PathFigures& figures) {
  return {{"calls", figures.calls},
          {"answered", figures.answered},
          {"declined", figures.declined},
          {"paid", figures.paid},
          {"mean_ms", figures.calls == 0 ? 0 : figures.took_ms / figures.calls},
          {"slowest_ms", figures.slowest_ms}};
}

bj::array row_of(const PathFigures& figures) {
  return {figures.calls, figures.answered, figures.paid, figures.calls == 0 ? 0 : figures.took_ms / figures.calls,
          figures.slowest_ms};
}

/// A level's calls are those of the paths below it.
PathFigures add_figures(bj::value& level, const std::map<std::string, PathFigures>& figures) {
  auto& node = level.as_object();
  const auto found = figures.find(std::string{node.at("path").as_string()});
  auto own = found == figures.end() ? PathFigures{} : found->second;
  if (auto* children = node.if_contains("children"))
    for (auto& child : children->as_array()) own = own + add_figures(child, figures);
  node["last_minute"] = figures_of(own);
  return own;
}

std::string read_store(postgres::Snapshot& snapshot, TimePoint now) {
  const auto rows = bj::parse(snapshot.rows(counts_sql, postgres::Parameters{}.add(now - 2s).add(now - 24h)));
  bj::array money;
  for (const auto& line : conservation(snapshot)) money.push_back(to_json(line));
  return bj::serialize(bj::object{{"counts", rows.at(0)}, {"conservation", std::move(money)}});
}

}  // namespace

Figures::Figures(FiguresPeers peers) : peers_(std::move(peers)), began_(peers_.clock.now()) {}

std::string overview_json(const std::string& breakers_json, const std::string& links_json,
                          const std::string& store_json, const std::map<std::string, PathFigures>& figures,
                          const FiguresPeers& peers, TimePoint began) {
  auto breakers =
      breakers_json.empty() ? bj::value(bj::object{{"paths", nullptr}, {"tree", nullptr}}) : bj::parse(breakers_json);
  auto store = store_json.empty() ? bj::value(bj::object{}) : bj::parse(store_json);
  for (const auto* levels : {"paths", "tree"})
    if (auto* found = breakers.as_object().if_contains(levels); found != nullptr && found->is_array())
      for (auto& level : found->get_array()) add_figures(level, figures);
  bj::object all{{"node", peers.node},
                 {"version", peers.version},
                 {"at", to_rfc3339(peers.clock.now())},
                 {"up_since", to_rfc3339(began)},
                 {"counts", nullptr},
                 {"conservation", nullptr},
                 {"links", links_json.empty() ? bj::value{} : bj::parse(links_json)},
                 {"supervision", nullptr}};
  if (peers.supervision) all["supervision"] = bj::parse(to_json(peers.supervision())).at("tree");
  for (auto& [name, value] : breakers.as_object()) all[name] = std::move(value);
  for (auto& [name, value] : store.as_object()) all[name] = std::move(value);
  return bj::serialize(all);
}

void Figures::overview(std::function<void(std::string)> done) {
  peers_.gateway.view_breakers([this, done = std::move(done)](const std::variant<BreakersView, Refused>& reply) {
    const auto* view = std::get_if<BreakersView>(&reply);
    ask_links([this, done, breakers = view == nullptr ? std::string{} : to_json(*view)](const std::string& links) {
      ask_store([this, done, breakers, links](const std::string& store) {
        done(overview_json(breakers, links, store, peers_.series.total(minute, peers_.clock.now()), peers_, began_));
      });
    });
  });
}

void Figures::ask_links(Then then) {
  peers_.gateway.view_links([then = std::move(then)](const std::variant<LinksView, Refused>& reply) {
    const auto* view = std::get_if<LinksView>(&reply);
    then(view == nullptr ? std::string{} : to_json(*view));
  });
}

/// What the store said a moment ago, or nothing.
std::string Figures::fresh_figures() {
  const std::lock_guard lock{mutex_};
  return peers_.clock.now() - store_said_at_ < store_fresh_for ? store_said_ : std::string{};
}

/// One look at the store for all who ask within a few seconds.
void Figures::ask_store(Then then) {
  if (const auto fresh = fresh_figures(); !fresh.empty()) return then(fresh);
  {
    const std::lock_guard lock{mutex_};
    waiting_.push_back(std::move(then));
    if (std::exchange(asking_, true)) return;
  }
  const auto answer = [this](const std::string& said) {
    std::vector<Then> waiting;
    {
      const std::lock_guard lock{mutex_};
      asking_ = false;
      store_said_ = said;
      store_said_at_ = peers_.clock.now();
      waiting = std::exchange(waiting_, {});
    }
    for (const auto& each : waiting) each(said);
  };
  peers_.reads.ask([this, answer](postgres::Snapshot& snapshot) { answer(read_store(snapshot, peers_.clock.now())); },
                   [answer](const std::string&) { answer({}); });
}

std::string Figures::newest_second() const {
  const auto now = peers_.clock.now();
  bj::object paths;
  for (const auto& [path, series] : peers_.series.last(std::chrono::seconds{1}, now))
    paths[path] = row_of(series.front());
  return bj::serialize(bj::object{{"at", unix_ms(now) / 1'000 - 1}, {"paths", std::move(paths)}});
}

std::string Figures::seconds(std::chrono::seconds length) const {
  const auto now = peers_.clock.now();
  bj::object paths;
  for (const auto& [path, series] : peers_.series.last(length, now)) {
    bj::array rows;
    for (const auto& second : series) rows.push_back(row_of(second));
    paths[path] = std::move(rows);
  }
  return bj::serialize(bj::object{{"from", unix_ms(now) / 1'000 - length.count()}, {"paths", std::move(paths)}});
}

}  // namespace tael
