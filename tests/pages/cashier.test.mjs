// Payers at the cashier: real processes, a real browser, desktop and phone, both languages, both themes, with and
// without JavaScript.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { assert_accessible, assert_fits, business, institution, launch, open_house, open_page, picture, scanned, sizes } from "./world.mjs";

let house, browser, bakery, aurora, borealis;
before(async () => {
  house = await open_house();  // First: a browser without a house would keep us waiting.
  browser = await launch();
  bakery = business(house);
  aurora = institution(house, "aurora");
  borealis = institution(house, "borealis");
  for (const each of [aurora, borealis]) await each.settings({ pay_after_ms: 3_600_000 });  // Payers pay by hand.
});
after(async () => { await browser?.close(); await house?.stop(); });

const address = (order, language = "en") => `http://127.0.0.1:${house.api}/cashier/${order.id}?lang=${language}`;
const option = (page, path) => page.locator(`button[data-path="${path}"]`);
const attempt_of = async (order) => (await bakery.read(order)).attempts.at(-1);

const looks = [
  { name: "desktop, light, English", language: "en", viewport: sizes.desktop, colorScheme: "light" },
  { name: "phone, dark, English", language: "en", viewport: sizes.phone, colorScheme: "dark", isMobile: true, hasTouch: true },
  { name: "phone, light, Chinese", language: "zh", viewport: sizes.phone, colorScheme: "light", isMobile: true, hasTouch: true },
  { name: "desktop, dark, Chinese", language: "zh", viewport: sizes.desktop, colorScheme: "dark" },
];
const words = {
  en: { choose: "Choose how to pay", scan: "Scan to pay", paid: "Payment received", html: "en" },
  zh: { choose: "请选择支付方式", scan: "扫码支付", paid: "支付成功", html: "zh-CN" },
};

