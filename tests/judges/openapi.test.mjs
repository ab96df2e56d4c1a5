// The description of our API, by people who wrote none of it: two validators, a generator and its compiler. And what the
// description forbids, the node refuses: ajv is the judge of the one, the API's own readers are the other.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createConfig, lint } from "@redocly/openapi-core";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import openapiTypescript, { astToString } from "openapi-typescript";
import ts from "typescript";
import { parse } from "yaml";

const file = process.env.TAEL_OPENAPI;
const text = readFileSync(file, "utf8");
const document = parse(text);

test("a validator by the official schema of OpenAPI 3.1 takes our description", async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors));
});

test("a linter finds nothing in our description, its examples included", async () => {
  const config = await createConfig({
    extends: ["recommended-strict"],
    rules: {
      // Our refusals are `default`: any status may carry a problem document.
      "operation-4xx-response": "off",
      "no-required-schema-properties-undefined": "error",
      "no-invalid-media-type-examples": "error",
      "no-invalid-parameter-examples": "error",
      "no-invalid-schema-examples": "error",
    },
  });
  const found = await lint({ ref: file, config });
  assert.deepEqual(found.map((each) => `${each.ruleId} ${each.message} ${each.location[0].pointer}`), []);
});

test("no description is cut into keys by its commas", () => {
  const empty = [];
  const look = (node, at) => {
    if (node === null || typeof node !== "object") return;
    for (const [key, value] of Object.entries(node)) {
      if (value === null) empty.push(`${at}/${key}`);
      look(value, `${at}/${key}`);
    }
  };
  look(document, "#");
  assert.deepEqual(empty, []);
});

test("a generator makes types of our description that a compiler takes", async () => {
  const made = astToString(await openapiTypescript(structuredClone(document)));
  const use = made + `
    const asked: components["schemas"]["CreateOrder"] = {order_no: "B-1", scene: "shop", amount: 2500, currency: "CNY",
      subject: "Bread", notify_url: "https://bakery.example/notices"};
    const paid = (heard: components["schemas"]["Order"]): boolean => heard.state === "paid" && heard.paid_amount === asked.amount;
    export const told: webhooks["order.paid"]["post"]["requestBody"]["content"]["application/json"]["data"]["id"] = "";
    export default paid;`;
  const host = ts.createCompilerHost({});
  const read = host.getSourceFile;
  host.getSourceFile = (name, ...rest) =>
    name === "made.ts" ? ts.createSourceFile(name, use, ts.ScriptTarget.ES2022) : read(name, ...rest);
  const program = ts.createProgram(["made.ts"], { noEmit: true, strict: true, types: [], target: ts.ScriptTarget.ES2022 }, host);
  const complaints = ts.getPreEmitDiagnostics(program).map((each) => ts.flattenDiagnosticMessageText(each.messageText, " "));
  assert.deepEqual(complaints, []);
});

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(document, "openapi");
const may = (name) => ajv.compile({ $ref: `openapi#/components/schemas/${name}` });

const good = {
  create: { order_no: "B-1", type: "instant", scene: "shop", amount: 2500, currency: "CNY", subject: "Two loaves",
    expires_in: 60, notify_url: "https://bakery.example/notices" },
  pay: { path: "aurora/qr/cmb" },
  refund: { refund_no: "R-1", amount: 500, currency: "CNY", reason: "old" },
  close: {},
};
const schemas = { create: may("CreateOrder"), pay: may("CreatePayment"), refund: may("CreateRefund"),
  close: ajv.compile({ $ref: "openapi#/paths/~1v1~1orders~1{id}~1close/post/requestBody/content/application~1json/schema" }) };
// What somebody might write in any member.
const values = [null, true, 0, 1, -1, 1.5, 2500, 1e15, 31536000, "", " ", "a", "1", "CNY", "cny", "CNYX", "withdraw", "gift", [], {}, [1],
  "a b", "a/b", "a/b/c", "A/b/c", "/b/c", "a/b/c/d", "x".repeat(65), "x".repeat(257), "x".repeat(2049), "\u0000", "面包",
  { amount: 1 }, { currency: "CNY" }, { amount: 1, currency: "CNY" }, { amount: 1, currency: "CNY", unit: "fen" }, { amount: "1", currency: "CNY" },
  { amount: 1, currency: null }, { amount: 0, currency: "CNY" }, { amount: 1.5, currency: "CNY" },
  "30min", "1h30min", "1.5h", "-1s", "30 min", "2026-11-21T08:31:00Z", "2026-11-21T08:31:00", "2026-11-21", "2026-13-01T00:00:00Z",
  "2026-11-21T25:00:00Z", "tomorrow", "http://a", "https://a.example:8443/x?y=z", "http://[::1", "http://[::1]", "http://[::g]/", "http://::1/",
  "http://a b/", "http://a/%", "http://a/%zz", "http://a/%20", "http://a:99999/", "http://a/[", "http://", "http:/a", "//a", "a", "ftp://a/", "javascript:alert(1)",
  "http://a/\"", "http://a\\b/", "http://a/面", "http://a/<x>", "http://a/{x}", "http://a/|", "http://a/^", "http://a/`"];

function bodies() {
  const all = [];
  for (const [route, body] of Object.entries(good)) {
    all.push([route, body]);
    for (const name of [...Object.keys(document.components.schemas.CreateOrder.properties), "refund_no", "reason", "path", "unknown"]) {
      const { [name]: _, ...without } = body;
      all.push([route, without]);
      for (const value of values) all.push([route, { ...body, [name]: value }]);
    }
    for (const value of values) all.push([route, value]);
  }
  return all;
}

test("what the description forbids is refused, and what it shows is accepted", () => {
  const asked = bodies();
  for (const [route, name] of [["create", "CreateOrder"], ["pay", "CreatePayment"], ["refund", "CreateRefund"]])
    for (const example of document.components.schemas[name].examples) asked.unshift([route, example, "example"]);
  const heard = execFileSync(process.env.TAEL_READ_REQUEST,
    { input: asked.map(([route, body]) => `${route} ${JSON.stringify(body)}\n`).join(""), encoding: "utf8" }).trimEnd().split("\n");
  assert.equal(heard.length, asked.length);
  const wrong = [];
  let forbidden = 0;
  asked.forEach(([route, body, example], i) => {
    const takes = schemas[route](body);
    if (!takes) ++forbidden;
    if (example ? heard[i] !== "accepted" || !takes : !takes && heard[i] === "accepted")
      wrong.push(`${route} ${JSON.stringify(body).slice(0, 200)}: ${heard[i]}, though ${ajv.errorsText(schemas[route].errors)}`);
  });
  assert.deepEqual(wrong, []);
  assert.ok(forbidden > 500, `only ${forbidden} bodies were forbidden`);
});
