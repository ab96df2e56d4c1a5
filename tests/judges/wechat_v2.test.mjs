// A WeChat Pay v2 library that we did not write, both ways: it calls our simulated institution, and judges what our adapter
// signs and believes.
import assert from "node:assert/strict";
import { createHash, createCipheriv } from "node:crypto";
import { after, before, test } from "node:test";
import { Formatter, Hash, Transformer, Wechatpay } from "wechatpay-axios-plugin";
import { Wire, number } from "./wires.mjs";

let wire, key;
const xml = (members) => Transformer.toXml(members);
const signed = (members, type = "HMAC-SHA256") => ({ ...members, sign: Hash.sign(type, members, key) });

before(async () => {
  wire = await Wire.make("wechat_bar");
  await wire.simulate();
  key = wire.secret("TAEL_WECHAT_API_V2_KEY");
});
after(() => wire.stop());

async function call(path, members, type = "HMAC-SHA256") {
  const all = signed({ appid: wire.setting("app"), mch_id: wire.setting("merchant"), nonce_str: Formatter.nonce(),
    sign_type: type, ...members }, type);
  const answer = await fetch(wire.url + path, { method: "POST", body: xml(all), headers: { "content-type": "text/xml" } });
  const read = Transformer.toObject(await answer.text());
  const { sign, ...rest } = read;
  if (sign) assert.equal(sign, Hash.sign(sign.length === 64 ? "HMAC-SHA256" : "MD5", rest, key), `${path}: the judge verifies`);
  return read;
}

test("the judge's requests are taken in both signatures, and it verifies the answers", async () => {
  for (const type of ["MD5", "HMAC-SHA256"]) {
    const ours = number();
    const made = await call("/pay/unifiedorder", { body: "包子", out_trade_no: ours, total_fee: "2500",
      spbill_create_ip: "127.0.0.1", notify_url: "http://127.0.0.1:1/none", trade_type: "NATIVE" }, type);
    assert.deepEqual([made.return_code, made.result_code], ["SUCCESS", "SUCCESS"]);
    await wire.ask("pay", { number: ours });
    const found = await call("/pay/orderquery", { out_trade_no: ours }, type);
    assert.deepEqual([found.trade_state, found.total_fee], ["SUCCESS", "2500"]);
    const refund = await call("/secapi/pay/refund", { out_trade_no: ours, out_refund_no: number(), total_fee: "2500",
      refund_fee: "1000" }, type);
    assert.deepEqual([refund.refund_fee, refund.total_fee, refund.transaction_id], ["1000", "2500", found.transaction_id]);
    const other = await call("/secapi/pay/refund", { out_trade_no: ours, out_refund_no: number(), total_fee: "1000",
      refund_fee: "1000" }, type);
    assert.equal(other.result_code, "FAIL", "a total that is not the order's");
    assert.equal((await call("/pay/orderquery", { out_trade_no: ours }, type)).trade_state, "REFUND");
  }
});

test("our institution refuses what is signed with another key", async () => {
  const right = key;
  key = "a guess that has 32 characters!!";
  const answer = await call("/pay/orderquery", { out_trade_no: number() });
  key = right;
  assert.equal(answer.return_code, "FAIL");
});

test("the judge verifies what our adapter signs, in every call", async () => {
  for (const [op, method] of [["pay", "native"], ["pay", "code"], ["inquire", "native"], ["close", "native"],
    ["close", "code"], ["refund", "native"], ["inquire_refund", "native"]]) {
    const { call: sent } = await wire.tool({ do: "call", op, method, number: number(), amount: 2500, subject: "a<b>&]]>c 水",
      payer: { auth_code: "120061098828009406" } });
    const { sign, ...members } = Transformer.toObject(sent.body);
    assert.equal(sign, Hash.sign("HMAC-SHA256", members, key), `${op} ${method}`);
  }
});

test("our adapter believes the judge's notifications, and nothing that was changed", async () => {
  const ours = number();
  const body = xml(signed({ return_code: "SUCCESS", result_code: "SUCCESS", appid: wire.setting("app"),
    mch_id: wire.setting("merchant"), nonce_str: "n", out_trade_no: ours, transaction_id: "42", total_fee: "2500",
    fee_type: "CNY", time_end: "20261121100000" }));
  const heard = await wire.tool({ do: "hear", headers: {}, body });
  assert.deepEqual([heard.refusal, heard.ending, heard.number, heard.amount], ["", "approved", ours, 2500]);
  assert.match(heard.acknowledgement.body, /SUCCESS/);
  const changed = await wire.tool({ do: "hear", headers: {}, body: body.replace("2500", "0001") });
  assert.equal(changed.refusal, "bad_signature");
});

test("our adapter opens a refund's notice that Node sealed", async () => {
  const aes = createCipheriv("aes-256-ecb", createHash("md5").update(key).digest("hex"), null);
  const ours = number("R");
  const inside = `<root><out_refund_no>${ours}</out_refund_no><refund_status>SUCCESS</refund_status>` +
    "<refund_id>50</refund_id><refund_fee>1000</refund_fee></root>";
  const req_info = aes.update(inside, "utf8", "base64") + aes.final("base64");
  const heard = await wire.tool({ do: "hear", headers: {},
    body: xml({ return_code: "SUCCESS", appid: wire.setting("app"), mch_id: wire.setting("merchant"), req_info }) });
  assert.deepEqual([heard.refusal, heard.op, heard.number, heard.ending, heard.amount],
    ["", "inquire_refund", ours, "approved", 1000]);
});

test("a bar code whose answer is lost is found by our adapter's inquiry", async () => {
  assert.ok(Wechatpay);
  const ours = number();
  await wire.ask("faults", { mode: "answer_cut", op: "pay", count: 1 });
  const lost = await wire.tool({ do: "live", op: "pay", method: "code", number: ours, amount: 2500,
    payer: { auth_code: "120061098828009406" } });
  assert.equal(lost.answer.ending, "silent");
  const found = await wire.tool({ do: "live", op: "inquire", method: "code", number: ours, amount: 2500 });
  assert.deepEqual([found.answer.ending, found.answer.amount], ["approved", 2500]);
});
