// Keeps an open page of the console true: figures each second, moves as they happen, charts of the last minutes.
// Pages are whole without it. Text goes in as text, never as markup.
(() => {
  "use strict";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const root = document.documentElement;

  // --- colours -----------------------------------------------------------------------------------
  const theme = one("#theme");
  const is_dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const name_theme = () => { if (theme) theme.textContent = is_dark() ? "Light" : "Dark"; };
  if (theme) {
    theme.hidden = false;
    theme.addEventListener("click", () => {
      root.dataset.theme = is_dark() ? "light" : "dark";
      localStorage.setItem("tael.theme", root.dataset.theme);
      name_theme();
      draw_charts();
    });
  }
  name_theme();

  const show_moments = (within) => {
    for (const time of within.querySelectorAll("time[datetime]")) {
      const at = new Date(time.dateTime);
      if (!Number.isNaN(at.getTime())) time.textContent = at.toLocaleString("sv-SE");
    }
  };
  show_moments(document);

  one("nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });  // A phone's menu is longer than the phone.

  // --- charts ------------------------------------------------------------------------------------
  // A second of a path is [calls, answered, paid, mean ms, slowest ms].
  const shown_seconds = 300;
  const lines = {
    rate: (path) => [{ label: path, of: (s) => s[0] }],
    success: (path, alone) => [{ label: alone ? "answered" : path, of: (s) => s[0] ? Math.round(100 * s[1] / s[0]) : null },
                               ...(alone ? [{ label: "paid", of: (s) => s[0] ? Math.min(100, Math.round(100 * s[2] / s[0])) : null }] : [])],
    latency: (path, alone) => [{ label: alone ? "mean" : path, of: (s) => s[0] ? s[3] : null },
                               ...(alone ? [{ label: "slowest", of: (s) => s[0] ? s[4] : null }] : [])],
  };
  const silent = [0, 0, 0, 0, 0];
  let times = [], paths = {}, charts = [];
  const area = one(".charts");
  const only = area?.dataset.only;

  const chart_data = (kind) => {
    const alone = only && only.split("/").length === 3;
    const names = alone ? [only] : Object.keys(paths).filter((path) => !only || path.startsWith(`${only}/`)).sort();
    const series = names.flatMap((path) => lines[kind](path, alone).map((line) => ({ ...line, path })));
    return { series, data: [times, ...series.map((line) => (paths[line.path] ?? times.map(() => silent)).map(line.of))] };
  };

  function draw_charts() {
    if (!area || !globalThis.uPlot || !times.length) return;
    for (const chart of charts) chart.plot.destroy();
    const style = getComputedStyle(root);
    const colour = (name) => style.getPropertyValue(name).trim();
    charts = all("[data-chart]").map((box) => {
      const kind = box.dataset.chart;
      const { series, data } = chart_data(kind);
      const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1 } };
      const plot = new globalThis.uPlot({
        width: box.clientWidth, height: 190, cursor: { y: false },
        scales: { x: { time: true }, y: { range: (u, low, high) => [0, kind === "success" ? 100 : Math.max(kind === "rate" ? 1 : 10, (high ?? 0) * 1.15)] } },
        axes: [{ ...axis, space: 80, values: (u, ticks) => ticks.map((at) => new Date(at * 1000).toLocaleTimeString("sv-SE").slice(0, 8)) }, { ...axis, size: 46 }],
        series: [{ value: (u, at) => at ? new Date(at * 1000).toLocaleTimeString("sv-SE") : "" },
                 ...series.map((line, no) => ({ label: line.label, stroke: colour(`--line-${no % 8}`), width: 1.8, spanGaps: true,
                                                points: { size: 4, show: kind !== "rate" } }))],
      }, data, box);
      box.dataset.points = String(times.length);
      return { kind, plot, box, lines: series.length };
    });
  }

  const update_charts = () => {
    for (const chart of charts) {
      const { series, data } = chart_data(chart.kind);
      if (series.length !== chart.lines) return draw_charts();  // A path that was silent until now.
      chart.plot.setData(data);
      chart.box.dataset.points = String(times.length);
    }
  };

  const take_second = ({ at, paths: news }) => {
    if (times.length && at <= times.at(-1)) return;
    for (const path of Object.keys(news)) paths[path] ??= times.map(() => silent);
    times.push(at);
    for (const path of Object.keys(paths)) paths[path].push(news[path] ?? silent);
    while (times.length > shown_seconds) { times.shift(); for (const path of Object.keys(paths)) paths[path].shift(); }
    update_charts();
  };

  const load_seconds = async () => {
    if (!area) return;
    const { from, paths: rows } = await (await fetch("/console/seconds")).json();
    times = Array.from({ length: shown_seconds }, (_, i) => from + i);
    paths = rows;
    draw_charts();
  };
  addEventListener("resize", () => draw_charts());

  // --- figures -----------------------------------------------------------------------------------
  const colours = { closed: "good", on: "good", half_open: "wait", open: "bad", off: "bad", forced_open: "bad", forced_closed: "bad",
                    up: "good", restarting: "wait", parked: "bad", stuck: "bad", down: "bad", silent: "bad", "as usual": "good" };
  const cells = new Map(all("[data-cell]").map((cell) => [cell.dataset.cell, cell]));
  const put = (name, value) => {
    const cell = cells.get(name);
    if (!cell || value === undefined || value === null || cell.textContent === String(value)) return;
    cell.textContent = String(value);
    if (cell.classList.contains("pill")) {
      cell.className = `pill ${colours[value] ?? "quiet"}`;
      const row = cell.closest("tr");
      if (row) { row.classList.remove("moved"); void row.offsetWidth; row.classList.add("moved"); }
    }
  };
  const moments = new Map(all("[data-moment]").map((place) => [place.dataset.moment, place]));
  const put_moment = (name, stamp) => {
    const place = moments.get(name);
    if (!place || place.querySelector("time")?.dateTime === (stamp ?? undefined)) return;
    place.replaceChildren();
    if (!stamp) return;
    const time = document.createElement("time");
    time.dateTime = time.title = stamp;
    place.append(place.dataset.before ?? "", time);
    show_moments(place);
  };
  const window_text = (w) => {
    const bad = ["failures", "timeouts", "exceptions", "slow"].filter((kind) => w[kind]).map((kind) => `${w[kind]} ${kind}`);
    return `${w.total} calls${bad.length ? ": " + bad.join(", ") : ""}`;
  };
  const levels_of = (levels) => levels.flatMap((level) => [level, ...levels_of(level.children ?? [])]);
  const show_overview = (overview) => {
    for (const [name, value] of Object.entries(overview.counts ?? {})) put(`count:${name}`, value);
    for (const path of levels_of(overview.tree ?? [])) {
      const { calls, answered, paid, mean_ms } = path.last_minute;
      put(`${path.path}:state`, path.state);
      put(`${path.path}:switch`, path.static_switch);
      put_moment(`${path.path}:override`, path.static_switch === "on" ? null : path.until);
      put(`${path.path}:calls`, calls);
      put(`${path.path}:answered`, calls ? `${Math.round(100 * answered / calls)} %` : "–");
      put(`${path.path}:paid`, paid);
      put(`${path.path}:mean`, calls ? `${mean_ms} ms` : "–");
      const others = Object.entries(path.operations ?? {}).filter(([, one]) => one.state !== "closed");
      put(`${path.path}:window`, window_text(path.window) + others.map(([name, one]) => `, ${name} ${one.state}`).join(""));
    }
    show_links(overview.links?.links ?? []);
    show_supervised(overview.supervision?.children ?? [], "");
  };

  // --- links and supervision: a row that is new comes with the page's next load ------------------
  const percent = (part) => part === null ? null : Math.round(100 * part);
  const percent_text = (part) => part === null ? "–" : `${percent(part)} %`;
  const bars = new Map(all("[data-bar]").map((bar) => [bar.dataset.bar, bar]));
  const show_links = (links) => {
    for (const { path, sent, paid, sent_lately, paid_lately, rate, usual_rate, silent } of links) {
      put(`link:${path}:word`, silent ? "silent" : rate === null || usual_rate === null ? "too few to say" : "as usual");
      put(`link:${path}:rate`, percent_text(rate));
      put(`link:${path}:usual`, percent_text(usual_rate));
      put(`link:${path}:judged`, `${paid} of ${sent}`);
      put(`link:${path}:lately`, `${paid_lately} of ${sent_lately}`);
      const bar = bars.get(path);
      if (!bar) continue;
      bar.querySelector(".part").setAttribute("width", Math.min(100, percent(rate) ?? 0));
      const usual = bar.querySelector(".usual");
      usual.setAttribute("x", Math.min(100, percent(usual_rate) ?? 0));
      usual.classList.toggle("none", usual_rate === null);
    }
  };
  const show_supervised = (rows, above) => {
    for (const row of rows) {
      const name = above ? `${above}/${row.name}` : row.name;
      put(`supervised:${name}:state`, row.state);
      put(`supervised:${name}:starts`, row.starts);
      put(`supervised:${name}:reason`, row.reason);
      put_moment(`supervised:${name}:since`, row.since);
      put_moment(`supervised:${name}:next_at`, row.next_at);
      show_supervised(row.children, name);
    }
  };

  // --- moves -------------------------------------------------------------------------------------
  const element = (tag, text, name) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (name) made.className = name;
    return made;
  };
  const pill = (state) => element("span", state, `pill ${colours[state] ?? "quiet"}`);
  const feed = one("#feed");
  const show_move = (move) => {
    if (!feed || (feed.dataset.only && feed.dataset.only !== move.path)) return;
    const item = element("li", undefined, "moved");
    item.dataset.seq = `${move.path}#${move.seq}`;
    const when = element("span", undefined, "when"), time = element("time");
    time.dateTime = move.at;
    when.append(time);
    const what = element("span", undefined, "what");
    what.append(pill(move.from), " → ", pill(move.state));
    if (move.static_switch !== "on") what.append(" switch ", pill(move.static_switch));
    const link = element("a", move.path);
    link.href = `/console/paths/${move.path}`;
    const by = move.actor ? ` by ${move.actor}` : "", why = move.reason ? `: ${move.reason}` : "";
    item.append(when, link, ...(move.op === "pay" ? [] : [element("span", move.op, "hint")]), what,
                element("span", `${move.cause}${by}${why}`, "why"));
    show_moments(item);
    feed.prepend(item);
    while (feed.children.length > Number(feed.dataset.most)) feed.lastElementChild.remove();
    one("#feed-empty").hidden = true;
  };

  const source = document.body.dataset.live;
  if (!source) return;
  const live = one("#live");
  const show_live = (on) => {
    live.classList.toggle("on", on);
    live.textContent = on ? "live" : "connection lost";
  };
  load_seconds();
  const events = new EventSource(source);
  events.addEventListener("open", () => show_live(true));
  events.addEventListener("error", () => show_live(false));
  events.addEventListener("overview", (event) => show_overview(JSON.parse(event.data)));
  events.addEventListener("second", (event) => take_second(JSON.parse(event.data)));
  events.addEventListener("move", (event) => show_move(JSON.parse(event.data)));
})();
