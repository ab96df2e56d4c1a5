#include "runtime/node/node.hpp"

#include "adapters/http/client.hpp"
#include "adapters/http/server.hpp"
#include "adapters/notices/standard_webhooks.hpp"
#include "adapters/postgres/order_reads.hpp"
#include "adapters/postgres/postgres_store.hpp"
#include "adapters/postgres/trace_book.hpp"
#include "runtime/admin/actor_admin.hpp"
#include "runtime/admin/admin_api.hpp"
#include "runtime/alerts/alert_routing.hpp"
#include "runtime/api/order_json.hpp"
#include "runtime/api/orders_api.hpp"
#include "runtime/cashier/cashier.hpp"
#include "runtime/console/console.hpp"
#include "runtime/log/spdlog_log.hpp"
#include "runtime/metrics/prometheus_meter.hpp"
#include "runtime/node/actor_gateway.hpp"
#include "runtime/node/actors_of.hpp"
#include "runtime/node/bank_hosts.hpp"
#include "runtime/node/breaker_feed.hpp"
#include "runtime/node/callback_rounds.hpp"
#include "runtime/node/certificate_rounds.hpp"
#include "runtime/node/channel_adapters.hpp"
#include "runtime/node/configuration_alert.hpp"
#include "runtime/node/first_metrics.hpp"
#include "runtime/node/listener_places.hpp"
#include "runtime/node/node_store.hpp"
#include "runtime/node/operator_settings.hpp"
#include "runtime/node/settings.hpp"
#include "runtime/node/standing.hpp"
#include "runtime/node/start_check.hpp"
#include "runtime/wall/frail_adapter.hpp"
#include "runtime/wall/process_crash_points.hpp"
#include "runtime/wall/stack_dump.hpp"
#include "runtime/wall/system_dice.hpp"
#include "runtime/wall/wall_clock.hpp"
#include "runtime/watch/observed_store.hpp"

#include <atomic>
#include <future>

namespace tael {
namespace {

/// How long a stopping node waits for requests, and then for actors, before it goes all the same.
constexpr Duration drain_patience = 10s, actors_patience = 10s;

}  // namespace

/// Declared in the order of dependence: what is below may use what is above, and ends first.
struct Node::Parts {
  Parts(config::Config given, std::function<void()> hears_the_end)
      : config(std::move(given)),
        log({.level = config.node.log.level, .node = config.node.name, .file = config.node.log.file}, clock,
            Redactor{secrets_of(config)}),
        standing(clock, log, meter, config.node.name, std::move(hears_the_end)),
        crash(crash_points_from_environment()) {}

  config::Config config;
  WallClock clock;
  SystemDice dice;
  SpdlogLog log;
  PrometheusMeter meter{{.version = TAEL_VERSION}};
  Standing standing;
  std::unique_ptr<CrashPoints> crash;
  NodeStore node_store{config, clock, dice, log};
  std::unique_ptr<postgres::PostgresStore> store;
  std::unique_ptr<ObservedStore> observed_store;
  // A slow business takes no connection from a channel, a slow lookup of a page or a slow mailbox none from either.
  std::unique_ptr<postgres::PostgresTraceBook> trace_book;
  std::unique_ptr<BankHosts> bank_hosts;
  std::shared_ptr<const Destinations> destinations;
  std::unique_ptr<CurlClient> channel_client, notice_client, page_client, alert_client;
  RunningKeys running_keys;
  std::shared_ptr<CallbackWatch> callbacks;
  std::vector<std::unique_ptr<AlertSender>> alert_ways;
  std::unique_ptr<JsonRenderer> renderer;
  std::unique_ptr<NoticeSender> notice_sender;
  BreakerFeed breaker_feed;
  std::unique_ptr<kit::ThreadTimers> timers;
  std::unique_ptr<caf::actor_system> system;
  std::unique_ptr<ActorsOf> actors;
  std::unique_ptr<ActorGateway> gateway;
  std::unique_ptr<OrdersApi> api;
  std::unique_ptr<StoreReads> reads;
  std::unique_ptr<ActorAdmin> admin_gateway;
  std::unique_ptr<AdminApi> admin_api;
  std::unique_ptr<PathBoard> board;
  std::unique_ptr<postgres::OrderReads> looks;
  std::unique_ptr<CashierFeed> feed;
  std::unique_ptr<Lookups> lookups;
  std::unique_ptr<Cashier> cashier;
  PathSeries series;
  std::unique_ptr<Figures> figures;
  std::unique_ptr<Sessions> sessions;
  std::unique_ptr<ConsoleLive> live;
  std::unique_ptr<Console> console;
  std::atomic<bool> pages_listen = false;           ///< Set when there are pages that may be told.
  std::atomic<OrdersApi*> open_for_work = nullptr;  ///< Set when requests may be heard.
  std::unique_ptr<Server> api_server, admin_server;
  std::atomic<bool> is_fenced = false;  ///< What it can never write again it does not begin.
  bool started = false;

