#include "runtime/receiver/notice_book.hpp"

#include "adapters/notices/webhook_signature.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace tael {

namespace json = boost::json;

namespace {

struct Setting {
  std::string_view name;
  std::int64_t ReceiverControl::*member;
  std::int64_t min, max;
};

// clang-format off
constexpr auto settings = std::to_array<Setting>({
  {"refuse",      &ReceiverControl::refuse,      0,   1'000'000},
  {"status",      &ReceiverControl::status,      300, 599},
  {"retry_after", &ReceiverControl::retry_after, 0,   86'400},
  {"slow_ms",     &ReceiverControl::slow_ms,     0,   60'000},
});
// clang-format on

json::object describe(const ReceiverControl& control) {
  json::object described;
  for (const auto& setting : settings) described[setting.name] = control.*setting.member;
  return described;
}

ReceiverAnswer answer(int status, const json::object& body) {
  return {.status = status, .body = json::serialize(body)};
}

std::string_view text_of(const json::object& object, std::string_view name) {
  const auto* member = object.if_contains(name);
  return member != nullptr && member->is_string() ? std::string_view{member->get_string()} : std::string_view{};
}

std::string id_of(const HttpHeaders& headers) {
  const auto found = std::ranges::find(headers, "webhook-id", &HttpHeaders::value_type::first);
  return found == headers.end() ? std::string{} : found->second;
}

/// What is kept of a notice; nothing when its body is no JSON object, which no sender signs on purpose.
std::optional<ReceivedNotice> read_notice(const std::string& id, const std::string& body, TimePoint now) {
  json::error_code error;
  const auto parsed = json::parse(body, error);
  if (error || !parsed.is_object()) return std::nullopt;
  const auto& notice = parsed.get_object();
  const auto* data = notice.if_contains("data");
  const auto order = data != nullptr && data->is_object() ? text_of(data->get_object(), "id") : std::string_view{};
  return ReceivedNotice{id, std::string{text_of(notice, "type")}, std::string{order}, body, now};
}

}  // namespace

NoticeBook::NoticeBook(std::vector<std::string> keys, std::size_t kept_max)
    : keys_(std::move(keys)), kept_max_(kept_max) {}

ReceiverAnswer NoticeBook::hear(std::string_view method, std::string_view path, const HttpHeaders& headers,
                                const std::string& body, TimePoint now) {
  path = path.substr(0, path.find('?'));
  if (method == "GET" && path == "/received") return list();
  if (method == "GET" && path == "/livez") return answer(200, {{"live", true}});
  if (method != "POST") return answer(404, {{"error", "GET /received, GET /livez, POST /control or POST a notice"}});
  if (path == "/control") return hear_control(body);
  auto given = hear_notice(headers, body, now);
  given.after = Duration{control_.slow_ms};
  return given;
}

ReceiverAnswer NoticeBook::hear_notice(const HttpHeaders& headers, const std::string& body, TimePoint now) {
  const auto id = id_of(headers);
  json::object line{{"event", "notice"}, {"at", to_rfc3339(now)}, {"id", id}};
  const auto say = [&](ReceiverAnswer said) {
    line["status"] = said.status;
    said.line = json::serialize(line);
    return said;
  };

  const auto verdict = verify_webhook(keys_, headers, body, now);
  auto notice = verdict == WebhookVerdict::authentic ? read_notice(id, body, now) : std::nullopt;
  line["verdict"] = name_of(notice || verdict != WebhookVerdict::authentic ? verdict : WebhookVerdict::malformed);
  if (!notice) {
    ++unverified_;
    return say(answer(verdict == WebhookVerdict::bad_signature ? 401 : 400, {{"error", line["verdict"]}}));
  }
  line["type"] = notice->type;
  line["order"] = notice->order;
  if (control_.refuse > 0) {
    --control_.refuse;
    ++refused_;
    auto refusal = answer(static_cast<int>(control_.status), {{"error", "refused as told"}});
    if (control_.retry_after > 0) refusal.headers.emplace_back("Retry-After", std::to_string(control_.retry_after));
    return say(std::move(refusal));
  }
  const auto deliveries = keep(id, *std::move(notice));
  line["deliveries"] = deliveries;
  return say(answer(200, {{"received", true}, {"deliveries", deliveries}}));
}

/// How often the notice has been delivered by now.
int NoticeBook::keep(const std::string& id, ReceivedNotice notice) {
  const auto [place, fresh] = places_.emplace(id, first_ + notices_.size());
  if (!fresh) {
    ++duplicates_;
    return ++notices_[place->second - first_].deliveries;
  }
  notices_.push_back(std::move(notice));
  if (notices_.size() > kept_max_) {
    places_.erase(notices_.front().id);
    notices_.pop_front();
    ++first_;
  }
  return 1;
}

/// Takes all settings of the body or none of them.
ReceiverAnswer NoticeBook::hear_control(std::string_view body) {
  json::error_code error;
  const auto parsed = json::parse(body, error);
  if (error || !parsed.is_object()) return answer(400, {{"error", "a JSON object of settings is expected"}});
  auto wanted = control_;
  for (const auto& member : parsed.get_object()) {
    const auto setting = std::ranges::find(settings, std::string_view{member.key()}, &Setting::name);
    if (setting == settings.end())
      return answer(400, {{"error", "no such setting"}, {"name", member.key()}, {"settings", describe(control_)}});
    const auto* number = member.value().if_int64();
    if (number == nullptr || *number < setting->min || *number > setting->max)
      return answer(
          400, {{"error", "out of bounds"}, {"name", setting->name}, {"min", setting->min}, {"max", setting->max}});
    wanted.*setting->member = *number;
  }
  control_ = wanted;
  return answer(200, describe(control_));
}

ReceiverAnswer NoticeBook::list() const {
  json::array notices;
  for (const auto& notice : notices_)
    notices.push_back(json::object{{"id", notice.id},
                                   {"type", notice.type},
                                   {"order", notice.order},
                                   {"received_at", to_rfc3339(notice.received_at)},
                                   {"deliveries", notice.deliveries},
                                   {"body", json::parse(notice.body)}});
  return answer(200, {{"total", first_ + notices_.size()},
                      {"duplicates", duplicates_},
                      {"refused", refused_},
                      {"unverified", unverified_},
                      {"control", describe(control_)},
                      {"notices", std::move(notices)}});
}

}  // namespace tael
