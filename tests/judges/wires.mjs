// What the judges of the real protocols share: a configuration folder with fresh keys, the simulated institutions and our
// adapter as processes.
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

/// One channel alone, switched on, leading to a free port of this machine.
export class Wire {
  static async make(channel) {
    const wire = new Wire();
    wire.channel = channel;
    wire.folder = mkdtempSync(join(tmpdir(), "tael_judge_"));
    cpSync(join(root, "config"), wire.folder, { recursive: true });
    for (const name of readdirSync(join(wire.folder, "channels")))
      if (name !== `${channel}.yaml`) rmSync(join(wire.folder, "channels", name));
    execFileSync(join(root, "scripts", "keys"), [join(wire.folder, "keys")]);
    wire.port = await freePort();
    wire.url = `http://127.0.0.1:${wire.port}`;
    const file = join(wire.folder, "channels", `${channel}.yaml`);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/^enabled: false.*$/m, "enabled: true").replace(/^url: .*$/m, `url: ${wire.url}`));
    const method = /^methods:\n  (\w+): \{banks: \[(\w+)/m.exec(text);
    for (const name of readdirSync(join(wire.folder, "businesses"))) {
      const business = join(wire.folder, "businesses", name);
      const lines = readFileSync(business, "utf8").replace(/^  - \w+\/\w+\/\w+\n/gm, "");
      writeFileSync(business, lines.replace(/^paths:.*\n/m, `paths: [${channel}/${method[1]}/${method[2]}]\n`));
    }
    wire.environment = { ...process.env };
    for (const name of readdirSync(wire.folder, { recursive: true }))
      if (name.endsWith(".yaml"))
        for (const [, variable] of readFileSync(join(wire.folder, name), "utf8").matchAll(/\$\{env:(\w+)\}/g))
          wire.environment[variable] = variable.endsWith("NOTICE_SECRET")
            ? "whsec_" + randomBytes(32).toString("base64")
            : randomBytes(16).toString("hex");
    return wire;
  }

  key(name) {
    return readFileSync(join(this.folder, "keys", name), "utf8");
  }
  secret(name) {
    return this.environment[name];
  }
  setting(name) {
    const text = readFileSync(join(this.folder, "channels", `${this.channel}.yaml`), "utf8");
    return new RegExp(`^ *(?:- )?${name}: *"?([^"\\s#]+)`, "m").exec(text)[1];
  }

  async simulate() {
    this.control = await freePort();
    this.simulator = spawn(process.env.TAEL_BIN,
      ["simulate", "channels", "--config", this.folder, "--control-port", String(this.control)],
      { env: this.environment, stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((done, fail) => {
      createInterface(this.simulator.stdout).once("line", done);
      this.simulator.once("exit", (code) => fail(new Error(`the simulator ended with ${code}`)));
    });
  }
  async ask(path, body) {
    const answer = await fetch(`http://127.0.0.1:${this.control}/control/${this.channel}/${path}`,
      body ? { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {});
    return answer.json();
  }

  /// Our adapter: one question, one answer.
  tool(question) {
    if (!this.adapter) {
      this.adapter = spawn(process.env.TAEL_WIRE_TOOL, [this.folder, this.channel],
        { env: this.environment, stdio: ["pipe", "pipe", "inherit"] });
      this.answers = createInterface(this.adapter.stdout)[Symbol.asyncIterator]();
    }
    this.adapter.stdin.write(JSON.stringify(question) + "\n");
    return this.answers.next().then(({ value }) => JSON.parse(value));
  }

  stop() {
    this.adapter?.kill();
    this.simulator?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const number = (kind = "A") => "01JD" + randomBytes(11).toString("hex").toUpperCase() + kind + "01";

/// A door for callbacks: hears one, answers what it is told, gives it to whoever waits.
export async function listen(answer = { status: 200, body: "" }) {
  const { createServer: createHttp } = await import("node:http");
  const heard = [];
  const waiting = [];
  const server = createHttp((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part) => (body += part)).on("end", () => {
      response.writeHead(answer.status).end(answer.body);
      const callback = { headers: request.headers, body };
      waiting.length ? waiting.shift()(callback) : heard.push(callback);
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}/callback`,
    next: () => (heard.length ? Promise.resolve(heard.shift()) : new Promise((done) => waiting.push(done))),
    close: () => server.close(),
  };
}
