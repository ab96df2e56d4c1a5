// Alerts as other people's software hears them: smtp-server takes our mail, postal-mime reads it, and the official Standard
// Webhooks library verifies our call. The certificates are made here, for this run.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import { Webhook } from "standardwebhooks";

const tool = process.env.TAEL_TELL_ALERT;
assert.ok(tool, "TAEL_TELL_ALERT names the program that tells one alert");

const folder = mkdtempSync(join(tmpdir(), "tael_mail_"));
after(() => rmSync(folder, { recursive: true }));
const make_certificate = (name) => {
  const [key, cert] = [join(folder, name + ".key"), join(folder, name + ".pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
    "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { cert, key: readFileSync(key), pem: readFileSync(cert) };
};
const house = make_certificate("house");
const stranger = make_certificate("stranger");

const owner = "payments@example.com";
const message = "aurora said 新的词, which nobody knows.\n.\nA line that is a dot, and one that is long: " + "x".repeat(2000);
const tell = async (asked) => {
  const { stdout } = await promisify(execFile)(tool, [JSON.stringify({ owner, ref: "aurora/新", message, ...asked })]);
  return JSON.parse(stdout);
};

/// A mail server that remembers what it took.
const with_server = async (options, use) => {
  const mails = [], logins = [];
  const server = new SMTPServer({
    key: house.key, cert: house.pem, logger: false,
    onAuth: (auth, session, done) => {
      logins.push({ ...auth, secure: session.secure });
      done(auth.password === "open sesame" ? null : new Error("no such user"), { user: auth.username });
    },
    onData: (stream, session, done) => {
      const parts = [];
      stream.on("data", (part) => parts.push(part));
      stream.on("end", () => {
        mails.push({ raw: Buffer.concat(parts), envelope: session.envelope, secure: session.secure });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => {});  // Of a client that does not trust us.
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    return await use(`localhost:${server.server.address().port}`, mails, logins);
  } finally {
    await new Promise((closed) => server.close(closed));
  }
};

const login = { user: "tael", password: "open sesame", ca_file: house.cert };

test("a mail goes out under STARTTLS, after we have said who we are, and reads as it was written", async () => {
  await with_server({}, async (server, mails, logins) => {
    assert.deepEqual(await tell({ way: "email", server, tls: "starttls", ...login }), { acknowledged: true, error: "" });
    assert.equal(mails.length, 1);
    assert.ok(mails[0].secure && logins[0].secure, "not a word of it in the open");
    assert.equal(logins[0].username, "tael");
    assert.equal(mails[0].envelope.mailFrom.address, "tael@example.com");
    assert.deepEqual(mails[0].envelope.rcptTo.map((to) => to.address), [owner]);
    const mail = await PostalMime.parse(mails[0].raw);
    assert.equal(mail.subject, "[tael_1] critical: channel_word aurora/新");
    assert.equal(mail.from.address, "tael@example.com");
    assert.deepEqual(mail.to.map((to) => to.address), [owner]);
    assert.ok(mail.text.startsWith(message + "\n\n"), "the message whole, dot and long line and all");
    assert.ok(mail.text.includes("tael alert acknowledge 7"));
    assert.equal(mail.messageId, "<alert_7_1_email@example.com>");
    assert.ok(Math.abs(Date.now() - Date.parse(mail.date)) < 120_000);
    assert.ok(mails[0].raw.toString().split("\r\n").every((line) => line.length <= 998));
  });
});

test("a mail goes out over TLS from the first byte", async () => {
  await with_server({ secure: true }, async (server, mails) => {
    assert.equal((await tell({ way: "email", server, tls: "tls", ...login })).acknowledged, true);
    assert.equal(mails.length, 1);
  });
});

test("a server that offers no TLS hears neither password nor mail", async () => {
  await with_server({ hideSTARTTLS: true, allowInsecureAuth: true, disabledCommands: ["STARTTLS"] }, async (server, mails, logins) => {
    const told = await tell({ way: "email", server, tls: "starttls", ...login });
    assert.equal(told.acknowledged, false);
    assert.deepEqual([mails.length, logins.length], [0, 0]);
  });
});

test("a server with a stranger's certificate hears neither password nor mail", async () => {
  await with_server({ key: stranger.key, cert: stranger.pem }, async (server, mails, logins) => {
    const told = await tell({ way: "email", server, tls: "starttls", ...login });
    assert.equal(told.acknowledged, false);
    assert.match(told.error, /certificate/i);
    assert.deepEqual([mails.length, logins.length], [0, 0]);
  });
});

test("a relay on this machine is asked without a login", async () => {
  await with_server({ authOptional: true, disabledCommands: ["STARTTLS"] }, async (server, mails) => {
    assert.equal((await tell({ way: "email", server, tls: "off" })).acknowledged, true);
    assert.equal(mails.length, 1);
  });
});

test("what the server answers is what we are told", async () => {
  await with_server({}, async (server) => {
    const told = await tell({ way: "email", server, tls: "starttls", ...login, password: "wrong" });
    assert.equal(told.acknowledged, false);
    assert.match(told.error, /535/);
  });
  const later = Object.assign(new Error("mailbox busy"), { responseCode: 450 });
  await with_server({ onRcptTo: (address, session, done) => done(later) }, async (server) => {
    assert.match((await tell({ way: "email", server, tls: "starttls", ...login })).error, /450/);
  });
});

test("a server that says nothing costs its deadline and no more", async () => {
  await with_server({ onConnect: () => {} }, async (server) => {
    const told = await tell({ way: "email", server, tls: "starttls", ...login, deadline_ms: 500 });
    assert.equal(told.acknowledged, false);
    assert.match(told.error, /time/i);
  });
});

test("nothing in an alert can become a header or a second recipient", async () => {
  await with_server({}, async (server, mails) => {
    await tell({ way: "email", server, tls: "starttls", ...login, ref: "x\r\nBcc: thief@example.com\r\n\r\nbody" });
    const mail = await PostalMime.parse(mails[0].raw);
    assert.equal(mail.bcc, undefined);
    assert.deepEqual(mails[0].envelope.rcptTo.map((to) => to.address), [owner]);
    assert.ok(mail.subject.includes("Bcc: thief"), "it is only words");
  });
});

test("an owner who is no mail address is told by the fallback", async () => {
  await with_server({}, async (server, mails) => {
    await tell({ way: "email", server, tls: "starttls", ...login, owner: "the payments team" });
    assert.deepEqual(mails[0].envelope.rcptTo.map((to) => to.address), ["ops@example.com"]);
  });
});

test("the webhook verifies, and a repeat has the same id", async () => {
  const secret = "whsec_" + randomBytes(32).toString("base64");
  const heard = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    heard.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
    response.writeHead(heard.length === 1 ? 503 : 200).end();
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${server.address().port}/alerts`;
  assert.equal((await tell({ way: "webhook", url, secret })).acknowledged, false);
  assert.equal((await tell({ way: "webhook", url, secret })).acknowledged, true);
  server.close();
  const events = heard.map(({ body, headers }) => new Webhook(secret).verify(body, headers));
  assert.equal(events[1].type, "alert.raised");
  assert.deepEqual([events[1].data.kind, events[1].data.ref, events[1].data.message], ["channel_word", "aurora/新", message]);
  assert.equal(heard[0].headers["webhook-id"], heard[1].headers["webhook-id"]);
});
