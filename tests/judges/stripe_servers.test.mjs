// Our Stripe adapter against Stripe servers that others wrote: openapi-backend serving Stripe's own published document, which
// takes nothing that the document does not allow; emulate, which remembers intents; and stripe-stateful-mock, which remembers
// refunds and idempotency keys. The document judges our simulated institution's answers too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { after, before, describe, test } from "node:test";
import { createEmulator } from "emulate";
import express from "express";
import { OpenAPIBackend } from "openapi-backend";
import Stripe from "stripe";
import mock from "stripe-stateful-mock";
import { Wire, number } from "./wires.mjs";

const listen = (app, port) => new Promise((done) => { const server = app.listen(port, "127.0.0.1", () => done(server)); });
const stop = (server) => new Promise((done) => { server.closeAllConnections(); server.close(done); });

describe("the published document", () => {
  const lenient = { strict: false, logger: false };  // Of formats and keywords that are no JSON schema.
  let wire, api, answers, server, heard;

  before(async () => {
    wire = await Wire.make("stripe");
    const definition = JSON.parse(readFileSync(new URL("node_modules/.stripe_document.json", import.meta.url)));
    const refuse = (status, code) => (context, request, response) => {
      heard.push({ refused: context.validation?.errors ?? code });
      response.status(status).json({ error: { type: "invalid_request_error", code } });
    };
    api = new OpenAPIBackend({
      definition, quick: true, ajvOpts: { ...lenient, coerceTypes: true },  // A form has nothing but text.
      securityHandlers: {
        basicAuth: () => false,
        bearerAuth: ({ request }) => request.headers.authorization === "Bearer " + wire.secret("TAEL_STRIPE_KEY"),
      },
      handlers: {
        validationFail: refuse(400, "parameter_invalid"),
        notFound: refuse(404, "url_invalid"),
        methodNotAllowed: refuse(405, "method_invalid"),
        unauthorizedHandler: refuse(401, "key_invalid"),
        notImplemented: ({ operation }, request, response) => {
          const { status, mock } = api.mockResponseForOperation(operation.operationId);
          heard.push({ took: operation.operationId, headers: request.headers, body: request.body, query: request.query });
          response.status(status).json(mock);
        },
      },
    });
    answers = new OpenAPIBackend({ definition, quick: true, ajvOpts: lenient });
    await Promise.all([api.init(), answers.init()]);
    const app = express().use(express.urlencoded({ extended: true })).use((request, response) =>
      api.handleRequest({ method: request.method, path: request.path, headers: request.headers,
        query: request.originalUrl.split("?")[1] ?? "", body: request.body }, request, response));
    server = await listen(app, wire.port);
  });
  after(async () => {
    await stop(server);
    wire.stop();
  });

  const ours = number();
  const asked = { number: ours, amount: 2500, total: 9900, subject: "包子 & tea=100%" };
  const known = { ...asked, transaction: "pi_1" };
  const calls = [
    { took: "PostPaymentIntents", op: "pay", method: "card", ...asked },
    { took: "PostPaymentIntents", op: "pay", method: "saved", ...asked, payer: { payment_method: "pm_1", customer: "cus_1" } },
    { took: "GetPaymentIntentsSearch", op: "inquire", method: "card", ...asked },
    { took: "GetPaymentIntentsIntent", op: "inquire", method: "card", ...known },
    { took: "PostPaymentIntentsIntentCancel", op: "close", method: "card", ...known },
    { took: "PostRefunds", op: "refund", method: "card", ...known },
    { took: "GetRefunds", op: "inquire_refund", method: "card", ...known },
  ];

  test("takes every call of our adapter, and reads in it what we meant", async () => {
    heard = [];
    for (const { took, ...call } of calls) {
      await wire.tool({ do: "live", ...call });
      assert.equal(heard.at(-1).took, took, JSON.stringify(heard.at(-1).refused));
    }
    assert.equal(heard.length, calls.length);
    const [card, saved, search, , close, refund, refunds] = heard;
    assert.deepEqual(card.body, { amount: 2500, currency: "cny", description: asked.subject, metadata: { number: ours },
      automatic_payment_methods: { enabled: true } });
    assert.equal(card.headers["idempotency-key"], ours);
    assert.deepEqual([saved.body.payment_method, saved.body.customer, saved.body.confirm, saved.body.off_session],
      ["pm_1", "cus_1", true, true]);
    assert.equal(search.query.query, `metadata['number']:'${ours}'`);
    assert.notEqual(close.headers["idempotency-key"], ours, "a close is another call than the pay of the same number");
    assert.deepEqual([refund.body.payment_intent, refund.body.amount, refund.body.metadata.number], ["pi_1", 2500, ours]);
    assert.equal(refunds.query.payment_intent, "pi_1");
  });

  test("answers what our adapter understands, whatever the document lets a status be", async () => {
    heard = [];
    const made = await wire.tool({ do: "live", ...calls[3] });
    assert.deepEqual([made.answer.authentic, made.answer.ending, made.answer.code], [true, "silent", "other_number"],
      "an answer that is made up knows no number of ours");
    const answered = async (call, more) => {
      const { mock } = api.mockResponseForOperation(call.took);
      const heard_by_status = {};
      for (const status of api.definition.components.schemas.payment_intent.properties.status.enum) {
        const body = JSON.stringify({ ...mock, status, currency: "cny", metadata: { number: ours }, ...more });
        heard_by_status[status] = (await wire.tool({ do: "call", ...call, answer: { status: 200, body } })).answer;
      }
      return heard_by_status;
    };
    const endings = (by_status) => Object.fromEntries(Object.entries(by_status).map(([status, { ending }]) => [status, ending]));
    const inquired = await answered(calls[3], { amount_received: 2500 });
    const waiting = ["processing", "requires_action", "requires_capture", "requires_confirmation", "requires_payment_method"];
    assert.deepEqual(endings(inquired),
      { canceled: "declined", succeeded: "approved", ...Object.fromEntries(waiting.map((status) => [status, "pending"])) });
    assert.equal(inquired.succeeded.amount, 2500);
    assert.equal(inquired.requires_payment_method.voucher.kind, "params");
    assert.equal((await answered(calls[4], {})).canceled.ending, "approved");
  });

  test("refuses our calls when anything in them is spoiled", async () => {
    const { call: pay } = await wire.tool({ do: "call", ...calls[0] });
    const { call: search } = await wire.tool({ do: "call", ...calls[2] });
    const send = async ({ method, url, headers, body }) => {
      heard = [];
      const { status } = await fetch(url, { method, headers, body: method === "GET" ? undefined : body });
      assert.equal(heard.length, 1);
      return [status, "refused" in heard[0]];
    };
    assert.deepEqual(await send(pay), [200, false]);
    const spoiled = {
      "an amount that is no integer": { ...pay, body: pay.body.replace("amount=2500", "amount=25.5") },
      "no currency": { ...pay, body: pay.body.replace("currency=cny&", "") },
      "a field that is none": { ...pay, body: pay.body + "&subject=x" },
      "a field that is none, inside another": { ...pay, body: pay.body.replace("%5Benabled%5D", "%5Bon%5D") },
      "a search for nothing": { ...search, url: search.url.split("?")[0] },
      "a search by another name": { ...search, url: search.url.replace("?query=", "?q=") },
    };
    for (const [what, call] of Object.entries(spoiled)) assert.deepEqual(await send(call), [400, true], what);
    assert.deepEqual(await send({ ...pay, url: pay.url + "s" }), [404, true]);
    assert.deepEqual(await send({ ...pay, headers: { ...pay.headers, Authorization: "Bearer sk_stranger" } }), [401, true]);
  });

  test("finds nothing wrong with what our simulated institution answers, in words and in errors", async () => {
    const twin = await Wire.make("stripe");
    try {
      await twin.simulate();
      const key = { authorization: "Bearer " + twin.secret("TAEL_STRIPE_KEY") };
      const ask = async (operation, path, form, headers = key) => {
        const response = await fetch(twin.url + path, form === undefined ? { headers } : {
          method: "POST", body: form, headers: { ...headers, "content-type": "application/x-www-form-urlencoded" } });
        const body = await response.json();
        const { errors } = answers.validateResponse(body, operation, response.status);
        assert.deepEqual(errors, null, `${operation}: ${JSON.stringify(body)}`);
        return [response.status, body];
      };
      const name = number();
      const form = `amount=2500&currency=cny&metadata[number]=${name}&automatic_payment_methods[enabled]=true`;
      const [, made] = await ask("PostPaymentIntents", "/v1/payment_intents", form);
      const intent = "/v1/payment_intents/" + made.id;
      await ask("GetPaymentIntentsIntent", intent);
      await twin.ask("pay", { number: name });
      assert.equal((await ask("GetPaymentIntentsIntent", intent))[1].status, "succeeded");
      await ask("GetPaymentIntentsSearch", `/v1/payment_intents/search?query=metadata['number']:'${name}'`);
      await ask("PostRefunds", "/v1/refunds", `payment_intent=${made.id}&amount=1000&metadata[number]=${number()}`);
      await ask("GetRefunds", "/v1/refunds?payment_intent=" + made.id);
      assert.equal((await ask("PostPaymentIntentsIntentCancel", intent + "/cancel", ""))[0], 400);
      const refused = `amount=2501&currency=cny&metadata[number]=${number()}&confirm=true&payment_method=pm_1`;
      assert.equal((await ask("PostPaymentIntents", "/v1/payment_intents", refused))[0], 402);
      assert.equal((await ask("GetPaymentIntentsIntent", "/v1/payment_intents/pi_nobody"))[0], 404);
      assert.equal((await ask("GetPaymentIntentsIntent", intent, undefined, { authorization: "Bearer sk_stranger" }))[0], 401);
      assert.notDeepEqual(answers.validateResponse({ ...made, amount: "2500" }, "PostPaymentIntents", 200).errors, null);
    } finally {
      twin.stop();
    }
  });
});