describe("a payer", () => {
  for (const { name, language, ...look } of looks)
    it(`pays by QR code and sees it happen (${name})`, async () => {
      const order = await bakery.order({ detail: {
        seller: "Corner Bakery", items: [{ name: "Rye loaf", quantity: 2, amount: 600 }, { name: "Plum cake", amount: 1300 }],
        lines: [{ label: "Pick up", value: "until 18:00" }] } });
      const page = await open_page(browser, look);
      await page.goto(address(order, language));
      const said = words[language];
      assert.equal(await page.locator("html").getAttribute("lang"), said.html);
      await page.getByRole("heading", { name: said.choose }).waitFor();
      await page.locator("#live.on").waitFor();
      assert.match(await page.locator(".amount").innerText(), /¥25\.00/);
      assert.match(await page.locator("#left").innerText(), /^1[45]:\d\d$/);
      assert.match(await page.locator(".details").innerText(), /Rye loaf/);
      const shown = await page.locator("button[data-path]").evaluateAll((all) => all.map((b) => b.dataset.path));
      assert.deepEqual(shown, ["aurora/qr/cmb", "aurora/qr/icbc", "aurora/card/cmb", "borealis/qr/ccb"]);
      await assert_accessible(page, "choosing");
      await assert_fits(page, "choosing");
      await picture(page, `cashier-1-choosing-${name.replaceAll(/\W+/g, "-")}`);

      await option(page, "aurora/qr/icbc").click();
      await page.getByRole("heading", { name: said.scan }).waitFor();
      await page.locator("#live.on").waitFor();
      assert.equal(await scanned(page.locator("svg.qr")), (await attempt_of(order)).voucher.value);
      await assert_accessible(page, "waiting");
      await assert_fits(page, "waiting");
      await picture(page, `cashier-2-waiting-${name.replaceAll(/\W+/g, "-")}`);

      await aurora.payer_pays((await attempt_of(order)).id);
      await page.getByRole("heading", { name: said.paid }).waitFor();  // Without a reload: the page follows.
      assert.equal((await bakery.read(order)).state, "paid");
      await assert_accessible(page, "paid");
      await picture(page, `cashier-3-paid-${name.replaceAll(/\W+/g, "-")}`);
      assert.deepEqual(page.complaints(), []);
      await page.context().close();
    });

  it("is sent on to the bank's page by a way that has one, and comes back to a result", async () => {
    const order = await bakery.order();
    const page = await open_page(browser, { viewport: sizes.phone });
    await page.goto(address(order));
    await option(page, "aurora/card/cmb").click();
    await page.waitForURL(/\/payer\//);  // The institution's own page.
    await page.getByRole("button", { name: "Pay" }).click();
    await page.goto(address(order));
    await page.getByRole("heading", { name: "Payment received" }).waitFor();
    await page.context().close();
  });

  it("pays without JavaScript", async () => {
    const order = await bakery.order();
    const page = await open_page(browser, { javaScriptEnabled: false });
    await page.goto(address(order));
    await option(page, "borealis/qr/ccb").click();
    await page.getByRole("heading", { name: "Scan to pay" }).waitFor();
    await page.locator("svg.qr").waitFor();
    await borealis.payer_pays((await attempt_of(order)).id);
    await page.getByRole("heading", { name: "Payment received" }).waitFor();  // It looks again by itself.
    assert.deepEqual(page.complaints(), []);
    await page.context().close();
  });

  it("pays with nothing but a keyboard", async () => {
    const order = await bakery.order();
    const page = await open_page(browser);
    await page.goto(address(order));
    await page.locator("#live.on").waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.dataset?.path ?? document.activeElement?.tagName);
    for (let presses = 0; presses < 20 && (await focused()) !== "aurora/qr/icbc"; ++presses) await page.keyboard.press("Tab");
    assert.equal(await focused(), "aurora/qr/icbc");
    await page.keyboard.press("Enter");
    await page.locator("svg.qr").waitFor();
    await page.context().close();
  });

  it("changes the language by a link and keeps the order", async () => {
    const order = await bakery.order();
    const page = await open_page(browser, { locale: "zh-CN" });
    await page.goto(address(order).replace("?lang=en", ""));
    await page.getByRole("heading", { name: "请选择支付方式" }).waitFor();  // What the browser asked for.
    await page.getByRole("link", { name: "English" }).click();
    await page.getByRole("heading", { name: "Choose how to pay" }).waitFor();
    await page.context().close();
  });

  it("who presses twice has one attempt", async () => {
    const order = await bakery.order();
    const page = await open_page(browser, { javaScriptEnabled: false });
    await page.goto(address(order));
    const form = await page.locator("form.options").evaluate((f) => f.action).catch(() => null) ?? address(order).replace("?", "/payments?");
    const token = await page.locator("input[name=token]").getAttribute("value");
    const press = () => page.request.post(form.replace("127.0.0.1", "127.0.0.1"), {
      form: { token, after: "0", path: "aurora/qr/icbc" }, maxRedirects: 0 });
    const answers = await Promise.all([press(), press(), press()]);
    assert.deepEqual(answers.map((a) => a.status()), [303, 303, 303]);
    assert.equal((await bakery.read(order)).attempts.length, 1);
    await page.context().close();
  });

  it("sees an order close by its time, and that late money goes back", async () => {
    const order = await bakery.order({ expires_in: 3 });
    const page = await open_page(browser, { viewport: sizes.phone, colorScheme: "dark" });
    await page.goto(address(order));
    await page.getByRole("heading", { name: "The time to pay is over" }).waitFor();
    await assert_accessible(page, "closed");
    await picture(page, "cashier-4-closed");
    assert.deepEqual(page.complaints(), []);
    await page.context().close();
  });
});

