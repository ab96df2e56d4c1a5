// What can be done in a story: one row a sentence, with how it is played.
#include "runtime/scenario/stage.hpp"
#include "runtime/scenario/vocabulary.hpp"

#include <array>

namespace tael::scenario {
namespace {

struct Deed {
  Phrase phrase;
  void (*perform)(Stage&, const Arguments&) = nullptr;
  void (*by_customers)(Customers&, const Arguments&) = nullptr;  ///< Instead, when it is theirs to do.
};

/// `aurora`, `aurora/qr` or `aurora/qr/cmb`: the channel and what is below it.
std::pair<std::string, std::string> split_scope(const std::string& scope) {
  const auto slash = scope.find('/');
  return {scope.substr(0, slash), slash == std::string::npos ? std::string{} : scope.substr(slash + 1)};
}

void set_fault(Stage& stage, const std::string& scope, std::string_view name, std::int64_t count, int percent,
               std::optional<Duration> lasts, std::optional<ChannelOp> op = {}) {
  const auto [channel, below] = split_scope(scope);
  FaultRule rule{
      .fault = find_fault(name)->fault, .scope = below, .op = op, .count = count, .until = {}, .percent = percent};
  if (lasts) rule.until = stage.world.now() + *lasts;
  stage.institutions.at(channel).faults().add(std::move(rule));
}

void switch_to(Stage& stage, const std::string& path, StaticSwitch to, Duration lasts = 0ms) {
  const auto until = lasts > 0ms ? std::optional{stage.world.now() + lasts} : std::nullopt;
  stage.node->switch_path({path, {to, until, "operator", "a story"}, {}});
}

using A = const Arguments&;
using S = Stage&;
using C = Customers&;

// clang-format off
constexpr auto deeds = std::to_array<Deed>({
  // Businesses and payers -------------------------------------------------------------------------------------------
  {{"BUSINESS creates ORDER for MONEY", "bakery creates o-1 for 25.00 CNY", "an order is created; it closes by its business's default"},
   {}, [](C c, A a) { c.create(a[0].text, a[1].text, a[2].money, 0ms); }},
  {{"BUSINESS creates ORDER for MONEY within LENGTH", "bakery creates o-1 for 25.00 CNY within 10min", "the same, closing after the given time"},
   {}, [](C c, A a) { c.create(a[0].text, a[1].text, a[2].money, a[3].length); }},
  {{"BUSINESS pays ORDER by PATH", "bakery pays o-1 by aurora/qr/cmb", "the business opens an attempt on a path; another's order is not found"},
   {}, [](C c, A a) { c.pay(a[0].text, a[1].text, a[2].text); }},
  {{"BUSINESS closes ORDER", "bakery closes o-1", "the business no longer wants the money"},
   {}, [](C c, A a) { c.close(a[0].text, a[1].text); }},
  {{"BUSINESS refunds MONEY of ORDER as REFUND", "bakery refunds 10.00 CNY of o-1 as r-1", "the business gives money back"},
   {}, [](C c, A a) { c.refund(a[0].text, a[2].text, a[3].text, a[1].money); }},
  {{"payer pays ORDER", "payer pays o-1", "the payer pays what the newest attempt shows, as soon as it can be paid"},
   {}, [](C c, A a) { c.payer_pays(a[0].text, {}); }},
  {{"payer pays ORDER by PATH", "payer pays o-1 by aurora/qr/cmb", "the same, what the attempt on this path shows"},
   {}, [](C c, A a) { c.payer_pays(a[0].text, a[1].text); }},
  {{"business BUSINESS goes down", "business bakery goes down", "its endpoint refuses connections"},
   [](S s, A a) { s.businesses.at(a[0].text).up = false; }},
  {{"business BUSINESS goes down for LENGTH", "business bakery goes down for 3h", "the same, and comes back by itself"},
   [](S s, A a) {
     auto& twin = s.businesses.at(a[0].text);
     twin.up = false;
     s.agenda.at(s.world.now() + a[1].length, [&twin] { twin.up = true; });
   }},
  {{"business BUSINESS comes back", "business bakery comes back", "its endpoint takes notices again, at once"},
   [](S s, A a) {
     auto& twin = s.businesses.at(a[0].text);
     twin.up = true;
     twin.status = 200;
     twin.answers_after = 30ms;
   }},
  {{"business BUSINESS answers COUNT", "business bakery answers 500", "every notice is answered with this HTTP status"},
   [](S s, A a) { s.businesses.at(a[0].text).status = static_cast<int>(a[1].number); }},
  {{"business BUSINESS answers after LENGTH", "business bakery answers after 20s", "it takes this long for each notice"},
   [](S s, A a) { s.businesses.at(a[0].text).answers_after = a[1].length; }},

  // Institutions ----------------------------------------------------------------------------------------------------
  {{"channel SCOPE goes silent", "channel aurora goes silent", "calls are taken and never answered"},
   [](S s, A a) { set_fault(s, a[0].text, "hang", -1, 100, {}); }},
  {{"channel SCOPE goes silent for LENGTH", "channel aurora/qr/cmb goes silent for 8min", "the same, and heals by itself"},
   [](S s, A a) { set_fault(s, a[0].text, "hang", -1, 100, a[1].length); }},
  {{"channel SCOPE refuses connections for LENGTH", "channel borealis refuses connections for 1min", "nobody listens there"},
   [](S s, A a) { set_fault(s, a[0].text, "refuse", -1, 100, a[1].length); }},
  {{"channel SCOPE has FAULT", "channel aurora has callback_lost", "every call it can act on ends so; faults: adapters/channels/README.md"},
   [](S s, A a) { set_fault(s, a[0].text, a[1].text, -1, 100, {}); }},
  {{"channel SCOPE has FAULT COUNT times", "channel aurora has answer_cut 2 times", "the next calls end so"},
   [](S s, A a) { set_fault(s, a[0].text, a[1].text, a[2].number, 100, {}); }},
  {{"channel SCOPE has FAULT in PERCENT of calls", "channel aurora has answer_cut in 2% of calls", "some calls end so, by the seed"},
   [](S s, A a) { set_fault(s, a[0].text, a[1].text, -1, static_cast<int>(a[2].number), {}); }},
  {{"channel SCOPE has FAULT in PERCENT of calls for LENGTH", "channel aurora has answer_cut in 30% of calls for 10min", "the same, for a while"},
   [](S s, A a) { set_fault(s, a[0].text, a[1].text, -1, static_cast<int>(a[2].number), a[3].length); }},
  {{"channel SCOPE has FAULT on OPERATION", "channel aurora has answer_cut on refund", "every call of one operation ends so"},
   [](S s, A a) {
     for (const auto op : {ChannelOp::pay, ChannelOp::inquire, ChannelOp::close, ChannelOp::refund, ChannelOp::inquire_refund})
       if (name_of(op) == a[2].text) set_fault(s, a[0].text, a[1].text, -1, 100, {}, op);
   }},
  {{"channel SCOPE heals", "channel aurora heals", "its faults end"},
   [](S s, A a) {
     const auto [channel, below] = split_scope(a[0].text);
     s.institutions.at(channel).faults().heal(below);
   }},
  {{"adapter of CHANNEL crashes COUNT times", "adapter of aurora crashes 9 times", "our own adapter falls over at its next calls"},
   [](S s, A a) { s.machine.adapter_crashes[a[0].text] = static_cast<int>(a[1].number); }},

  // Operators -------------------------------------------------------------------------------------------------------
  {{"operator switches SCOPE off", "operator switches aurora/qr/cmb off", "no call leaves on this path, or on any below"},
   [](S s, A a) { switch_to(s, a[0].text, StaticSwitch::off); }},
  {{"operator switches SCOPE off for LENGTH", "operator switches aurora off for 10min", "the same, with an end: then it is probed"},
   [](S s, A a) { switch_to(s, a[0].text, StaticSwitch::off, a[1].length); }},
  {{"operator forces SCOPE open for LENGTH", "operator forces aurora/qr open for 5min", "as if it had tripped; inquiries still leave"},
   [](S s, A a) { switch_to(s, a[0].text, StaticSwitch::forced_open, a[1].length); }},
  {{"operator forces SCOPE closed for LENGTH", "operator forces aurora/qr closed for 5min", "statistics count, and are overruled"},
   [](S s, A a) { switch_to(s, a[0].text, StaticSwitch::forced_closed, a[1].length); }},
  {{"operator switches SCOPE on", "operator switches aurora/qr/cmb on", "statistics decide again; what was shut is probed first"},
   [](S s, A a) { switch_to(s, a[0].text, StaticSwitch::on); }},

  // The mail server that tells owners of alerts ---------------------------------------------------------------------
  {{"mail server goes down for LENGTH", "mail server goes down for 10min", "it takes nothing, and comes back by itself"},
   [](S s, A a) {
     s.mailbox.is_up = false;
     s.agenda.at(s.world.now() + a[0].length, [&s] { s.mailbox.is_up = true; });
   }},

  // The node and its store ------------------------------------------------------------------------------------------
  {{"kill node", "kill node", "the process dies as by kill -9; it starts again after a second"},
   [](S s, A) { s.node->die("by a signal"); }},
  {{"kill node for LENGTH", "kill node for 2h", "the same, and starts again after this time"},
   [](S s, A a) {
     s.down_for = a[0].length;
     s.node->die("by a signal");
   }},
  {{"kill node at POINT", "kill node at call.pay", "it dies the next time it passes this crash point"},
   [](S s, A a) {
     s.machine.crash_at = a[0].text;
     s.machine.crash_skips = 0;
   }},
  {{"kill node after COUNT passages", "kill node after 12 passages", "it dies when so many passages of any crash point have gone well"},
   [](S s, A a) {
     s.machine.crash_anywhere = true;
     s.machine.crash_skips = static_cast<int>(a[0].number);
   }},
  {{"configuration loses PATH", "configuration loses aurora/qr/cmb", "the path is taken out of its channel's file and of every business; a node that starts after this does not offer it"},
   [](S s, A a) { s.retired.insert(a[0].text); }},
  {{"store slows to LENGTH", "store slows to 800ms", "a commit takes about this long from now on"},
   [](S s, A a) { s.machine.commit_takes = a[0].length; }},
  {{"store goes down for LENGTH", "store goes down for 1min", "no write and no read succeeds"},
   [](S s, A a) {
     s.set_store_up(false);
     s.agenda.at(s.world.now() + a[0].length, [&s] { s.set_store_up(true); });
   }},
  {{"store loses COUNT answers", "store loses 1 answers", "the next commits happen, but their fate is not heard"},
   [](S s, A a) { s.node->store().lose_answers(static_cast<int>(a[0].number)); }},
  {{"store refuses COUNT writes", "store refuses 3 writes", "the next commits do not happen"},
   [](S s, A a) { s.node->store().refuse_writes(static_cast<int>(a[0].number)); }},
});
// clang-format on

constexpr auto phrases = [] {
  std::array<Phrase, deeds.size()> all;
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = deeds[i].phrase;
  return all;
}();

}  // namespace

void perform(Stage& stage, std::size_t phrase, const Arguments& arguments) {
  if (is_by_customers(phrase))
    perform_by_customers(stage.customers, phrase, arguments);
  else
    deeds[phrase].perform(stage, arguments);
}

void perform_by_customers(Customers& customers, std::size_t phrase, const Arguments& arguments) {
  deeds[phrase].by_customers(customers, arguments);
}

std::span<const Phrase> deed_phrases() { return phrases; }

bool is_by_customers(std::size_t phrase) { return deeds[phrase].by_customers != nullptr; }

}  // namespace tael::scenario
