// A WeChat Pay library that we did not write, both ways: it calls our simulated institution, and judges what our adapter
// signs and believes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Aes, Formatter, Rsa, Wechatpay } from "wechatpay-axios-plugin";
import { Wire, listen, number } from "./wires.mjs";

let wire, client;

before(async () => {
  wire = await Wire.make("wechat");
  await wire.simulate();
  client = new Wechatpay({
    baseURL: wire.url,
    mchid: wire.setting("merchant"),
    serial: wire.setting("key_serial"),
    privateKey: wire.key("wechat_key.pem"),
    certs: { [wire.setting("id")]: wire.key("wechat_platform_public.pem") },
    secret: "unused",
  });
});
after(() => wire.stop());

const order = (more) => ({
  appid: wire.setting("app"),
  mchid: wire.setting("merchant"),
  description: "包子",
  out_trade_no: number(),
  notify_url: "http://127.0.0.1:1/none",
  amount: { total: 2500, currency: "CNY" },
  ...more,
});

test("their client orders, queries, closes and refunds at our institution, and believes its signatures", async () => {
  const paid = order();
  const { data } = await client.v3.pay.transactions.native.post(paid);
  assert.match(data.code_url, /^http/);
  await wire.ask("pay", { number: paid.out_trade_no });
  const found = await client.v3.pay.transactions.outTradeNo.$no$.get({
    no: paid.out_trade_no, params: { mchid: paid.mchid },
  });
  assert.equal(found.data.trade_state, "SUCCESS");
  assert.equal(found.data.amount.total, 2500);
  const refund = await client.v3.refund.domestic.refunds.post({
    out_trade_no: paid.out_trade_no, out_refund_no: number(), amount: { refund: 1000, total: 2500, currency: "CNY" },
  });
  assert.equal(refund.data.status, "SUCCESS");
  for (const required of ["refund_id", "transaction_id", "user_received_account", "create_time", "channel"])
    assert.ok(refund.data[required], required);
  assert.deepEqual([refund.data.amount.total, refund.data.amount.payer_refund], [2500, 1000]);
  await assert.rejects(client.v3.refund.domestic.refunds.post({
    out_trade_no: paid.out_trade_no, out_refund_no: number(), amount: { refund: 1000, total: 1000, currency: "CNY" },
  }), (error) => error.response.data.code === "INVALID_REQUEST");
  const returned = await client.v3.pay.transactions.outTradeNo.$no$.get({
    no: paid.out_trade_no, params: { mchid: paid.mchid },
  });
  assert.equal(returned.data.trade_state, "REFUND");

  const unpaid = order();
  await client.v3.pay.transactions.native.post(unpaid);
  const closed = await client.v3.pay.transactions.outTradeNo.$no$.close.post({ mchid: unpaid.mchid },
    { no: unpaid.out_trade_no });
  assert.equal(closed.status, 204);
});

test("their client refuses an answer of our institution that is forged", async () => {
  await wire.ask("faults", { mode: "answer_forged", op: "pay", count: 1 });
  await assert.rejects(client.v3.pay.transactions.native.post(order()));
});

test("our institution refuses their client when it signs with another key", async () => {
  const stranger = new Wechatpay({
    baseURL: wire.url, mchid: wire.setting("merchant"), serial: wire.setting("key_serial"),
    privateKey: wire.key("alipay_key.pem"), certs: { [wire.setting("id")]: wire.key("wechat_platform_public.pem") },
    secret: "unused",
  });
  await assert.rejects(stranger.v3.pay.transactions.native.post(order()), (error) => error.response.status === 401);
});

test("their library verifies and opens our institution's notification", async () => {
  const door = await listen();
  const paid = order({ notify_url: door.url });
  await client.v3.pay.transactions.native.post(paid);
  await wire.ask("pay", { number: paid.out_trade_no });
  const { headers, body } = await door.next();
  door.close();
  const message = Formatter.response(headers["wechatpay-timestamp"], headers["wechatpay-nonce"], body);
  assert.ok(Rsa.verify(message, headers["wechatpay-signature"], wire.key("wechat_platform_public.pem")));
  const { resource } = JSON.parse(body);
  const plain = Aes.AesGcm.decrypt(resource.ciphertext, wire.secret("TAEL_WECHAT_API_V3_KEY"), resource.nonce,
    resource.associated_data);
  assert.equal(JSON.parse(plain).out_trade_no, paid.out_trade_no);
});

test("their library verifies what our adapter signs, in every call", async () => {
  for (const op of ["pay", "inquire", "close", "refund", "inquire_refund", "transfer", "inquire_transfer"]) {
    const { call } = await wire.tool({
      do: "call", op, number: number(), method: "jsapi", amount: 2500, payer: { openid: "o1" },
    });
    const part = (name) => new RegExp(`${name}="([^"]*)"`).exec(call.headers.Authorization)[1];
    const path = call.url.slice(wire.url.length);
    const message = Formatter.request(call.method, path, part("timestamp"), part("nonce_str"), call.body);
    const publicKey = Rsa.from(wire.key("wechat_key.pem"), Rsa.KEY_TYPE_PRIVATE);
    assert.equal(part("signature"), Rsa.sign(message, publicKey), op);
    assert.equal(part("mchid"), wire.setting("merchant"));
  }
});

test("our adapter believes what their library signs and seals, and nothing that was changed", async () => {
  const api = wire.secret("TAEL_WECHAT_API_V3_KEY");
  const transaction = {
    appid: wire.setting("app"), mchid: wire.setting("merchant"), out_trade_no: number(), trade_state: "SUCCESS",
    transaction_id: "4200001", success_time: "2026-11-21T10:00:00+08:00", amount: { total: 2500, currency: "CNY" },
  };
  const nonce = Formatter.nonce(12);
  const body = JSON.stringify({
    id: "EV-1", create_time: "2026-11-21T10:00:00+08:00", resource_type: "encrypt-resource",
    event_type: "TRANSACTION.SUCCESS",
    resource: {
      algorithm: "AEAD_AES_256_GCM", nonce, associated_data: "transaction",
      ciphertext: Aes.AesGcm.encrypt(JSON.stringify(transaction), api, nonce, "transaction"),
    },
  });
  const timestamp = String(Formatter.timestamp());
  const headers = {
    "Wechatpay-Timestamp": timestamp, "Wechatpay-Nonce": "n", "Wechatpay-Serial": wire.setting("id"),
    "Wechatpay-Signature": Rsa.sign(Formatter.response(timestamp, "n", body), wire.key("wechat_platform_key.pem")),
  };
  const heard = await wire.tool({ do: "hear", headers, body });
  assert.deepEqual([heard.refusal, heard.ending, heard.number, heard.amount],
    ["", "approved", transaction.out_trade_no, 2500]);
  assert.equal((await wire.tool({ do: "hear", headers, body: body + " " })).refusal, "bad_signature");
  const probe = { ...headers, "Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + headers["Wechatpay-Signature"] };
  assert.equal((await wire.tool({ do: "hear", headers: probe, body })).refusal, "bad_signature");
});

test("our adapter opens nothing that our own institution would not have sealed", async () => {
  const paid = number();
  const made = await wire.tool({ do: "live", op: "pay", number: paid, method: "native", amount: 2500 });
  assert.equal(made.answer.voucher.kind, "qr");
  const found = await wire.tool({ do: "live", op: "inquire", number: paid, method: "native", amount: 2500 });
  assert.ok(["pending", "approved"].includes(found.answer.ending));
});
