// Alipay's official SDK, both ways: it calls our simulated institution, and judges what our adapter signs and believes.
import "./node18.mjs";
import assert from "node:assert/strict";
import { createSign, createVerify, createPublicKey } from "node:crypto";
import { after, before, test } from "node:test";
import { AlipaySdk } from "alipay-sdk";
import { Wire, listen, number } from "./wires.mjs";

process.env.TZ = "Asia/Shanghai"; // Their SDK writes the time of its own machine, and the gateway's clock is Beijing's.

let wire, sdk;
const bare = (pem) => pem.replace(/-----[^-]+-----|\s/g, "");

before(async () => {
  wire = await Wire.make("alipay");
  await wire.simulate();
  sdk = new AlipaySdk({
    appId: wire.setting("app"),
    privateKey: bare(wire.key("alipay_key.pem")),
    keyType: "PKCS8",
    alipayPublicKey: bare(wire.key("alipay_platform_public.pem")),
    gateway: wire.url + "/gateway.do",
  });
});
after(() => wire.stop());

test("their SDK precreates, queries, refunds and closes at our institution, and believes its signatures", async () => {
  const outTradeNo = number();
  const made = await sdk.exec("alipay.trade.precreate",
    { bizContent: { out_trade_no: outTradeNo, total_amount: "25.00", subject: "水 a&b=c %41" } }, { validateSign: true });
  assert.equal(made.code, "10000");
  assert.match(made.qrCode, /^http/);
  await wire.ask("pay", { number: outTradeNo });
  const found = await sdk.exec("alipay.trade.query", { bizContent: { out_trade_no: outTradeNo } }, { validateSign: true });
  assert.deepEqual([found.tradeStatus, found.totalAmount], ["TRADE_SUCCESS", "25.00"]);
  const refund = await sdk.exec("alipay.trade.refund",
    { bizContent: { out_trade_no: outTradeNo, refund_amount: "10.00", out_request_no: number() } }, { validateSign: true });
  assert.equal(refund.fundChange, "Y");
  const rest = { out_trade_no: outTradeNo, refund_amount: "15.00", out_request_no: number() };
  const second = await sdk.exec("alipay.trade.refund", { bizContent: rest }, { validateSign: true });
  assert.deepEqual([second.fundChange, second.refundFee], ["Y", "25.00"], "the fee is the sum of all refunds");
  const again = await sdk.exec("alipay.trade.refund", { bizContent: rest }, { validateSign: true });
  assert.deepEqual([again.fundChange, again.refundFee], ["N", "25.00"], "a repeat moves nothing");
  const after_all = await sdk.exec("alipay.trade.query", { bizContent: { out_trade_no: outTradeNo } }, { validateSign: true });
  assert.equal(after_all.tradeStatus, "TRADE_CLOSED");
  const unpaid = number();
  await sdk.exec("alipay.trade.precreate", { bizContent: { out_trade_no: unpaid, total_amount: "1.00", subject: "x" } });
  const closed = await sdk.exec("alipay.trade.close", { bizContent: { out_trade_no: unpaid } }, { validateSign: true });
  assert.equal(closed.code, "10000");
});

test("their SDK refuses an answer of our institution that is forged", async () => {
  await wire.ask("faults", { mode: "answer_forged", op: "inquire", count: 1 });
  await assert.rejects(sdk.exec("alipay.trade.query", { bizContent: { out_trade_no: number() } }, { validateSign: true }));
});

test("our institution refuses their SDK when it signs with another key", async () => {
  const stranger = new AlipaySdk({ appId: wire.setting("app"), privateKey: bare(wire.key("wechat_key.pem")),
    keyType: "PKCS8", gateway: wire.url + "/gateway.do" });
  const answer = await stranger.exec("alipay.trade.query", { bizContent: { out_trade_no: number() } });
  assert.equal(answer.subCode, "isv.invalid-signature");
});

test("their SDK verifies our institution's notification", async () => {
  const door = await listen({ status: 200, body: "success" });
  const outTradeNo = number();
  await sdk.exec("alipay.trade.precreate", {
    notifyUrl: door.url, bizContent: { out_trade_no: outTradeNo, total_amount: "25.00", subject: "x" },
  });
  await wire.ask("pay", { number: outTradeNo });
  const { body } = await door.next();
  door.close();
  const form = Object.fromEntries(new URLSearchParams(body));
  assert.equal(form.out_trade_no, outTradeNo);
  assert.ok(sdk.checkNotifySignV2(form));
});

test("what our adapter signs verifies by the platform's own rule, in every call and in a page's address", async () => {
  const publicKey = createPublicKey(wire.key("alipay_key.pem"));
  for (const [op, method] of [["pay", "qr"], ["pay", "page"], ["inquire", "qr"], ["close", "qr"], ["close", "code"],
    ["refund", "qr"], ["inquire_refund", "qr"], ["transfer", "qr"], ["inquire_transfer", "qr"]]) {
    const { call, answer } = await wire.tool({
      do: "call", op, method, number: number(), amount: 2500, subject: "水 a&b=c %41", payer: { identity: "2088" },
    });
    const url = new URL(method === "page" ? answer.voucher.value : call.url);
    // A page calls nobody: all of it is in the address.
    const inside = method === "page" ? [] : [...new URLSearchParams(call.body)];
    const all = new Map([...url.searchParams, ...inside]);
    const text = [...all].filter(([name, value]) => name !== "sign" && value).sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`).join("&");
    assert.ok(createVerify("RSA-SHA256").update(text).verify(publicKey, all.get("sign"), "base64"), `${op} ${method}`);
  }
});

test("our adapter makes the same signature as their SDK for the same parameters", async () => {
  const { call } = await wire.tool({ do: "call", op: "inquire", method: "qr", number: number() });
  const url = new URL(call.url);
  const given = Object.fromEntries([...url.searchParams].filter(([name]) => name !== "sign"));
  given.biz_content = new URLSearchParams(call.body).get("biz_content");
  const text = Object.keys(given).sort().map((name) => `${name}=${given[name]}`).join("&");
  const theirs = createSign("RSA-SHA256").update(text, "utf8").sign(wire.key("alipay_key.pem"), "base64");
  assert.equal(url.searchParams.get("sign"), theirs);
});

test("our adapter believes a notification signed as their SDK checks it, and nothing that was changed", async () => {
  const form = {
    app_id: wire.setting("app"), seller_id: wire.setting("merchant"), notify_id: "n", out_trade_no: number(),
    trade_no: "2026", trade_status: "TRADE_SUCCESS", total_amount: "25.00", gmt_payment: "2026-11-21 10:00:00",
    charset: "utf-8", version: "1.0", subject: "水 a&b=c %41",
  };
  const text = Object.keys(form).sort().map((name) => `${name}=${form[name]}`).join("&");
  form.sign = createSign("RSA-SHA256").update(text, "utf8").sign(wire.key("alipay_platform_key.pem"), "base64");
  form.sign_type = "RSA2";
  assert.ok(sdk.checkNotifySignV2({ ...form }), "their SDK believes it too");
  const heard = await wire.tool({ do: "hear", headers: {}, body: new URLSearchParams(form).toString() });
  assert.deepEqual([heard.refusal, heard.ending, heard.amount], ["", "approved", 2500]);
  assert.deepEqual(heard.acknowledgement, { status: 200, body: "success" });
  form.total_amount = "0.01";
  const forged = await wire.tool({ do: "hear", headers: {}, body: new URLSearchParams(form).toString() });
  assert.equal(forged.refusal, "bad_signature");
});
