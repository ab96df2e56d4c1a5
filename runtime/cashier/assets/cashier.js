// Follows the order and its ways to pay. The server tells what is; this only shows it sooner than a reload would.
// Without it the page works too: forms, links and a look every few seconds.
(() => {
  "use strict";
  const find = (selector) => document.querySelector(selector);
  const page = () => find("main[data-events]");
  if (!page()) return;

  // Time left is the server's; here it only runs on, by a clock that nobody can set.
  let ends = null;
  const take_time = (ms) => { ends = ms === undefined ? null : performance.now() + Number(ms); };
  const two = (number) => String(number).padStart(2, "0");
  const show_time = () => {
    const shown = find("#left");
    if (!shown || ends === null) return;
    const seconds = Math.max(0, Math.floor((ends - performance.now()) / 1000));
    const minutes = Math.floor(seconds / 60);
    const text = (minutes >= 60 ? Math.floor(minutes / 60) + ":" + two(minutes % 60) : minutes) + ":" + two(seconds % 60);
    if (shown.textContent !== text) shown.textContent = text;
    shown.classList.toggle("short", seconds < 60);
  };

  const show_moments = () => {
    for (const time of document.querySelectorAll("time[datetime]"))
      time.textContent = new Date(time.dateTime).toLocaleString(document.documentElement.lang);
  };

  const say = (text) => { find("#news").textContent = text; };

  const show_options = (options) => {
    for (const button of document.querySelectorAll("button[data-path]")) {
      if (button.hasAttribute("data-fixed") || !(button.dataset.path in options)) continue;
      const open = options[button.dataset.path];
      if (button.disabled === !open) continue;
      button.disabled = !open;
      const why = button.querySelector(".why");
      why.hidden = open;
      if (!open) say(button.querySelector(".title").textContent + ": " + why.textContent);
    }
    const none = find(".options .none");
    if (none) none.hidden = Boolean(find("button[data-path]:enabled"));
  };

  // Another state is another page: asked from the server and put in place, without a flash.
  let asking = false, again = false;
  const replace_page = async () => {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const address = new URL(location.href);
      address.searchParams.delete("go");
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main[data-events]");
      if (fresh) {
        const before = page();
        before.replaceWith(document.adoptNode(fresh));
        begin_page();
        if (before.dataset.phase !== fresh.dataset.phase) {
          say(find("h2").textContent);
          find("h1").focus();
        }
        show_live(true);
      }
    } finally {
      asking = false;
      if (again) { again = false; replace_page(); }
    }
  };

  const show_live = (on) => {
    const live = find("#live");
    if (!live) return;
    live.classList.toggle("on", on);
    live.textContent = on ? live.dataset.on : live.dataset.off;
  };

  const begin_page = () => {
    take_time(page().dataset.leftMs);
    show_time();
    show_moments();
    const form = find(".options");
    // The button pressed must stay enabled to be sent; a second press is held back here and harmless there.
    if (form) form.addEventListener("submit", (event) => {
      if (form.classList.contains("sent")) event.preventDefault();
      form.classList.add("sent");
    });
  };

  addEventListener("pageshow", () => { const form = find(".options"); if (form) form.classList.remove("sent"); });
  begin_page();
  setInterval(show_time, 250);
  const events = new EventSource(page().dataset.events);
  events.addEventListener("open", () => show_live(true));
  events.addEventListener("error", () => show_live(false));
  events.addEventListener("options", (event) => show_options(JSON.parse(event.data).options));
  events.addEventListener("order", (event) => {
    const told = JSON.parse(event.data);
    if (told.view !== page().dataset.view) return replace_page();
    if (page().dataset.leftMs !== undefined) take_time(told.left_ms);
  });
})();
