#include "actors/store_news.hpp"

#include <algorithm>

namespace tael {
namespace {

void add_context(Fields& fields, const BusinessContext& context) {
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) fields.push_back({name, value});
  };
  add("business", context.business);
  add("order_type", context.order_type);
  add("scene", context.scene);
  add("institution", context.institution);
}

/// A hand on the switch is whoever turned it; all else is what the calls said.
bool is_by_hand(const BreakerRow& row) { return !row.actor.empty(); }

LogLine line_about(const BreakerRow& row, const BusinessContext& context) {
  LogLine line{Level::warning, "path_switched", {{"path", row.path}, {"type", row.op}}};
  if (is_by_hand(row)) {
    line.fields.insert(line.fields.end(), {{"to", row.static_switch}, {"actor", row.actor}, {"reason", row.reason}});
  } else {
    line.event = "path_" + row.state;
    if (row.state != "open") line.level = Level::info;
    line.fields.insert(line.fields.end(), {{"from", row.from},
                                           {"cause", row.cause},
                                           {"total", std::int64_t{row.total}},
                                           {"failures", std::int64_t{row.failures}},
                                           {"timeouts", std::int64_t{row.timeouts}},
                                           {"exceptions", std::int64_t{row.exceptions}},
                                           {"slow", std::int64_t{row.slow}}});
  }
  if (row.until != TimePoint{}) line.fields.push_back({"until", to_rfc3339(row.until)});
  add_context(line.fields, context);
  return line;
}

LogLine line_about(const Alert& alert) {
  const auto level = alert.severity == Severity::critical  ? Level::error
                     : alert.severity == Severity::warning ? Level::warning
                                                           : Level::info;
  LogLine line{level, "alert_raised", {{"kind", alert.kind}, {"ref", alert.ref}, {"message", alert.message}}};
  if (!alert.channel.empty()) line.fields.push_back({"channel", alert.channel});
  add_context(line.fields, alert.context);
  return line;
}

LogLine line_about(const AlertResolution& ended) {
  return {Level::info, "alert_ended", {{"kind", ended.kind}, {"ref", ended.ref}, {"note", ended.note}}};
}

/// Delivered is as it should be.
void add_notices(std::vector<LogLine>& lines, const Commit& commit) {
  for (const auto& row : commit.journal) {
    if (row.kind != "notice_failed" && row.kind != "notice_parked" && row.kind != "notice_replayed") continue;
    const auto level = row.kind == "notice_parked"   ? Level::error
                       : row.kind == "notice_failed" ? Level::warning
                                                     : Level::info;
    LogLine line{level, row.kind, {{"notice", row.entity}}};
    const auto written = std::ranges::find(commit.notices, row.entity, [](const auto& write) { return write.row.id; });
    if (written != commit.notices.end())
      line.fields.insert(line.fields.end(), {{"order", written->row.order_id}, {"type", written->row.type}});
    line.fields.insert(line.fields.end(), row.body.begin(), row.body.end());
    line.fields.push_back({"cause", row.cause});
    add_context(line.fields, row.context);
    lines.push_back(std::move(line));
  }
}

}  // namespace

std::vector<LogLine> lines_about(const Commit& commit) {
  std::vector<LogLine> lines;
  if (commit.breaker)
    lines.push_back(
        line_about(commit.breaker->row, commit.journal.empty() ? BusinessContext{} : commit.journal.front().context));
  if (!commit.notices.empty()) add_notices(lines, commit);
  for (const auto& alert : commit.alerts) lines.push_back(line_about(alert));
  for (const auto& ended : commit.alerts_resolved) lines.push_back(line_about(ended));
  for (const auto& row : commit.journal)
    if (row.kind == "alert_acknowledged" || row.kind == "alert_resolved") {
      LogLine line{Level::info, row.kind, {{"alert", row.entity}}};
      line.fields.insert(line.fields.end(), row.body.begin(), row.body.end());
      lines.push_back(std::move(line));
    }
  return lines;
}

}  // namespace tael