  void open_ports();
  void open_store();
  void start_actors();
  void serve();
  void open_console();
  void hear_news(const StoreNews& news);
  std::unique_ptr<Server> listen(const config::Address& address, std::size_t places, Handler handler);
};

Node::Node(config::Config config, std::function<void()> on_cannot_go_on) try
    : parts_(std::make_unique<Parts>(std::move(config), std::move(on_cannot_go_on))) {
} catch (const std::runtime_error& error) {
  throw Fatal(FatalReason::configuration, error.what());  // The log file that it names, for one.
}

Node::~Node() { stop(); }

std::uint16_t Node::api_port() const { return parts_->api_server->port(); }
std::uint16_t Node::admin_port() const { return parts_->admin_server->port(); }
const std::string& Node::store_url() const { return parts_->node_store.url(); }

std::optional<Fatal> Node::why_it_cannot_go_on() const { return parts_->standing.why_it_cannot_go_on(); }

// Whatever may refuse us comes before the store: taking its shards ends the node that has them.
void Node::start() {
  if (const auto refused = refusals_of(parts_->config); !refused.empty()) {
    std::string all;
    for (const auto& error : refused) all += (all.empty() ? "" : "\n") + error.file + ": " + error.message;
    throw Fatal(FatalReason::configuration, all);
  }
  parts_->log.line(Level::info, "configuration_checked",
                   {{"channels", static_cast<std::int64_t>(parts_->config.channels.size())},
                    {"businesses", static_cast<std::int64_t>(parts_->config.businesses.size())}});
  parts_->open_ports();
  parts_->open_store();
  parts_->crash->passed("node.store_open");
  show_from_start(parts_->meter, parts_->config);
  parts_->start_actors();
  parts_->crash->passed("node.actors_begun");
  parts_->serve();
  parts_->started = true;
  caf::anon_send(parts_->actors->store, Remember{configuration_taken(parts_->config.node.name, parts_->clock.now())});
  parts_->log.line(Level::info, "node_started",
                   {{"store", parts_->node_store.words()},
                    {"api", "http://" + parts_->config.node.listen.api.host + ":" + std::to_string(api_port())},
                    {"admin", "http://" + parts_->config.node.listen.admin.host + ":" + std::to_string(admin_port())}});
}

// Open before there is anybody to answer: a second node by mistake ends here, and a port of 0 is known before anyone
// is told where we are.
void Node::Parts::open_ports() {
  const auto once_open = [this](const auto& pages) -> Handler {
    return [this, &pages](ServerRequest request, Respond respond) {
      if (open_for_work.load() == nullptr) return respond(plain_refusal(503, "the node is starting"));
      if (is_fenced.load() && request.target.starts_with("/v1/"))
        return respond(plain_refusal(503, "another node has this store's shards"));
      pages->handle(std::move(request), std::move(respond));
    };
  };
  const auto places = listener_places(config, log);
  api_server = listen(config.node.listen.api, places.connections, once_open(cashier));
  admin_server = listen(config.node.listen.admin, places.operators, once_open(console));
}

void Node::Parts::open_store() {
  postgres::StoreOptions options;
  options.crash_points = crash.get();
  options.on_fenced = [this](const std::string& owner) {
    is_fenced = true;
    standing.hear_fence(owner);
  };
  options.on_outage = [this](const postgres::StoreOutage& outage) { standing.hear_outage(outage); };
  callbacks = std::make_shared<CallbackWatch>(channels_that_call_back(config));
  store = node_store.open(std::move(options));
  observed_store = std::make_unique<ObservedStore>(*store, [this](const StoreNews& news) { hear_news(news); });
}

void Node::stay_up(const std::vector<config::Error>& refusals) {
  for (const auto& error : refusals)
    parts_->log.line(Level::error, "configuration_refused",
                     {{"file", error.file}, {"line", std::int64_t{error.line}}, {"what", error.message}});
  caf::anon_send(parts_->actors->store,
                 Remember{configuration_refused(parts_->config.node.name, refusals, parts_->clock.now())});
}

void Node::Parts::start_actors() {
  channel_client = std::make_unique<CurlClient>(way_out_of(config.node.proxy));
  trace_book = std::make_unique<postgres::PostgresTraceBook>(node_store.url());
  try {
    bank_hosts = std::make_unique<BankHosts>(config, clock, dice, log);
  } catch (const std::invalid_argument& error) {
    throw Fatal(FatalReason::configuration, error.what());
  }
  destinations = std::make_shared<const Destinations>(config.node.notices.allow, admin_server->port());
  notice_client = std::make_unique<CurlClient>(way_out_of(config.node.proxy, destinations));
  page_client = std::make_unique<CurlClient>();
  alert_client = std::make_unique<CurlClient>(way_out_of(config.node.proxy, destinations));
  alert_ways = alert_ways_of(config, *alert_client);
  timers = std::make_unique<kit::ThreadTimers>();
  const auto public_url = config.node.public_url.empty()
                              ? "http://" + config.node.listen.api.host + ":" + std::to_string(api_server->port())
                              : config.node.public_url;
  renderer = std::make_unique<JsonRenderer>(public_url);
  notice_sender = std::make_unique<StandardWebhooks>(*notice_client, notice_secrets_of(config));
  system = std::make_unique<caf::actor_system>(caf_settings());
  const Surroundings surroundings{clock,          dice, *timers, *observed_store, *renderer,
                                  *notice_sender, log,  meter,   *crash,          *store};
  const MakeAdapter make_adapter = [this, public_url](const config::ChannelConfig& channel) {
    return frail_where_the_environment_says(
        channel.policy.channel,
        make_channel_adapter(
            channel, public_url,
            {*channel_client, clock, dice, bank_hosts->find(channel.policy.channel), trace_book.get(), &running_keys}));
  };
  auto settings = actors_settings_of(config, make_adapter);
  settings.quarantined = node_store.quarantined();
  try {
    settings.alert_rounds.push_back(certificate_round_of(config, &running_keys));
  } catch (const std::invalid_argument& error) {
    throw Fatal(FatalReason::configuration, error.what());
  }
  settings.alert_rounds.push_back(callback_round_of(callbacks));
  for (const auto& way : alert_ways) settings.alerts.ways.push_back(way.get());
  settings.on_breaker_moved = [this](const BreakerMoved& moved) { breaker_feed.publish(moved); };
  actors = std::make_unique<ActorsOf>(*system, std::move(settings), surroundings);
  for (const auto& [code, channel] : config.channels) begin_counting_callbacks(meter, code);
  gateway = std::make_unique<ActorGateway>(*system, actors->orders, actors->channels, actors->store, surroundings,
                                           config.node.limits.orders_in_flight_max, callbacks);
  admin_gateway = std::make_unique<ActorAdmin>(*system, actors->orders, actors->breakers, actors->store, actors->links,
                                               actors->alerts, surroundings);
  actors->mind("gateway", gateway->clerk());
  actors->mind("admin", admin_gateway->clerk());
  prepare_stack_dump();
  const auto give_up = [this](const std::string& name, const std::string& reason) {
    log.line(Level::error, "node_cannot_go_on", {{"actor", name}, {"reason", reason}});
    std::_Exit(static_cast<int>(FatalReason::internal));  // What is durable is safe; whoever started us does it again.
  };
  actors->watch(*system, surroundings, {give_up, [](const std::string&) { dump_stacks(error_output); }});
  actors->begin();
  standing.tell(actors->store);
  node_store.keep(
      {[this](int restarts) { standing.hear_revived(restarts); },
       [this](const std::string& why) { standing.cannot_go_on(FatalReason::private_postgres_failed, why); }});
}

std::unique_ptr<Server> Node::Parts::listen(const config::Address& address, std::size_t places, Handler handler) {
  ServerOptions options;
  options.address = address.host;
  options.port = static_cast<std::uint16_t>(address.port);
  options.body_bytes_max = static_cast<std::size_t>(config.node.limits.body_bytes_max);
  options.connections_max = options.streams_max = places;
  options.per_address_max = static_cast<std::size_t>(config.node.limits.connections_per_address_max);
  options.render_refusal = [this](int status, std::string_view why, bool was_handed_on) {
    auto* hears = open_for_work.load();
    return hears == nullptr ? plain_refusal(status, why, was_handed_on) : hears->refuse(status, why, was_handed_on);
  };
  auto server = std::make_unique<Server>(std::move(options), std::move(handler));
  try {
    server->start();
  } catch (const std::exception& error) {
    throw Fatal(FatalReason::port_taken, error.what());
  }
  return server;
}

void Node::Parts::serve() {
  api = std::make_unique<OrdersApi>(ApiPeers{.gateway = *gateway,
                                             .renderer = *renderer,
                                             .clock = clock,
                                             .dice = dice,
                                             .meter = meter,
                                             .find_business = find_business_of(config, destinations),
                                             .readiness = [this] { return standing.readiness(store->is_up()); },
                                             .metrics = [this] { return meter.expose(); }});
  reads = std::make_unique<StoreReads>(node_store.url());
  board = std::make_unique<PathBoard>([this](auto done) { admin_gateway->view_breakers(std::move(done)); });
  looks = std::make_unique<postgres::OrderReads>(node_store.url());
  const LoadOrder load_order = [this](auto id, auto done) { looks->load_order(std::move(id), std::move(done)); };
  feed = std::make_unique<CashierFeed>(load_order, *board, clock);
  lookups = std::make_unique<Lookups>(*page_client, meter);
  cashier = std::make_unique<Cashier>(CashierPeers{.gateway = *gateway,
                                                   .load_order = load_order,
                                                   .board = *board,
                                                   .feed = *feed,
                                                   .lookups = *lookups,
                                                   .clock = clock,
                                                   .dice = dice,
                                                   .meter = meter,
                                                   .find_business = find_cashier_business_of(config),
                                                   .is_https = config.node.public_url.starts_with("https://"),
                                                   .otherwise = [this](ServerRequest request, Respond respond) {
                                                     api->handle(std::move(request), std::move(respond));
                                                   }});
  open_console();
  pages_listen = true;
  open_for_work = api.get();
}

/// What operators ask, by page and by program.
void Node::Parts::open_console() {
  figures = std::make_unique<Figures>(FiguresPeers{.gateway = *admin_gateway,
                                                   .reads = *reads,
                                                   .series = series,
                                                   .clock = clock,
                                                   .node = config.node.name,
                                                   .version = TAEL_VERSION,
                                                   .supervision = [this] { return actors->board().rows(); }});
  admin_api = std::make_unique<AdminApi>(
      AdminPeers{.gateway = *admin_gateway,
                 .reads = *reads,
                 .renderer = *renderer,
                 .clock = clock,
                 .dice = dice,
                 .tokens = admin_tokens_of(config.node),
                 .overview = [this](std::function<void(std::string)> done) { figures->overview(std::move(done)); },
                 .otherwise =
                     [this](ServerRequest request, Respond respond) {
                       api->handle(std::move(request), std::move(respond), OrdersApi::Listener::operators);
                     },
                 .supervision = [this] { return actors->board().rows(); }});
  std::map<std::string, OperatorAccount> accounts;
  for (const auto& [name, person] : config.node.console.operators)
    accounts[name] = {person.password.reveal(), person.role};
  sessions = std::make_unique<Sessions>(std::move(accounts), clock, dice);
  live = std::make_unique<ConsoleLive>(*figures);
  std::vector<std::string> businesses;
  for (const auto& [code, business] : config.businesses) businesses.push_back(code);
  console = std::make_unique<Console>(
      ConsolePeers{.gateway = *admin_gateway,
                   .reads = *reads,
                   .figures = *figures,
                   .live = *live,
                   .sessions = *sessions,
                   .clock = clock,
                   .dice = dice,
                   .log = log,
                   .node = config.node.name,
                   .businesses = std::move(businesses),
                   .otherwise = [this](ServerRequest request,
                                       Respond respond) { admin_api->handle(std::move(request), std::move(respond)); },
                   .proxies = proxies_of(config.node.listen)});
}

void Node::Parts::hear_news(const StoreNews& news) {
  series.hear(news, clock.now());
  for (const auto& path : news.found_by_inquiry) callbacks->found_by_inquiry(channel_of(path));
  if (!pages_listen.load()) return;
  if (!news.breakers.empty()) feed->breakers_moved();
  feed->orders_changed(news.orders);
  live->hear(news);
}

void Node::stop(const std::string& why) {
  auto& p = *parts_;
  if (p.started) p.log.line(Level::info, "node_stopping", {{"why", why}});
  p.started = false;
  if (p.feed) p.feed->stop();
  if (p.live) p.live->stop();
  for (auto* server : {p.api_server.get(), p.admin_server.get()})
    if (server != nullptr) server->drain(drain_patience), server->stop();
  if (p.admin_gateway) p.admin_gateway->stop();
  if (p.gateway) p.gateway->stop();
  p.standing.tell({});
  if (p.actors) p.actors->end();
  if (p.system) {
    auto ended = std::async(std::launch::async, [&] { p.system->registry().await_running_count_equal(0); });
    if (ended.wait_for(actors_patience) != std::future_status::ready) {
      // What is durable is safe; waiting longer for memory helps nobody.
      p.log.line(Level::error, "actors_did_not_end", {});
      p.node_store.stop();
      std::_Exit(static_cast<int>(FatalReason::internal));
    }
    if (p.actors) p.actors->forget();
  }
  p.reads.reset();  // No actor answers any more with something that a page would ask the store about.
  p.admin_api.reset();
  if (p.looks) p.looks->close();
  p.page_client.reset();  // Ends the lookups of pages that are still being made.
  p.store.reset();        // Its reads may still hold a request of the API.
  p.pages_listen = false;
  p.cashier.reset();
  p.console.reset();
  p.live.reset(), p.feed.reset(), p.looks.reset(), p.board.reset(), p.figures.reset();
  p.admin_gateway.reset();
  p.api.reset(), p.gateway.reset(), p.actors.reset(), p.system.reset();
  p.observed_store.reset();
  p.timers.reset();
  p.bank_hosts.reset();  // What its calls hear still goes to the book.
  p.trace_book.reset();
  p.channel_client.reset(), p.notice_client.reset(), p.alert_client.reset();
  p.alert_ways.clear();
  p.node_store.stop();
}

}  // namespace tael
