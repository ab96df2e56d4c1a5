#include "runtime/cashier/lookups.hpp"

#include "adapters/channels/access/field_reader.hpp"
#include "adapters/channels/access/tree.hpp"
#include "runtime/api/json_tree.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <span>

namespace tael {
namespace {

namespace bj = boost::json;

constexpr std::size_t answer_bytes_max = 16'384;
constexpr std::size_t text_max = 80;

std::optional<std::string> text_of(const Tree* value) {
  if (value == nullptr || value->kind != Tree::Kind::text) return std::nullopt;
  if (value->text.empty() || value->text.size() > text_max) return std::nullopt;
  return value->text;
}

/// What is told of each path; nothing when that is no object.
std::span<const Tree> by_path(const Tree& said) {
  const auto* paths = said.find("paths");
  if (paths == nullptr || paths->kind != Tree::Kind::object) return {};
  return paths->children;
}

void take_user(const Tree& said, LookedUp& all) {
  if (auto name = text_of(said.find("name"))) all.user = std::move(*name);
}

void take_quota(const Tree& said, LookedUp& all) {
  for (const auto& path : by_path(said))
    if (const auto left = path.kind == Tree::Kind::number ? parse_decimal(path.text, 0) : std::nullopt)
      all.quota.emplace(path.name, *left);
}

void take_promotion(const Tree& said, LookedUp& all) {
  if (auto text = text_of(said.find("text"))) all.promotion = std::move(*text);
  for (const auto& path : by_path(said))
    if (auto text = text_of(&path)) all.promotions.emplace(path.name, std::move(*text));
}

void take_options(const Tree& said, LookedUp& all) {
  const auto* paths = said.find("paths");
  if (paths == nullptr || paths->kind != Tree::Kind::list) return;
  auto& shown = all.paths_shown.emplace();
  for (const auto& path : paths->children)
    if (path.kind == Tree::Kind::text) shown.push_back(path.text);
}

void take(Lookup lookup, const Tree& said, LookedUp& all) {
  switch (lookup) {
    case Lookup::user: return take_user(said, all);
    case Lookup::quota: return take_quota(said, all);
    case Lookup::promotion: return take_promotion(said, all);
    case Lookup::options: return take_options(said, all);
  }
}

/// The payer is passed on as the business told us of it.
std::string body_of(const CashierBusiness& business, const LookupAsked& asked) {
  bj::array paths;
  for (const auto& path : asked.paths) paths.emplace_back(path);
  const bj::object told{{"order_id", asked.order_id}, {"business", business.code},         {"order_no", asked.order_no},
                        {"amount", asked.amount},     {"currency", asked.currency.code()}, {"paths", std::move(paths)}};
  return json::with_member(told, "payer",
                           read_json_tree(asked.payer, {.depth_max = 32}) ? std::string_view{asked.payer} : "null");
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
    const bool answered = answer.transport == Transport::answered && answer.status == 200;
    const auto said = answered ? read_json_tree(answer.body) : std::nullopt;
    const bool is_told = said && said->kind == Tree::Kind::object;
    if (is_told) {
      const std::lock_guard lock{page->mutex};
      take(lookup, *said, page->all);
    }
    meter_.count("cashier_lookups_total", {{"type", name_of(lookup)}, {"outcome", is_told ? "answered" : "failed"}});
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
