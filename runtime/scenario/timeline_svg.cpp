// The drawing: lanes one below the other, all over the same axis. Classes are styled by the page (timeline_page.cpp).
#include "runtime/scenario/markup.hpp"
#include "runtime/scenario/timeline.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <sstream>

namespace tael::scenario {
namespace {

constexpr int left = 190, width = 1010, gap = 14, columns_max = 240;

/// Of a breaker's band: from the best news for a payer to the worst.
constexpr std::array<std::string_view, 5> band_words{"closed", "held", "half_open", "open", "off"};

std::string word_of(const Chronicle::BreakerMove& move) {
  if (move.static_switch == "on") return move.state;
  return move.static_switch == "forced_closed" ? "held" : "off";
}

struct Column {
  Chronicle::Second orders;
  std::map<std::string, Chronicle::Calls> paths;
};

std::string at_most_one_decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string percent(const Chronicle::Calls& calls) {
  const auto all = calls.good + calls.bad;
  return all == 0 ? "no calls" : std::to_string(calls.good * 100 / all) + "% of " + std::to_string(all) + " calls";
}

class Drawing {
 public:
  Drawing(const Played& played, Duration end)
      : played_(played), chronicle_(*played.outcome.chronicle), end_(std::max(end, Duration{1s})) {
    // Columns of whole seconds: a second never lies in two of them.
    seconds_ = std::max<std::int64_t>(1, (end_ / 1s + columns_max) / columns_max);
    columns_.resize(static_cast<std::size_t>(end_ / 1s / seconds_ + 1));
    for (const auto& [second, counts] : chronicle_.seconds)
      if (auto* column = column_of(second)) {
        column->orders.created += counts.created;
        column->orders.paid += counts.paid;
        column->orders.closed += counts.closed;
        column->orders.refunded += counts.refunded;
      }
    for (const auto& [path, by_second] : chronicle_.paths)
      for (const auto& [second, calls] : by_second)
        if (auto* column = column_of(second)) {
          column->paths[path].good += calls.good;
          column->paths[path].bad += calls.bad;
        }
  }

  std::string svg() {
    load();
    for (const auto& [path, calls] : chronicle_.paths) path_lane(path);
    faults();
    const auto bottom = y_;
    std::ostringstream out;
    out << "<svg viewBox=\"0 0 " << left + width + 10 << " " << bottom + 30
        << "\" role=\"img\" aria-label=\"Timeline\" data-left=\"" << left << "\" data-width=\"" << width
        << "\" data-ms=\"" << end_.count() << "\" xmlns=\"http://www.w3.org/2000/svg\">\n";
    axis(out, bottom);
    out << lanes_.str();
    broken(out, bottom);
    hover(out, bottom);
    out << "<line class=\"cross\" y1=\"0\" y2=\"" << bottom << "\" x1=\"-9\" x2=\"-9\"/>\n</svg>\n";
    return out.str();
  }

 private:
  Column* column_of(std::int64_t second) {
    const auto no = static_cast<std::size_t>(std::max<std::int64_t>(second, 0) / seconds_);
    return no < columns_.size() ? &columns_[no] : nullptr;
  }
  double x(Duration at) const {
    return left + static_cast<double>(width) * static_cast<double>(std::clamp(at, Duration{0}, end_).count()) /
                      static_cast<double>(end_.count());
  }
  double x_of_column(std::size_t no) const { return x(Duration{static_cast<std::int64_t>(no) * seconds_ * 1000}); }
  static std::string px(double value) { return at_most_one_decimal(value); }

  void label(const std::string& text, double y, const std::string& more = {}) {
    lanes_ << "<text class=\"label\" x=\"" << left - 12 << "\" y=\"" << px(y) << "\">" << escaped(text) << "</text>\n";
    if (!more.empty())
      lanes_ << "<text class=\"small\" x=\"" << left - 12 << "\" y=\"" << px(y + 13) << "\">" << escaped(more)
             << "</text>\n";
  }

