// What every page test starts from: real processes, a real browser, and hands on both. Waits are for events.
import { spawn } from "node:child_process";
import { createHash, createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import assert from "node:assert/strict";
import jsqr_module from "jsqr";
import { PNG } from "pngjs";
import { chromium } from "playwright-core";

const jsqr = jsqr_module.default ?? jsqr_module;

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const axe_source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser_path = process.env.TAEL_CHROMIUM ?? "/usr/bin/chromium";
export const pictures = process.env.TAEL_PICTURES;  // A folder: every `picture` is kept there.

/** One node with its institutions and a business; `stop` ends them all. */
export const open_house = async () => {
  const around = mkdtempSync(join(tmpdir(), "tael_pages_"));
  const folder = join(around, "house");
  const child = spawn("python3", ["-B", join(here, "house.py"), process.env.TAEL_BIN, folder],
                      { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([new Promise((resolve) => lines.once("line", resolve)), ended]);
  assert.equal(typeof first, "string", `the house did not start: ${first}`);
  const house = { ...JSON.parse(first), process: child };
  house.stop = async () => {
    child.stdin.end();
    assert.equal(await ended, 0, "the house stopped well");
    rmSync(around, { recursive: true });
  };
  return house;
};

const call = async (method, url, body, headers = {}) => {
  const answer = await fetch(url, { method, body, headers, redirect: "manual" });
  const text = await answer.text();
  return { status: answer.status, text, get body() { return JSON.parse(text); } };
};

/** The business's signed calls. */
export const business = (house, code = "bakery") => {
  const name = code.toUpperCase();
  const token = house.environment[`TAEL_${name}_TOKEN`], salt = house.environment[`TAEL_${name}_SALT`];
  const signed = (method, path, body) => {
    const raw = body === undefined ? "" : JSON.stringify(body);
    const time = String(Math.floor(Date.now() / 1000)), nonce = randomUUID();
    const text = [method, path, time, nonce, createHash("sha256").update(raw).digest("hex")].join("\n");
    const headers = { "Tael-Business": code, "Tael-Token": token, "Tael-Timestamp": time, "Tael-Nonce": nonce,
                      "Tael-Signature": createHmac("sha256", salt).update(text).digest("hex") };
    if (raw) headers["Content-Type"] = "application/json";
    return call(method, `http://127.0.0.1:${house.api}${path}`, raw || undefined, headers);
  };
  let made = 0;
  return {
    signed,
    order: async (more = {}) => {
      const answer = await signed("POST", "/v1/orders", {
        order_no: `page-${process.pid}-${++made}-${randomUUID().slice(0, 8)}`, type: "instant", scene: "shop",
        amount: 2500, currency: "CNY", subject: "Two loaves and a cake", expires_in: 900,
        notify_url: `http://127.0.0.1:${house.receiver}/notices`, ...more });
      assert.equal(answer.status, 201, answer.text);
      return answer.body;
    },
    pay: (order, path) => signed("POST", `/v1/orders/${order.id}/payments`, { path }),
    read: async (order) => (await signed("GET", `/v1/orders/${order.id}`)).body,
  };
};

/** A hand on a simulated institution. */
export const institution = (house, channel) => {
  const ask = async (path, body) => {
    const answer = await call("POST", `http://127.0.0.1:${house.control}/control/${channel}/${path}`,
                              JSON.stringify(body), { "Content-Type": "application/json" });
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  return {
    settings: (settings) => ask("settings", settings),
    break_down: (mode, scope) => ask("faults", { mode, scope }),
    heal: () => ask("heal", { scope: "" }),
    payer_pays: (number) => ask("pay", { number }),
  };
};

export const launch = () => chromium.launch({
  executablePath: browser_path,
  args: process.getuid() === 0 ? ["--no-sandbox"] : [],
});

/** A page whose every complaint fails the test that calls `complaints`. */
export const open_page = async (browser, options = {}) => {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  const page = await context.newPage();
  const heard = [];
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) heard.push(message.text()); });
  page.on("pageerror", (error) => heard.push(String(error)));
  page.on("requestfailed", (request) => {
    // What a page was still asking for when it was left is no failure.
    const why = request.failure()?.errorText;
    if (why !== "net::ERR_ABORTED") heard.push(`${request.url()} ${why}`);
  });
  page.on("request", (request) => {
    if (!["127.0.0.1", "localhost"].includes(new URL(request.url()).hostname)) heard.push(`asks ${request.url()}`);
  });
  page.complaints = () => heard;
  return page;
};

export const sizes = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } };

/** Nothing that axe knows to be wrong, at the strictest standard it calls a standard. */
export const assert_accessible = async (page, where) => {
  await page.evaluate(axe_source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } }));
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((n) => n.html).join("\n  ")}`);
  assert.deepEqual(told, [], where);
};

/** Nothing sticks out of the page to the side. */
export const assert_fits = async (page, where) => {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${where} is ${over} px too wide`);
};

/** What a phone's camera would read. */
export const scanned = async (code) => {
  const { data, width, height } = PNG.sync.read(await code.screenshot());
  return jsqr(new Uint8ClampedArray(data), width, height)?.data;
};

export const picture = async (page, name) => {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
};
