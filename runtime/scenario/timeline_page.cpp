#include "runtime/scenario/markup.hpp"
#include "runtime/scenario/timeline.hpp"

#include <filesystem>
#include <sstream>

namespace tael::scenario {
namespace {

constexpr std::size_t drawings_max = 60;

constexpr const char* head = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Scenarios</title>
<style>
:root { color-scheme: light dark; --paper: #fcfbf8; --sheet: #ffffff; --ink: #1f2430; --soft: #6b7280; --line: #e5e2da;
  --load: #c9d6ee; --paid: #2f5fb3; --good: #79b09a; --bad: #d65a5a; --quiet: #f3f1ec; --closed: #d9d6cd; --half: #e3a73b;
  --open: #c9372c; --off: #6b7280; --held: #3b6ea8; --fault: #f3e2c3; --fault-ink: #6d4c0f; --holds: #2c7a57; }
@media (prefers-color-scheme: dark) { :root { --paper: #14161a; --sheet: #1b1e24; --ink: #e6e4de; --soft: #9aa0ab;
  --line: #2c3038; --load: #2c3c5c; --paid: #8fb4f5; --good: #3f7a66; --bad: #c65353; --quiet: #20242b; --closed: #3a3f49;
  --half: #c9922e; --open: #e0524a; --off: #8a909b; --held: #6f9fd8; --fault: #4a3b1d; --fault-ink: #efd9a8; --holds: #63c299; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1320px; padding: 28px 24px 60px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", sans-serif; }
h1 { font-size: 22px; margin: 0 0 4px; font-weight: 650; }
h2 { font-size: 17px; margin: 0; font-weight: 620; }
p { margin: 4px 0; }
.sum, .why { color: var(--soft); }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px 12px;
  margin: 20px 0; }
.badge { display: inline-block; border-radius: 99px; padding: 1px 10px; font-size: 12px; font-weight: 650; color: #fff;
  background: var(--holds); vertical-align: 2px; margin-left: 8px; }
@media (prefers-color-scheme: dark) { .badge { color: #10221a; } .badge.no { color: #fff; } }
.badge.no { background: var(--open); }
.facts { color: var(--soft); font-size: 13px; font-variant-numeric: tabular-nums; }
ul.what { margin: 10px 0 4px; padding: 8px 12px 8px 28px; border-left: 3px solid var(--open); background: var(--quiet);
  border-radius: 0 6px 6px 0; font-size: 14px; }
code { font: 12.5px ui-monospace, "DejaVu Sans Mono", monospace; background: var(--quiet); padding: 1px 5px;
  border-radius: 4px; overflow-wrap: anywhere; }
.views { margin: 10px 0 0; font-size: 13px; color: var(--soft); }
.views input { position: absolute; opacity: 0; }
.views label { padding: 2px 10px; border: 1px solid var(--line); border-radius: 99px; cursor: pointer; margin-right: 4px; }
.views input:checked + label { color: var(--ink); border-color: var(--soft); }
.views input:focus-visible + label { outline: 2px solid var(--paid); }
.whole { display: none; }
.scroll { overflow-x: auto; }
section:has(.to-whole:checked) .whole { display: block; }
section:has(.to-whole:checked) .story { display: none; }
svg { width: 100%; min-width: 760px; height: auto; display: block; margin-top: 8px; }
svg text { font: 12px system-ui, "Segoe UI", sans-serif; fill: var(--ink); }
.label { text-anchor: end; font-weight: 560; } .small { text-anchor: end; font-size: 11px !important; fill: var(--soft) !important; }
.tick { text-anchor: middle; fill: var(--soft) !important; font-size: 11px !important; font-variant-numeric: tabular-nums; }
.grid { stroke: var(--line); stroke-width: 1; } .base { stroke: var(--line); }
.created { fill: var(--load); } .paid { fill: none; stroke: var(--paid); stroke-width: 1.6; stroke-linejoin: round; }
.quiet { fill: var(--quiet); } .good { fill: var(--good); } .bad { fill: var(--bad); }
.breaker.closed { fill: var(--closed); } .breaker.half_open { fill: var(--half); } .breaker.open { fill: var(--open); }
.breaker.off { fill: var(--off); } .breaker.held { fill: var(--held); }
.fault { fill: var(--fault); stroke: var(--half); stroke-width: .6; } .fault.moment { fill: var(--half); }
.fault-text { fill: var(--fault-ink) !important; font-size: 11px !important; pointer-events: none; }
.broken line { stroke: var(--open); stroke-width: 2; stroke-dasharray: 5 3; } .broken circle { fill: var(--open); }
.hover { fill: transparent; } .cross { stroke: var(--soft); stroke-width: 1; pointer-events: none; }
.key { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 12px; color: var(--soft); margin: 6px 0 4px; padding: 0; list-style: none; }
.key i { display: inline-block; width: 14px; height: 10px; border-radius: 2px; margin-right: 6px; }
#tip { position: fixed; z-index: 9; max-width: 420px; padding: 7px 10px; border-radius: 7px; background: var(--ink);
  color: var(--paper); font-size: 12.5px; line-height: 1.45; white-space: pre-line; pointer-events: none; display: none;
  font-variant-numeric: tabular-nums; box-shadow: 0 4px 16px rgb(0 0 0 / .25); }
table { border-collapse: collapse; font-size: 13px; width: 100%; } td { padding: 3px 10px 3px 0; border-top: 1px solid var(--line); }
</style>
</head>
<body>
)html";

constexpr const char* key = R"html(<ul class="key">
<li><i style="background:var(--load)"></i>orders created</li><li><i style="background:var(--paid);height:3px;vertical-align:3px"></i>orders paid</li>
<li><i style="background:var(--good)"></i>calls for money the path took</li><li><i style="background:var(--bad)"></i>silent, refused or not sent</li>
<li><i style="background:var(--closed)"></i>breaker closed</li><li><i style="background:var(--half)"></i>half open</li>
<li><i style="background:var(--open)"></i>open</li><li><i style="background:var(--off)"></i>switched off</li>
<li><i style="background:var(--held)"></i>held closed by hand</li>
<li><i style="background:var(--fault)"></i>fault</li></ul>
)html";

constexpr const char* tail = R"html(<div id="tip"></div>
<script>
const tip = document.getElementById("tip");
for (const svg of document.querySelectorAll("svg")) {
  const cross = svg.querySelector(".cross");
  svg.addEventListener("pointermove", event => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const left = +svg.dataset.left, share = (at.x - left) / +svg.dataset.width;
    const inside = share >= 0 && share <= 1;
    cross.setAttribute("x1", inside ? at.x : -9);
    cross.setAttribute("x2", inside ? at.x : -9);
    const about = event.target.closest("[data-tip]");
    tip.style.display = about ? "block" : "none";
    if (!about) return;
    tip.textContent = about.dataset.tip;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.min(event.clientX + 14, innerWidth - box.width - 8) + "px";
    tip.style.top = Math.min(event.clientY + 16, innerHeight - box.height - 8) + "px";
  });
  svg.addEventListener("pointerleave", () => {
    tip.style.display = "none";
    cross.setAttribute("x1", -9);
    cross.setAttribute("x2", -9);
  });
}
</script>
</body>
</html>
)html";

std::string title_of(const Played& played) {
  auto claim = std::filesystem::path{played.story->file}.stem().string();
  for (auto& c : claim)
    if (c == '_') c = ' ';
  if (!claim.empty() && claim.front() >= 'a' && claim.front() <= 'z')
    claim.front() = static_cast<char>(claim.front() - 32);
  return claim;
}

std::string badge_of(const Played& played) {
  return played.outcome.holds() ? R"(<span class="badge">holds</span>)" : R"(<span class="badge no">broken</span>)";
}

/// When the last thing happened that the drawing shows.
Duration last_of(const Played& played) {
  Duration last = played.story->length;
  if (!played.outcome.chronicle) return last;
  const auto& chronicle = *played.outcome.chronicle;
  if (!chronicle.seconds.empty()) last = std::max(last, Duration{(chronicle.seconds.rbegin()->first + 1) * 1000});
  if (!chronicle.breaker_moves.empty()) last = std::max(last, chronicle.breaker_moves.back().at);
  for (const auto at : played.outcome.broken_when) last = std::max(last, at);
  return last + last / 50;
}

void write_section(std::ostream& out, const Played& played, std::size_t no) {
  const auto& outcome = played.outcome;
  out << "<section><h2>" << escaped(title_of(played)) << badge_of(played) << "</h2>\n<p class=\"why\">"
      << escaped(played.story->why) << "</p>\n<p class=\"facts\">seed " << played.options.seed << " · "
      << outcome.orders << " orders, " << outcome.paid << " paid · " << outcome.events << " events · " << outcome.deaths
      << (outcome.deaths == 1 ? " death · " : " deaths · ") << story_time(outcome.lasted).substr(0, 8)
      << " of virtual time · again: <code>" << escaped(replay_command(played)) << "</code></p>\n";
  if (!outcome.holds()) {
    out << "<ul class=\"what\">";
    for (std::size_t i = 0; i < outcome.broken.size(); ++i)
      out << "<li>" << story_time(outcome.broken_when[i]).substr(0, 8) << "  " << escaped(outcome.broken[i]) << "</li>";
    out << "</ul>\n";
  }
  const auto whole = last_of(played);
  auto story = played.story->length + played.story->length / 10 + 10s;
  for (const auto at : outcome.broken_when)
    if (at < story * 3) story = std::max(story, at + at / 50);
  const bool two = whole > story * 3 / 2;
  if (two) {
    const auto input = [&](const char* css, const char* words, bool checked) {
      const auto id = std::string{css} + std::to_string(no);
      out << "<input type=\"radio\" name=\"view" << no << "\" class=\"" << css << "\" id=\"" << id << "\""
          << (checked ? " checked" : "") << "><label for=\"" << id << "\">" << words << "</label>";
    };
    const bool broken_later = !outcome.broken_when.empty() && outcome.broken_when.front() > story;
    out << "<div class=\"views\">";
    input("to-story", "the story", !broken_later);
    input("to-whole", "until everything rests", broken_later);
    out << "</div>\n";
  }
  out << "<div class=\"scroll story\">" << timeline_svg(played, two ? story : whole) << "</div>\n";
  if (two) out << "<div class=\"scroll whole\">" << timeline_svg(played, whole) << "</div>\n";
  out << key << "</section>\n";
}

}  // namespace