  /// Steps over the columns, closed along `base`: an area.
  template <class Height>
  void area(const char* css, double base, Height height) {
    lanes_ << "<path class=\"" << css << "\" d=\"M" << px(x(Duration{0})) << " " << px(base);
    for (std::size_t no = 0; no < columns_.size(); ++no)
      lanes_ << "V" << px(base - height(columns_[no])) << "H" << px(x_of_column(no + 1));
    lanes_ << "V" << px(base) << "Z\"/>\n";
  }

  void load() {
    constexpr double height = 110;
    std::int64_t most = 1;
    for (const auto& column : columns_) most = std::max({most, column.orders.created, column.orders.paid});
    const auto scale = [&](std::int64_t count) {
      return height * static_cast<double>(count) / static_cast<double>(most);
    };
    y_ = 16 + height;
    lanes_ << "<line class=\"base\" x1=\"" << left << "\" x2=\"" << left + width << "\" y1=\"" << px(y_) << "\" y2=\""
           << px(y_) << "\"/>\n";
    area("created", y_, [&](const Column& column) { return scale(column.orders.created); });
    lanes_ << "<path class=\"paid\" d=\"";
    for (std::size_t no = 0; no < columns_.size(); ++no)
      lanes_ << (no == 0 ? "M" + px(x_of_column(no)) + " " : "V") << px(y_ - scale(columns_[no].orders.paid)) << "H"
             << px(x_of_column(no + 1));
    lanes_ << "\"/>\n";
    const auto peak = static_cast<double>(most) / static_cast<double>(seconds_);
    label("load", 30, "orders created and paid");
    lanes_ << "<text class=\"small\" x=\"" << left - 12 << "\" y=\"56\">"
           << (seconds_ == 1
                   ? "peak " + std::to_string(most) + "/s"
                   : "peak " + (peak >= 1 ? at_most_one_decimal(peak) + "/s" : at_most_one_decimal(peak * 60) + "/min"))
           << "</text>\n";
    y_ += gap;
  }

  void path_lane(const std::string& path) {
    constexpr double height = 34, band = 7;
    Chronicle::Calls all;
    for (const auto& column : columns_)
      if (const auto found = column.paths.find(path); found != column.paths.end()) {
        all.good += found->second.good;
        all.bad += found->second.bad;
      }
    label(path, y_ + 14, percent(all));
    const auto base = y_ + height;
    const auto share = [&](const Column& column, bool with_bad) {
      const auto found = column.paths.find(path);
      if (found == column.paths.end()) return 0.0;
      const auto calls = static_cast<double>(found->second.good + found->second.bad);
      return height * (with_bad ? 1.0 : static_cast<double>(found->second.good) / calls);
    };
    lanes_ << "<rect class=\"quiet\" x=\"" << left << "\" y=\"" << px(y_) << "\" width=\"" << width << "\" height=\""
           << height << "\"/>\n";
    area("bad", base, [&](const Column& column) { return share(column, true); });
    area("good", base, [&](const Column& column) { return share(column, false); });
    breaker_band(path, base + 2, band);
    y_ = base + band + gap;
  }

  /// As a payer meets the path: its breaker, its method's or its channel's, the worst of them.
  void breaker_band(const std::string& path, double y, double height) {
    const auto rect = [&](Duration from, Duration to, const std::string& css, const std::string& tip) {
      if (from > end_) return;
      lanes_ << "<rect class=\"breaker " << css << "\" x=\"" << px(x(from)) << "\" y=\"" << px(y) << "\" width=\""
             << px(std::max(1.5, x(to) - x(from))) << "\" height=\"" << height << "\" data-tip=\"" << escaped(tip)
             << "\"/>\n";
    };
    std::map<std::string, const Chronicle::BreakerMove*> newest;  // By level.
    Duration since{0};
    std::string css = "closed", tip = path + ": closed";
    for (const auto& move : chronicle_.breaker_moves) {
      if (move.path != path && !path.starts_with(move.path + "/")) continue;
      newest[move.path] = &move;
      const auto& worst = *std::ranges::max_element(newest, {}, [](const auto& level) {
                             return std::ranges::find(band_words, word_of(*level.second)) - band_words.begin();
                           })->second;
      rect(since, move.at, css, tip);
      since = move.at;
      css = word_of(worst);
      tip = worst.path + ": " + (worst.static_switch == "on" ? worst.state : "switched " + worst.static_switch) +
            " at " + story_time(worst.at).substr(0, 8) + ", by " + worst.cause;
    }
    rect(since, end_, css, tip);
  }

