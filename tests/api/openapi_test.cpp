// The description and the node are two tellings of one thing; what one has the other has.
#include "actors/domain/notice_types.hpp"
#include "runtime/admin/admin_api.hpp"
#include "runtime/api/problem.hpp"
#include "runtime/cashier/cashier.hpp"
#include "tests/api/api_support.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <set>

namespace tael {
namespace {

YAML::Node document() {
  static const auto parsed = YAML::Load(std::string{openapi_yaml()});
  return parsed;
}

std::set<std::string> names(const YAML::Node& list) {
  std::set<std::string> all;
  for (const auto& item : list) all.insert(item.as<std::string>());
  return all;
}

std::set<std::string> members(const std::string& json) {
  std::set<std::string> all;
  const auto value = boost::json::parse(json);
  for (const auto& member : value.as_object()) all.emplace(member.key());
  return all;
}

YAML::Node schema(const std::string& name) { return document()["components"]["schemas"][name]; }

TEST(OpenApi, HasEveryRouteAndNoOther) {
  std::set<std::string> described, served;
  for (const auto& path : document()["paths"])
    for (const auto& operation : path.second) {
      if (operation.first.as<std::string>() == "parameters") continue;
      described.insert(operation.first.as<std::string>() + " " + path.first.as<std::string>() + " " +
                       operation.second["operationId"].as<std::string>());
    }
  std::vector<Route> routes{OrdersApi::routes().begin(), OrdersApi::routes().end()};
  routes.insert(routes.end(), AdminApi::routes().begin(), AdminApi::routes().end());
  for (const auto& route : Cashier::routes())
    if (route.name != "cashier_asset") routes.push_back(route);  // Its pages' own files are nobody else's affair.
  for (const auto& route : routes) {
    std::string method{route.method};
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    served.insert(method + " " + std::string{route.pattern} + " " + std::string{route.name});
  }
  EXPECT_EQ(described, served);
}

TEST(OpenApi, ListsEveryCodeOfAProblem) {
  std::set<std::string> codes;
  for (const auto& reason : all_reasons()) codes.emplace(reason.code);
  for (const auto& reason : AdminApi::reasons()) codes.emplace(reason.code);
  EXPECT_EQ(names(schema("Problem")["properties"]["code"]["enum"]), codes);
}

TEST(OpenApi, DescribesEveryNoticeAndNoOther) {
  std::set<std::string> described;
  for (const auto& hook : document()["webhooks"]) described.insert(hook.first.as<std::string>());
  const std::set<std::string> told{notice_types.begin(), notice_types.end()};
  EXPECT_EQ(described, told);
  const auto notice = document()["components"]["requestBodies"]["Notice"]["content"]["application/json"]["schema"];
  EXPECT_EQ(names(notice["properties"]["type"]["enum"]), told);
}

TEST(OpenApi, RequiresExactlyWhatIsRendered) {
  const auto view = test::paid_view();
  const auto order = JsonRenderer{}.order(view);
  EXPECT_EQ(names(schema("Order")["required"]), members(order));
  EXPECT_EQ(names(schema("Refund")["required"]), members(refund_json(view.order, view.order.refunds[0])));
  EXPECT_EQ(names(schema("Payment")["required"]), members(payment_json(view.order, view.order.attempts[0])));
  const auto attempt = boost::json::parse(order).at("attempts").at(0).as_object();
  std::set<std::string> attempt_members;
  for (const auto& member : attempt) attempt_members.emplace(member.key());
  EXPECT_EQ(names(schema("Attempt")["required"]), attempt_members);
}

TEST(OpenApi, KnowsEveryState) {
  const auto has = [](const char* where, auto last) {
    std::set<std::string> states;
    for (int i = 0; i <= static_cast<int>(last); ++i) states.emplace(name_of(static_cast<decltype(last)>(i)));
    EXPECT_EQ(names(schema(where)["properties"]["state"]["enum"]), states) << where;
  };
  has("Order", OrderState::closed);
  has("Attempt", AttemptState::surplus);
  has("Refund", RefundState::parked);
  has("Notice", NoticeState::parked);
}

TEST(OpenApi, EveryReferenceLeadsSomewhere) {
  const auto follow = [](const std::string& reference) {
    auto node = document();
    for (std::size_t at = 2; at != std::string::npos + 1;) {
      const auto end = reference.find('/', at);
      const auto next = node[reference.substr(at, end == std::string::npos ? end : end - at)];
      if (!next.IsDefined()) return false;
      node.reset(next);
      if (end == std::string::npos) break;
      at = end + 1;
    }
    return true;
  };
  std::vector<YAML::Node> open{document()};
  int references = 0;
  while (!open.empty()) {
    const auto node = open.back();
    open.pop_back();
    for (const auto& item : node) {
      if (!node.IsMap()) {
        open.push_back(item);
        continue;
      }
      if (item.first.as<std::string>() == "$ref") {
        ++references;
        EXPECT_TRUE(follow(item.second.as<std::string>())) << item.second.as<std::string>();
      } else {
        open.push_back(item.second);
      }
    }
  }
  EXPECT_GT(references, 50);
}

}  // namespace
}  // namespace tael