std::string timeline_page(const std::vector<Played>& all) {
  std::ostringstream out;
  std::size_t broken = 0;
  for (const auto& played : all) broken += played.outcome.holds() ? 0 : 1;
  out << head << "<h1>"
      << (broken == 0 ? "Every promise held" : std::to_string(broken) + " of " + std::to_string(all.size()) + " broke")
      << "</h1>\n<p class=\"sum\">" << all.size() << (all.size() == 1 ? " play" : " plays")
      << " in virtual time. The broken ones come first; hover for figures.</p>\n";
  std::size_t drawn = 0;
  for (const bool holding : {false, true})
    for (const auto& played : all)
      if (played.outcome.holds() == holding && played.outcome.chronicle && drawn < drawings_max)
        write_section(out, played, ++drawn);
  if (drawn < all.size()) {
    out << "<section><h2>Plays without a drawing</h2><table>\n";
    for (const auto& played : all)
      if (!played.outcome.chronicle)
        out << "<tr><td>" << escaped(title_of(played)) << badge_of(played) << "</td><td>seed " << played.options.seed
            << "</td><td>" << played.outcome.orders << " orders</td><td>" << played.outcome.deaths
            << " deaths</td></tr>\n";
    out << "</table></section>\n";
  }
  out << tail;
  return out.str();
}

}  // namespace tael::scenario