describe("servers that remember", () => {
  const with_server = async (start, use) => {
    const wire = await Wire.make("stripe");
    wire.environment.TAEL_STRIPE_KEY = "sk_test_judged_by_others";
    const close = await start(wire.port);
    try {
      await use(wire, (op, asked) => wire.tool({ do: "live", op, method: "card", amount: 2500, ...asked }).then(({ answer }) => answer));
    } finally {
      wire.stop();  // First: a server that is asked to close waits for who is connected.
      await close();
    }
  };
  const remembers_intents = async (port) => {
    const server = await createEmulator({ service: "stripe", port });
    return () => server.close();
  };
  const remembers_refunds = async (port) => {
    const server = await listen(mock.createExpressApp(), port);
    return () => stop(server);
  };
  const library = (wire) => new Stripe("sk_test_judged_by_others",
    { host: "127.0.0.1", port: wire.port, protocol: "http", maxNetworkRetries: 0, telemetry: false,
      httpAgent: new Agent({ keepAlive: false }) });

  test("an intent is made, read again, cancelled once, and gone for who asks of another", async () => {
    await with_server(remembers_intents, async (wire, live) => {
      const ours = number();
      const made = await live("pay", { number: ours, subject: "包子 & tea=100%" });
      assert.deepEqual([made.ending, made.authentic], ["pending", true]);
      assert.match(made.transaction, /^pi_/);
      const theirs = await library(wire).paymentIntents.retrieve(made.transaction);
      assert.deepEqual([theirs.amount, theirs.currency, theirs.description, theirs.metadata],
        [2500, "cny", "包子 & tea=100%", { number: ours }]);
      const asked = { number: ours, transaction: made.transaction };
      assert.equal((await live("inquire", asked)).ending, "pending");
      assert.deepEqual([(await live("inquire", { ...asked, number: number() })).code], ["other_number"]);
      assert.equal((await live("close", asked)).ending, "approved");
      assert.equal((await library(wire).paymentIntents.retrieve(made.transaction)).status, "canceled");
      assert.equal((await live("inquire", asked)).ending, "declined");
      const unknown = await live("inquire", { number: ours, transaction: "pi_nobody" });
      // An id that is gone says nothing about what became of our number.
      assert.deepEqual([unknown.ending, unknown.number_unknown], ["silent", false]);
    });
  });

  test("a paid intent is not cancelled, and believed only with the amount that was received", async () => {
    await with_server(remembers_intents, async (wire, live) => {
      const ours = number();
      const { transaction } = await live("pay", { number: ours });
      await library(wire).paymentIntents.confirm(transaction, { payment_method: "pm_card_visa" });
      assert.notEqual((await live("close", { number: ours, transaction })).ending, "approved");
      // Their server leaves amount_received out, which Stripe never does.
      assert.equal((await live("inquire", { number: ours, transaction })).ending, "silent");
    });
  });

  test("a refund is found again among others, by our number", async () => {
    await with_server(remembers_refunds, async (wire, live) => {
      const stripe = library(wire), ours = number();
      const charge = await stripe.charges.create({ amount: 9900, currency: "cny", source: "tok_visa" });
      for (const [name, amount] of [[number(), 100], [ours, 2500], [number(), 200]])
        await stripe.refunds.create({ charge: charge.id, amount, metadata: { number: name } });
      const found = await live("inquire_refund", { number: ours, transaction: "pi_1" });
      assert.deepEqual([found.ending, found.amount], ["approved", 2500]);
      const missing = await live("inquire_refund", { number: number(), transaction: "pi_1" });
      assert.deepEqual([missing.ending, missing.number_unknown], ["silent", true]);
    });
  });

  test("a repeated refund is the same request to them, another amount under its number is not", async () => {
    await with_server(remembers_refunds, async (wire, live) => {
      // They know charges alone, so a refund of an intent is one of nothing: remembered with its key all the same.
      const refund = { number: number(), transaction: "pi_1", amount: 1000 };
      const first = await live("refund", refund);
      assert.deepEqual([first.ending, first.code], ["declined", "resource_missing"]);
      assert.deepEqual(await live("refund", refund), first);
      assert.equal((await live("refund", { ...refund, amount: 2000 })).ending, "silent");
    });
  });

  test("a key they do not know ends no refund", async () => {
    await with_server(remembers_refunds, async (wire, live) => {
      wire.environment.TAEL_STRIPE_KEY = "sk_of_nobody_they_know";
      assert.equal((await live("refund", { number: number(), transaction: "pi_1" })).ending, "not_sent");
      assert.equal((await live("inquire_refund", { number: number(), transaction: "pi_1" })).ending, "silent");
    });
  });
});
