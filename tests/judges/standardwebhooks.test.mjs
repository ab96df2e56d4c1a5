// The official Standard Webhooks library judges the notices our production sender signs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const tool = process.env.TAEL_PRINT_NOTICE;
assert.ok(tool, "TAEL_PRINT_NOTICE names the program that prints a signed notice");

const secret = (bytes = 32) => "whsec_" + randomBytes(bytes).toString("base64");
const seconds = (away = 0) => Math.floor(Date.now() / 1000) + away;
const print = (at, ...secrets) => JSON.parse(execFileSync(tool, [String(at), ...secrets], { encoding: "utf8" }));
const verify = (key, notice) => new Webhook(key).verify(notice.body, notice.headers);

test("a notice verifies and reads as it was written", () => {
  for (const bytes of [24, 25, 32, 63, 64]) {
    const key = secret(bytes);
    const heard = verify(key, print(seconds(), key));
    assert.equal(heard.type, "order.paid");
    assert.equal(heard.data.subject, "包子 ☕");
  }
});

test("our signature is the judge's own, byte for byte", () => {
  const key = secret();
  const { headers, body } = print(1614265330, key);
  const judges = new Webhook(key).sign(headers["webhook-id"], new Date(1614265330_000), body);
  assert.equal(headers["webhook-signature"], judges);
});

test("while a secret is replaced, receivers with either verify", () => {
  const [current, previous] = [secret(), secret()];
  const notice = print(seconds(), current, previous);
  verify(current, notice);
  verify(previous, notice);
  assert.throws(() => verify(secret(), notice), WebhookVerificationError);
});

test("a changed body, id or time does not verify", () => {
  const key = secret();
  const notice = print(seconds(), key);
  const changed = (headers) => ({ body: notice.body, headers: { ...notice.headers, ...headers } });
  assert.throws(() => verify(key, { ...notice, body: notice.body.replace("paid", "pAid") }), WebhookVerificationError);
  assert.throws(() => verify(key, changed({ "webhook-id": "msg_other" })), WebhookVerificationError);
  assert.throws(() => verify(key, changed({ "webhook-timestamp": String(seconds(1)) })), WebhookVerificationError);
});

test("a notice replayed later does not verify, nor one from the future", () => {
  const key = secret();
  assert.throws(() => verify(key, print(seconds(-400), key)), /too old/);
  assert.throws(() => verify(key, print(seconds(400), key)), /too new/);
});
