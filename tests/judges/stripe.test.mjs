// Stripe's official library, both ways: it calls our simulated institution, and judges what our adapter sends and believes.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import Stripe from "stripe";
import { Wire, number } from "./wires.mjs";

let wire, stripe;

before(async () => {
  wire = await Wire.make("stripe");
  await wire.simulate();
  stripe = new Stripe(wire.secret("TAEL_STRIPE_KEY"),
    { host: "127.0.0.1", port: wire.port, protocol: "http", maxNetworkRetries: 0, telemetry: false });
});
after(() => wire.stop());

test("their library makes, reads and cancels intents and refunds at our institution", async () => {
  const ours = number();
  const made = await stripe.paymentIntents.create(
    { amount: 2500, currency: "cny", metadata: { number: ours }, automatic_payment_methods: { enabled: true } },
    { idempotencyKey: ours });
  assert.equal(made.status, "requires_payment_method");
  const again = await stripe.paymentIntents.create(
    { amount: 2500, currency: "cny", metadata: { number: ours }, automatic_payment_methods: { enabled: true } },
    { idempotencyKey: ours });
  assert.equal(again.id, made.id);
  assert.equal(again.lastResponse.headers["idempotent-replayed"], "true");
  const marked = await stripe.paymentIntents.update(made.id, { metadata: { shelf: "7" } });
  assert.deepEqual(marked.metadata, { number: ours, shelf: "7" }, "metadata is merged");
  await wire.ask("pay", { number: ours });
  const paid = await stripe.paymentIntents.retrieve(made.id);
  assert.deepEqual([paid.status, paid.amount_received], ["succeeded", 2500]);
  const refund = await stripe.refunds.create({ payment_intent: made.id, amount: 1000, metadata: { number: number() } });
  assert.equal(refund.status, "succeeded");
  const other = await stripe.paymentIntents.create({ amount: 100, currency: "cny", metadata: { number: number() } });
  assert.equal((await stripe.paymentIntents.cancel(other.id)).status, "canceled");
});

test("their library reads our institution's errors as what they are", async () => {
  const ours = number();
  await stripe.paymentIntents.create({ amount: 2500, currency: "cny" }, { idempotencyKey: ours });
  await assert.rejects(stripe.paymentIntents.create({ amount: 9900, currency: "cny" }, { idempotencyKey: ours }),
    (error) => error instanceof Stripe.errors.StripeIdempotencyError);
  await assert.rejects(stripe.paymentIntents.create({ amount: 100, currency: "cny", decription: "x" }),
    (error) => error.code === "parameter_unknown");
  await assert.rejects(stripe.paymentIntents.retrieve("pi_nobody"), (error) => error.code === "resource_missing");
  await assert.rejects(stripe.paymentIntents.create({ amount: 2501, currency: "cny", confirm: true, payment_method: "pm_1" }),
    (error) => error instanceof Stripe.errors.StripeCardError);
  const stranger = new Stripe("sk_test_stranger", { host: "127.0.0.1", port: wire.port, protocol: "http", maxNetworkRetries: 0 });
  await assert.rejects(stranger.paymentIntents.retrieve("pi_1"), Stripe.errors.StripeAuthenticationError);
});

test("their library sends what our adapter sends, byte for byte where it matters", async () => {
  const heard = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part)).on("end", () => {
      heard.push({ url: request.url, headers: request.headers, body });
      response.writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ id: "pi_1", object: "payment_intent", status: "processing" }));
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const client = new Stripe(wire.secret("TAEL_STRIPE_KEY"),
    { host: "127.0.0.1", port: server.address().port, protocol: "http", maxNetworkRetries: 0, telemetry: false });
  const ours = number();
  const { call } = await wire.tool({ do: "call", op: "pay", method: "card", number: ours, amount: 2500, subject: "包子 & tea" });
  await client.paymentIntents.create({
    amount: 2500, currency: "cny", description: "包子 & tea", metadata: { number: ours },
    automatic_payment_methods: { enabled: true },
  }, { idempotencyKey: ours });
  server.close();
  const pairs = (text) => [...new URLSearchParams(text)].sort();
  assert.deepEqual(pairs(call.body), pairs(heard[0].body));
  assert.equal(heard[0].url, new URL(call.url).pathname);
  assert.equal(heard[0].headers["idempotency-key"], call.headers["Idempotency-Key"]);
  assert.equal(heard[0].headers.authorization, call.headers.Authorization);
  assert.equal(heard[0].headers["stripe-version"], call.headers["Stripe-Version"]);
});

test("our adapter believes the webhooks their library signs, and nothing else", async () => {
  const ours = number();
  const payload = JSON.stringify({
    id: "evt_1", object: "event", type: "payment_intent.succeeded",
    data: { object: { id: "pi_9", object: "payment_intent", status: "succeeded", amount_received: 2500, currency: "cny",
      metadata: { number: ours } } },
  });
  const secret = wire.secret("TAEL_STRIPE_WEBHOOK_SECRET");
  const sign = (with_secret, timestamp) => stripe.webhooks.generateTestHeaderString({ payload, secret: with_secret, timestamp });
  const hear = (signature, body = payload) => wire.tool({ do: "hear", headers: { "Stripe-Signature": signature }, body });
  const now = Math.floor(Date.now() / 1000);
  const heard = await hear(sign(secret, now));
  assert.deepEqual([heard.refusal, heard.ending, heard.number, heard.amount], ["", "approved", ours, 2500]);
  assert.equal((await hear(sign("whsec_guess", now))).refusal, "bad_signature");
  assert.equal((await hear(sign(secret, now - 400))).refusal, "stale");
  assert.equal((await hear(sign(secret, now), payload + " ")).refusal, "bad_signature");
});
