#include "runtime/cashier/lookups.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace tael {
namespace {

namespace bj = boost::json;

constexpr std::size_t answer_bytes_max = 16'384;
constexpr std::size_t text_max = 80;

std::optional<std::string> text_of(const bj::value* value) {
  if (value == nullptr || !value->is_string()) return std::nullopt;
  const std::string_view text{value->get_string()};
  if (text.empty() || text.size() > text_max) return std::nullopt;
  return std::string{text};
}

const bj::object* object_of(const bj::value* value) { return value == nullptr ? nullptr : value->if_object(); }

void take_user(const bj::object& said, LookedUp& all) {
  if (auto name = text_of(said.if_contains("name"))) all.user = std::move(*name);
}

void take_quota(const bj::object& said, LookedUp& all) {
  const auto* paths = object_of(said.if_contains("paths"));
  if (paths == nullptr) return;
  for (const auto& [path, left] : *paths)
    if (left.is_int64()) all.quota.emplace(path, left.get_int64());
}

void take_promotion(const bj::object& said, LookedUp& all) {
  if (auto text = text_of(said.if_contains("text"))) all.promotion = std::move(*text);
  const auto* paths = object_of(said.if_contains("paths"));
  if (paths == nullptr) return;
  for (const auto& [path, value] : *paths)
    if (auto text = text_of(&value)) all.promotions.emplace(path, std::move(*text));
}

void take_options(const bj::object& said, LookedUp& all) {
  const auto* paths = said.if_contains("paths");
  if (paths == nullptr || !paths->is_array()) return;
  auto& shown = all.paths_shown.emplace();
  for (const auto& path : paths->get_array())
    if (path.is_string()) shown.emplace_back(path.get_string());
}

void take(Lookup lookup, const bj::object& said, LookedUp& all) {
  switch (lookup) {
    case Lookup::user: return take_user(said, all);
    case Lookup::quota: return take_quota(said, all);
    case Lookup::promotion: return take_promotion(said, all);
    case Lookup::options: return take_options(said, all);
  }
}

std::string body_of(const CashierBusiness& business, const LookupAsked& asked) {
  bj::array paths;
  for (const auto& path : asked.paths) paths.emplace_back(path);
  boost::system::error_code unreadable;
  auto payer = bj::parse(asked.payer, unreadable);
  return bj::serialize(bj::object{{"order_id", asked.order_id},
                                  {"business", business.code},
                                  {"order_no", asked.order_no},
                                  {"amount", asked.amount},
                                  {"currency", asked.currency.code()},
                                  {"payer", unreadable ? bj::value{} : std::move(payer)},
                                  {"paths", std::move(paths)}});
}

}  // namespace

std::string_view name_of(Lookup lookup) {
  switch (lookup) {
    case Lookup::user: return "user";
    case Lookup::quota: return "quota";
    case Lookup::promotion: return "promotion";
    case Lookup::options: return "options";
  }
  return "unnamed";
}

/// One page's questions under way.
struct Lookups::Page {
  std::shared_ptr<const CashierBusiness> business;
  std::string body;
  std::function<void(LookedUp)> done;
  std::mutex mutex;  ///< Guards what follows: answers come from the client's thread, skips from the asker's.
  LookedUp all;
  int missing = 3;
};

void Lookups::ask(const std::shared_ptr<const CashierBusiness>& business, const LookupAsked& asked,
                  std::function<void(LookedUp)> done) {
  const auto page = std::make_shared<Page>();
  page->business = business;
  page->body = body_of(*business, asked);
  page->done = std::move(done);
  const auto one_less = [this, page] {
    {
      const std::lock_guard lock{page->mutex};
      if (--page->missing > 0) return;
    }
    ask_one(Lookup::options, page, [page] { page->done(std::move(page->all)); });
  };
  for (const auto lookup : {Lookup::user, Lookup::quota, Lookup::promotion}) ask_one(lookup, page, one_less);
}

void Lookups::ask_one(Lookup lookup, const std::shared_ptr<Page>& page, std::function<void()> then) {
  const auto& settings = page->business->of(lookup);
  const auto& code = page->business->code;
  if (settings.url.empty() || !settings.switched_on) return then();
  if (!take_place(code, lookup, settings.in_flight_max)) {
    meter_.count("cashier_lookups_total", {{"type", name_of(lookup)}, {"outcome", "skipped"}});
    return then();
  }
  HttpCall call;
  call.url = settings.url;
  call.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  call.body = page->body;
  call.connect_deadline = call.deadline = settings.deadline;
  call.answer_bytes_max = answer_bytes_max;
  client_.send(std::move(call), [this, lookup, page, then = std::move(then)](const HttpAnswer& answer) {
    leave_place(page->business->code, lookup);
    boost::system::error_code unreadable;
    const bool answered = answer.transport == Transport::answered && answer.status == 200;
    const auto said = answered ? bj::parse(answer.body, unreadable) : bj::value{};
    const auto* object = unreadable ? nullptr : said.if_object();
    if (object != nullptr) {
      const std::lock_guard lock{page->mutex};
      take(lookup, *object, page->all);
    }
    meter_.count("cashier_lookups_total",
                 {{"type", name_of(lookup)}, {"outcome", object == nullptr ? "failed" : "answered"}});
    then();
  });
}

bool Lookups::take_place(const std::string& business, Lookup lookup, int most) {
  const std::lock_guard lock{mutex_};
  auto& now = in_flight_[{business, lookup}];
  if (now >= most) return false;
  ++now;
  return true;
}

void Lookups::leave_place(const std::string& business, Lookup lookup) {
  const std::lock_guard lock{mutex_};
  --in_flight_[{business, lookup}];
}

}  // namespace tael
