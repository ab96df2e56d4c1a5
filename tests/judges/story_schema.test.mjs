// ajv, a JSON Schema validator that is not ours, judges our stories by the schema that editors complete from, and the
// schema by what it lets through.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Ajv from "ajv";
import { parse } from "yaml";

const folder = process.env.TAEL_STORIES;
assert.ok(folder, "TAEL_STORIES names the folder of stories");
const schema = JSON.parse(readFileSync(join(folder, "story.schema.json"), "utf8"));
const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false, keywords: ["defaultSnippets"] }).compile(schema);
const stories = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

test("every story of the library is valid", () => {
  assert.ok(stories.length >= 50, `there are ${stories.length} stories`);
  for (const name of stories) {
    const valid = validate(parse(readFileSync(join(folder, name), "utf8")));
    assert.ok(valid, `${name}: ${JSON.stringify(validate.errors?.slice(-3))}`);
  }
});

test("what the reader refuses is not valid", () => {
  const good = { why: "a test", script: ["00:00 bakery creates o-1 for 25.00 CNY"] };
  assert.ok(validate(good));
  for (const change of [
    { why: "" }, { expct: [] }, { script: ["bakery creates o-1 for 25.00 CNY"] }, { script: ["00:00 bakery bakes"] },
    { expect: ["order o-1 is paid"] }, { expect: ["at the end order o-1 is happy"] }, { seed: "one" },
    { clock: { lenght: "1h" } }, { clock: { length: "an hour" } }, { load: { rate: "5/s" } },
    { load: { business: "bakery", rate: "fast" } }, { given: { commit_takes: 4 } },
  ]) assert.ok(!validate({ ...good, ...change }), JSON.stringify(change));
});