  void faults() {
    const auto bands = bands_of(chronicle_, end_);
    if (bands.empty()) return;
    label("faults", y_ + 12);
    constexpr double height = 17;
    constexpr std::size_t rows_max = 24;
    std::vector<double> free_from;  // Of each row: where its last text ends.
    for (const auto& band : bands) {
      if (band.from > end_) continue;
      const auto from = x(band.from), to = std::max(x(band.to), from + 4);
      const auto text_width = 6.0 * static_cast<double>(band.text.size()) + 10;
      const bool to_the_left = from + text_width > left + width;
      const auto taken_from = to_the_left ? std::max<double>(left, from - text_width) : from;
      auto row = static_cast<std::size_t>(
          std::ranges::find_if(free_from, [&](double free) { return free <= taken_from; }) - free_from.begin());
      if (row == free_from.size() && row >= rows_max) continue;
      if (row == free_from.size()) free_from.push_back(0);
      const bool is_short = to - from < text_width;
      free_from[row] = (is_short && !to_the_left ? to + text_width : to) + 6;
      const auto y = y_ + static_cast<double>(row) * (height + 3);
      const auto tip = story_time(band.from).substr(0, 8) +
                       (band.to > band.from ? " to " + story_time(band.to).substr(0, 8) : "") + "  " + band.text;
      lanes_ << "<g data-tip=\"" << escaped(tip) << "\"><rect class=\"fault" << (band.to > band.from ? "" : " moment")
             << "\" x=\"" << px(from) << "\" y=\"" << px(y) << "\" width=\"" << px(to - from) << "\" height=\""
             << height << "\" rx=\"2\"/><text class=\"fault-text\" x=\""
             << px(to_the_left ? from - 4
                   : is_short  ? to + 4
                               : from + 6)
             << "\" y=\"" << px(y + 12.5) << "\"" << (to_the_left ? " text-anchor=\"end\"" : "") << ">"
             << escaped(band.text) << "</text></g>\n";
    }
    y_ += static_cast<double>(free_from.size()) * (height + 3) + gap;
  }

  void axis(std::ostream& out, double bottom) const {
    constexpr std::array<std::int64_t, 19> steps{1,   2,    5,    10,   15,    30,    60,    120,   300,   600,
                                                 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800};
    const auto whole = end_ / 1s;
    const auto step =
        *std::ranges::find_if(steps, [&](std::int64_t s) { return whole / s <= 12 || s == steps.back(); });
    for (std::int64_t second = 0; second <= whole; second += step) {
      const auto at = x(Duration{second * 1000});
      out << "<line class=\"grid\" x1=\"" << px(at) << "\" x2=\"" << px(at) << "\" y1=\"8\" y2=\"" << px(bottom)
          << "\"/><text class=\"tick\" x=\"" << px(at) << "\" y=\"" << px(bottom + 18) << "\">"
          << story_time(Duration{second * 1000}).substr(0, step < 60 ? 8 : 5) << "</text>\n";
    }
  }

  void broken(std::ostream& out, double bottom) const {
    const auto& outcome = played_.outcome;
    for (std::size_t i = 0; i < outcome.broken.size(); ++i) {
      if (outcome.broken_when[i] > end_) continue;
      const auto at = px(x(outcome.broken_when[i]));
      out << "<g class=\"broken\" data-tip=\""
          << escaped(story_time(outcome.broken_when[i]).substr(0, 8) + "  broken: " + outcome.broken[i])
          << "\"><line x1=\"" << at << "\" x2=\"" << at << "\" y1=\"8\" y2=\"" << px(bottom) << "\"/><circle cx=\""
          << at << "\" cy=\"8\" r=\"5\"/></g>\n";
    }
  }

