// Operators at the console, beside a payer at the cashier: real processes, a real browser.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { assert_accessible, assert_fits, business, institution, launch, open_house, open_page, picture, sizes } from "./world.mjs";

let house, browser, bakery, aurora, borealis;
before(async () => {
  house = await open_house();  // First: a browser without a house would keep us waiting.
  browser = await launch();
  bakery = business(house);
  aurora = institution(house, "aurora");
  borealis = institution(house, "borealis");
  for (const each of [aurora, borealis]) await each.settings({ pay_after_ms: 3_600_000 });
});
after(async () => { await browser?.close(); await house?.stop(); });

const at = (path) => `http://127.0.0.1:${house.admin}${path}`;
const log_in = async (page, password = house.environment.TAEL_CONSOLE_PASSWORD) => {
  await page.goto(at("/console/login"));
  await page.getByLabel("Operator").fill("ada");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
};
const operator = async (options) => {
  const page = await open_page(browser, options);
  await log_in(page);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  return page;
};
const state = (page, path, word) => page.locator(`[data-cell="${path}:state"]`, { hasText: new RegExp(`^${word}$`) });
const hand = (page, path, word) => page.locator(`[data-cell="${path}:switch"]`, { hasText: new RegExp(`^${word}$`) });
const paid_order = async (path = "aurora/qr/icbc") => {
  const order = await bakery.order();
  const attempt = (await bakery.pay(order, path)).body.attempt;
  await institution(house, path.split("/")[0]).payer_pays(attempt.id);
  for (;;) {
    const seen = await bakery.read(order);
    if (seen.state === "paid") return seen;
  }
};

const looks = [
  { name: "desktop-light", viewport: sizes.desktop, colorScheme: "light" },
  { name: "desktop-dark", viewport: sizes.desktop, colorScheme: "dark" },
  { name: "phone-dark", viewport: sizes.phone, colorScheme: "dark", isMobile: true, hasTouch: true },
];

