// Cuts Stripe's published OpenAPI document (standard input, 2.5 MB) down to the calls we make, and what those refer to. A
// field that Stripe would expand when asked keeps the form it has unasked, an id: we never ask, and whole it has no end.
// What remains says the same in the words that openapi-backend knows: JSON bodies only, null as a type.
import { readFileSync } from "node:fs";

const calls = {
  "/v1/payment_intents": ["post"],
  "/v1/payment_intents/search": ["get"],
  "/v1/payment_intents/{intent}": ["get"],
  "/v1/payment_intents/{intent}/cancel": ["post"],
  "/v1/refunds": ["get", "post"],
};

const each_of = (node) => (node !== null && typeof node === "object" ? Object.values(node) : []);
const unexpanded = (node) => {
  if (node === null || typeof node !== "object") return node;
  if (Array.isArray(node)) return node.map(unexpanded);
  const { "x-expansionResources": expansions, ...kept } = node;
  if (expansions && kept.anyOf) kept.anyOf = kept.anyOf.filter((form) => !form.$ref);
  if (kept.nullable === true && kept.anyOf) {
    kept.anyOf = [...kept.anyOf, { enum: [null] }];
    delete kept.nullable;
  }
  if (kept["application/x-www-form-urlencoded"]) return { "application/json": unexpanded(kept["application/x-www-form-urlencoded"]) };
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, unexpanded(value)]));
};

const whole = JSON.parse(readFileSync(0, "utf8"));
const schemas = {};
const follow = (node) => {
  const name = typeof node?.$ref === "string" && node.$ref.split("/").at(-1);
  if (name && !(name in schemas)) {
    schemas[name] = unexpanded(whole.components.schemas[name]);
    follow(schemas[name]);
  }
  each_of(node).forEach(follow);
};

// An error may carry the intent whose last error it is, and so on without end: any object will do for those.
const { properties } = whole.components.schemas.api_errors;
for (const name of ["payment_intent", "setup_intent"]) properties[name] = { type: "object" };

const paths = {};
for (const [path, methods] of Object.entries(calls))
  paths[path] = Object.fromEntries(methods.map((method) => [method, unexpanded(whole.paths[path][method])]));
follow(paths);
process.stdout.write(JSON.stringify({ ...whole, paths, components: { ...whole.components, schemas } }));