describe("a bank that dies", () => {
  it("greys out on every open page and comes back with the bank", async () => {
    const order = await bakery.order();
    const page = await open_page(browser, { viewport: sizes.phone });
    await page.goto(address(order));
    await page.locator("#live.on").waitFor();
    await aurora.break_down("refuse", "qr/cmb");
    for (let tries = 0; tries < 20; ++tries)
      if ((await bakery.pay(await bakery.order(), "aurora/qr/cmb")).status === 503) break;
    await option(page, "aurora/qr/cmb").and(page.locator(":disabled")).waitFor();
    await option(page, "aurora/qr/cmb").getByText("Unavailable at the moment").waitFor();
    assert.equal(await option(page, "aurora/qr/icbc").isEnabled(), true);  // The bank next door.
    assert.match(await page.locator("#news").innerText(), /Unavailable/);  // Screen readers hear of it.
    await assert_accessible(page, "a dead bank");
    await picture(page, "cashier-5-dead-bank");

    await aurora.heal();
    await option(page, "aurora/qr/cmb").and(page.locator(":enabled")).waitFor();  // Half open: payers may try.
    await option(page, "aurora/qr/cmb").click();
    await page.locator("svg.qr").waitFor();
    assert.equal((await attempt_of(order)).path, "aurora/qr/cmb");
    assert.deepEqual(page.complaints(), []);
    await page.context().close();
  });
});

describe("the cashier refuses", () => {
  const post = (order, form, headers = {}) => fetch(`http://127.0.0.1:${house.api}/cashier/${order.id}/payments`, {
    method: "POST", body: new URLSearchParams(form), redirect: "manual", headers });

  it("a form that was not made for this browser", async () => {
    const order = await bakery.order();
    const forged = await post(order, { path: "aurora/qr/icbc", after: "0", token: "0".repeat(64) });
    assert.equal(forged.status, 403);
    const page = await open_page(browser);
    await page.goto(address(order));
    const token = await page.locator("input[name=token]").getAttribute("value");
    assert.equal((await post(order, { path: "aurora/qr/icbc", after: "0", token })).status, 403);  // Without its cookie.
    const other = await bakery.order();
    const cookie = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join("; ");
    const crossed = await post(other, { path: "aurora/qr/icbc", after: "0", token }, { cookie });  // For another order.
    assert.equal(crossed.status, 403);
    const elsewhere = await post(order, { path: "aurora/qr/icbc", after: "0", token }, { cookie, "sec-fetch-site": "cross-site" });
    assert.equal(elsewhere.status, 403);
    assert.equal((await bakery.read(order)).attempts.length, 0);
    await page.context().close();
  });

  it("a path that the business does not offer", async () => {
    const order = await bakery.order();
    const page = await open_page(browser);
    await page.goto(address(order));
    const token = await page.locator("input[name=token]").getAttribute("value");
    const answer = await page.request.post(address(order).replace("?", "/payments?"), {
      form: { token, after: "0", path: "aurora/card/icbc" }, maxRedirects: 0 });
    assert.equal(answer.status(), 409);
    assert.equal((await bakery.read(order)).attempts.length, 0);
    await page.context().close();
  });

  it("to tell whether an order exists by anything but its id", async () => {
    for (const id of ["01M74T1Q2800G000000000009Z", "..%2f", "x", "%00"]) {
      const answer = await fetch(`http://127.0.0.1:${house.api}/cashier/${id}`);
      assert.equal(answer.status, 404, id);
    }
  });

  it("to run or show what a business or a payer sends", async () => {
    const nasty = `<img src=x onerror="document.title='owned'"></textarea><script>document.title='owned'</script>`;
    const order = await bakery.order({ subject: nasty, detail: {
      items: [{ name: nasty }], lines: [{ label: nasty, value: nasty }], [nasty]: nasty } });
    const page = await open_page(browser);
    const answer = await page.goto(address(order));
    await page.locator("#live.on").waitFor();
    assert.notEqual(await page.title(), "owned");
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.locator("h1").innerText(), nasty);
    const policy = answer.headers()["content-security-policy"];
    for (const piece of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'"])
      assert.ok(policy.includes(piece), policy);
    assert.equal(answer.headers()["cache-control"], "no-store");
    assert.equal(answer.headers()["referrer-policy"], "no-referrer");
    assert.deepEqual(page.complaints(), []);
    await page.context().close();
  });
});