describe("the console", () => {
  it("lets nobody in by guessing", async () => {
    const page = await open_page(browser);
    await page.goto(at("/"));
    await page.waitForURL(/\/console\/login$/);
    await assert_accessible(page, "login");
    await picture(page, "console-0-login");
    await log_in(page, "a wrong guess");
    await page.getByRole("alert").getByText("No operator has this name and password").waitFor();
    await page.context().close();
  });

  for (const { name, ...look } of looks)
    it(`shows what goes on, live (${name})`, async () => {
      const page = await operator(look);
      await page.locator("#live.on").waitFor();
      await page.locator(".chart canvas").first().waitFor();
      const before_call = Number(await page.locator('[data-cell="aurora/qr/icbc:calls"]').innerText());
      await paid_order();
      const grown = page.locator('[data-cell="aurora/qr/icbc:calls"]').filter({ hasNotText: new RegExp(`^${before_call}$`) });
      await grown.waitFor();  // Without a reload.
      for (const kind of ["rate", "success", "latency"])
        await page.locator(`[data-chart="${kind}"][data-points="300"] canvas`).waitFor();
      await assert_accessible(page, `overview ${name}`);
      await assert_fits(page, `overview ${name}`);
      await picture(page, `console-1-overview-${name}`);
      assert.deepEqual(page.complaints(), []);
      await page.context().close();
    });

  it("has every page accessible, in both themes and on a phone", async () => {
    const order = await paid_order();
    await bakery.signed("POST", `/v1/orders/${order.id}/refunds`, { refund_no: "page-refund", amount: 500, reason: "one was stale" });
    await bakery.pay(await bakery.order(), "borealis/qr/ccb");
    for (const { name, ...look } of looks) {
      const page = await operator(look);
      for (const [what, path, heading] of [
        ["orders", "/console/orders", "Orders"], ["order", `/console/orders/${order.id}`, "Order"],
        ["path", "/console/paths/aurora/qr/icbc", "aurora/qr/icbc"], ["events", "/console/events", "Events"],
        ["links", "/console/links", "Links"], ["supervision", "/console/supervision", "Supervision"],
        ["alerts", "/console/alerts", "Alerts"], ["timers", "/console/timers", "Timers"],
        ["money", "/console/money", "Money"], ["audit", "/console/deeds", "Audit"]]) {
        await page.goto(at(path));
        await page.getByRole("heading", { level: 1, name: heading }).waitFor();
        await assert_accessible(page, `${what} ${name}`);
        await assert_fits(page, `${what} ${name}`);
        await picture(page, `console-2-${what}-${name}`);
      }
      assert.deepEqual(page.complaints(), []);
      await page.context().close();
    }
  });

  it("shows who is watched by whom, and how many payers of each path complete", async () => {
    const page = await operator();
    await page.getByRole("link", { name: "Supervision" }).click();
    await page.locator('[data-cell="supervised:channels/aurora/adapter:state"]', { hasText: /^up$/ }).waitFor();
    await page.locator('[data-cell="supervised:orders:state"]', { hasText: /^up$/ }).waitFor();
    await paid_order();
    await page.getByRole("link", { name: "Links" }).click();
    const lately = page.locator('[data-cell="link:aurora/qr/icbc:lately"]');
    const before_one = await lately.innerText();
    await paid_order();
    await lately.filter({ hasNotText: before_one }).waitFor();  // Without a reload.
    for (const to of ["down", "off", "on"]) {
      await page.locator(`#reason-turn-${to}`).fill("the peak of the year");
      await page.getByRole("button", { name: `Turn it ${to}` }).click();
      await page.getByRole("status").getByText(`turn ${to} the link monitor: done`).waitFor();
    }
    assert.deepEqual(page.complaints(), []);
    await page.context().close();
  });

  it("changes its colours by a button and remembers", async () => {
    const page = await operator({ colorScheme: "light" });
    await page.getByRole("button", { name: "Dark" }).click();
    await page.locator('html[data-theme="dark"]').waitFor();
    await page.goto(at("/console/money"));
    await page.locator('html[data-theme="dark"]').waitFor();
    await page.getByRole("button", { name: "Light" }).click();
    await page.locator('html[data-theme="light"]').waitFor();
    await page.context().close();
  });

  it("finds an order by any number and tells why it is as it is", async () => {
    const order = await paid_order("borealis/qr/ccb");
    const page = await operator();
    for (const number of [order.order_no, order.attempts[0].id, order.channel_transaction]) {
      await page.goto(at("/console/orders"));
      await page.getByRole("searchbox").fill(number);
      await page.getByRole("button", { name: "Find" }).click();
      await page.waitForURL((url) => url.pathname === `/console/orders/${order.id}`);
    }
    await page.getByRole("img", { name: "The order's life; it is paid" }).waitFor();
    await page.locator(".timeline").getByText("order_paid").waitFor();
    const said = page.locator(".timeline details").first();
    await said.getByText("What was said").click();
    assert.match(await said.locator("pre").first().innerText(), /POST/);
    await page.context().close();
  });

  it("asks the channels and closes an order, with a reason that the journal keeps", async () => {
    const order = await bakery.order();
    const page = await operator();
    await page.goto(at(`/console/orders/${order.id}`));
    await page.locator('form[action$="/close"]').getByLabel("Reason").fill("asked by phone");
    await page.getByRole("button", { name: "Close the order" }).click();
    await page.getByRole("status").getByText("the order is closed").waitFor();
    assert.equal((await bakery.read(order)).state, "closed");
    await page.getByText("because operator/ada: asked by phone").first().waitFor();
    await page.goto(at("/console/deeds"));
    await page.getByRole("cell", { name: "asked by phone" }).waitFor();
    await page.context().close();
  });

  it("works without JavaScript", async () => {
    const page = await operator({ javaScriptEnabled: false });
    await page.getByRole("link", { name: "aurora/card/icbc" }).first().click();
    await page.getByLabel("Set to").selectOption("off");
    await page.getByLabel("Reason").fill("trying it");
    await page.getByRole("button", { name: "Switch" }).click();
    await hand(page, "aurora/card/icbc", "off").waitFor();
    await page.getByLabel("Set to").selectOption("on");
    await page.getByLabel("Reason").fill("tried it");
    await page.getByRole("button", { name: "Switch" }).click();
    await hand(page, "aurora/card/icbc", "on").waitFor();
    await page.context().close();
  });
});