  /// Over the charts, a strip per column that says its figures.
  void hover(std::ostream& out, double bottom) const {
    const auto lanes = 16 + 110 + gap + static_cast<double>(chronicle_.paths.size()) * (34 + 7 + gap) - gap - 7;
    (void)bottom;
    for (std::size_t no = 0; no < columns_.size(); ++no) {
      const auto& column = columns_[no];
      const auto& orders = column.orders;
      if (orders.created + orders.paid + orders.closed + orders.refunded == 0 && column.paths.empty()) continue;
      std::string tip = story_time(Duration{static_cast<std::int64_t>(no) * seconds_ * 1000}).substr(0, 8) + "  " +
                        std::to_string(orders.created) + " created, " + std::to_string(orders.paid) + " paid, " +
                        std::to_string(orders.closed) + " closed";
      if (orders.refunded > 0) tip += ", " + std::to_string(orders.refunded) + " refunds";
      for (const auto& [path, calls] : column.paths) tip += "\n" + path + ": " + percent(calls);
      out << "<rect class=\"hover\" x=\"" << px(x_of_column(no)) << "\" y=\"8\" width=\""
          << px(x_of_column(no + 1) - x_of_column(no)) << "\" height=\"" << px(lanes) << "\" data-tip=\""
          << escaped(tip) << "\"/>\n";
    }
  }

  const Played& played_;
  const Chronicle& chronicle_;
  Duration end_;
  std::int64_t seconds_ = 1;  ///< Of a column.
  std::vector<Column> columns_;
  std::ostringstream lanes_;
  double y_ = 0;
};

}  // namespace

std::string timeline_svg(const Played& played, Duration end) { return Drawing{played, end}.svg(); }

std::vector<Band> bands_of(const Chronicle& chronicle, Duration end) {
  std::vector<Band> bands;
  std::vector<bool> is_open;
  const auto close = [&](Duration at, auto is_meant) {
    for (std::size_t i = 0; i < bands.size(); ++i)
      if (is_open[i] && is_meant(bands[i].text)) bands[i].to = at, is_open[i] = false;
  };
  for (const auto& happening : chronicle.happenings) {
    if (!happening.is_fault) continue;
    auto words = split_words(happening.text);
    if (!words.empty() && read_story_time(words.front())) words.erase(words.begin());
    if (words.size() < 3) continue;
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    const auto said = [&](std::string_view part) { return (" " + text + " ").find(part) != std::string::npos; };
    const auto subject = words[0] + " " + words[1];
    const auto about = [&](std::string_view other) { return other.starts_with(subject); };
    if (said(" heals ") || said(" comes back ")) {
      close(happening.at, about);
      continue;
    }
    if (words[0] == "operator" && words.back() == "on") {
      close(happening.at, [&](std::string_view other) { return other.starts_with("operator switches " + words[2]); });
      continue;
    }
    if (said("store slows to"))
      close(happening.at, [](std::string_view other) { return other.starts_with("store slows"); });
    Band band{text, happening.at, happening.at};
    const auto length =
        words.size() > 2 && words[words.size() - 2] == "for" ? read_story_length(words.back()) : std::nullopt;
    const bool is_moment = said(" times ") || said(" writes ") || said(" answers ") || words[0] == "kill";
    const bool answers_so = words[0] == "business";
    if (happening.until > Duration{0})
      band.to = happening.until;
    else if (length)
      band.to = happening.at + *length;
    const bool open = band.to == band.from && (!is_moment || answers_so) && words[0] != "kill";
    if (words[0] == "kill") band.to = band.from;
    if (open) band.to = end;
    bands.push_back(std::move(band));
    is_open.push_back(open);
  }
  return bands;
}

}  // namespace tael::scenario