describe("a bank that dies and comes back", () => {
  it("is seen by the payer and by the operator at once, and heals before their eyes", async () => {
    const path = "aurora/qr/cmb";
    const order = await bakery.order();
    const payer = await open_page(browser, { viewport: sizes.phone });
    await payer.goto(`http://127.0.0.1:${house.api}/cashier/${order.id}?lang=en`);
    await payer.locator("#live.on").waitFor();
    const desk = await operator({ viewport: sizes.desktop });
    await desk.locator("#live.on").waitFor();
    const option = payer.locator(`button[data-path="${path}"]`);

    await aurora.break_down("refuse", "qr/cmb");
    for (let tries = 0; tries < 20; ++tries)
      if ((await bakery.pay(await bakery.order(), path)).status === 503) break;
    await Promise.all([
      option.and(payer.locator(":disabled")).waitFor(),
      state(desk, path, "open").waitFor(),
      desk.locator("#feed li", { hasText: path }).filter({ hasText: "open" }).first().waitFor(),
    ]);
    await desk.locator(`[data-cell="${path}:answered"]`, { hasText: /^0 %$/ }).waitFor();
    await picture(desk, "console-3-dead-bank");
    assert.equal(await payer.locator('button[data-path="aurora/qr/icbc"]').isEnabled(), true);
    await state(desk, "aurora/qr/icbc", "closed").waitFor();  // The bank next door.

    await aurora.heal();
    await state(desk, path, "half_open").waitFor();
    await option.and(payer.locator(":enabled")).waitFor();
    await option.click();  // The payer is the probe.
    await payer.locator("svg.qr").waitFor();
    await state(desk, path, "closed").waitFor();
    await aurora.payer_pays((await bakery.read(order)).attempts.at(-1).id);
    await payer.getByRole("heading", { name: "Payment received" }).waitFor();
    await picture(desk, "console-4-healed");
    for (const page of [payer, desk]) {
      assert.deepEqual(page.complaints(), []);
      await page.context().close();
    }
  });

  it("can be switched off by hand, which the payer sees, and on again", async () => {
    const path = "borealis/qr/ccb";
    const order = await bakery.order();
    const payer = await open_page(browser);
    await payer.goto(`http://127.0.0.1:${house.api}/cashier/${order.id}?lang=en`);
    await payer.locator("#live.on").waitFor();
    const option = payer.locator(`button[data-path="${path}"]`);
    const desk = await operator();
    await desk.goto(at(`/console/paths/${path}`));
    const turn = async (to, reason) => {
      await desk.getByLabel("Set to").selectOption(to);
      if (to === "off") await desk.getByLabel("For (empty").fill("30min");
      await desk.getByLabel("Reason").fill(reason);
      await desk.getByRole("button", { name: "Switch" }).click();
      await desk.getByRole("status").getByText(`switch ${to} ${path}: done`).waitFor();
      await hand(desk, path, to).waitFor();
    };
    await turn("off", "maintenance at the bank");
    await option.and(payer.locator(":disabled")).waitFor();
    await desk.locator("#feed").getByText("by operator/ada: maintenance at the bank").or(desk.locator("#feed").getByText("by operator/ada")).first().waitFor();
    await turn("on", "maintenance is over");
    await option.and(payer.locator(":enabled")).waitFor();
    await desk.goto(at("/console/deeds"));
    await desk.getByRole("cell", { name: "maintenance at the bank" }).waitFor();
    for (const page of [payer, desk]) assert.deepEqual(page.complaints(), []);
    await payer.context().close();
    await desk.context().close();
  });
});
