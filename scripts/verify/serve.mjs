// How many digits does a served model read, and does any request get lost? A digit reader, trained for one
// epoch, on loopback, with its request log; the load comes from a process on the same cores.
//
//     npm run verify:serve [-- --seconds 30]

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { mnist } from "../../packages/lab/dist/index.js";
import { Ledger, verifyLedger } from "../../packages/lab/dist/ledger.js";
import { load } from "./load.mjs";
import { command, root } from "./versant.mjs";

const { values: options } = parseArgs({ options: { seconds: { type: "string", default: "30" } } });
const seconds = Number(options.seconds);
const connections = 64;
const folder = mkdtempSync(join(tmpdir(), "versant-verify-"));
const env = {
  ...process.env,
  VERSANT_LEDGER: join(folder, "ledger"),
  VERSANT_KEYS: join(folder, "keys"),
};

let failed = false;
function judge(what, isMet, text) {
  failed ||= !isMet;
  console.log(`${what.padEnd(28)} ${text}${isMet ? "" : "  FAILED"}`);
}

/** Starts the server; gives where it answers. */
async function start() {
  const child = spawn(process.execPath, [command, "serve", "digits=last", "--port", "0"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) =>
    child.once("exit", (code, signal) => resolve(code ?? signal)),
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /POST (\S+)$/.exec(line) ?? [];
    if (url) return { child, ended, url: new URL(url) };
  }
  throw new Error(`the server ended with ${await ended}`);
}

const residentMB = ({ child }) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) / 1024;

/** The text of a single answer. */
async function answerTo(url, body) {
  const headers = { "content-type": "application/octet-stream" };
  return (await fetch(url, { method: "POST", headers, body })).text();
}

/** Samples that the ledger says were answered. */
async function recorded() {
  const ledger = Ledger.open({ folder: env.VERSANT_LEDGER, mode: "read" });
  try {
    const events = await ledger.events({ types: ["requests"] });
    const { fault } = await verifyLedger(ledger);
    return { count: events.reduce((sum, { payload }) => sum + payload.count, 0), fault };
  } finally {
    await ledger.close();
  }
}

/** The greatest of the ten numbers of a sample. */
function digitIn(body, sample) {
  let digit = 0;
  const at = (place) => body.readFloatLE(4 * (10 * sample + place));
  for (let place = 1; place < 10; place++) if (at(place) > at(digit)) digit = place;
  return String(digit);
}

/** What a server under load is to hold, beside its figures. */
function judgeAnswers({ wrong, lost }) {
  judge(
    "wrong or lost",
    wrong.length + lost === 0,
    `${wrong.length} and ${lost} ${wrong[0] ?? ""}`,
  );
}

async function loadAndWatch(server, options) {
  let early;
  const timer = setTimeout(
    () => {
      early = residentMB(server);
    },
    1000 * Math.min(10, seconds / 3),
  );
  const found = await load({ url: server.url, connections, seconds, ...options });
  clearTimeout(timer);
  const late = residentMB(server);
  judgeAnswers(found);
  judge(
    "memory",
    late - early < 30,
    `${early.toFixed(0)} MB early, ${late.toFixed(0)} MB at the end`,
  );
  return found;
}

try {
  const words = ["train", "examples/mnist.ts", "--epochs", "1"];
  const trained = spawnSync(process.execPath, [command, ...words], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  if (trained.status !== 0) throw new Error(trained.stderr + trained.stdout);

  const server = await start();
  const pixels = mnist().test.images.dataSync();
  const images = Array.from({ length: 64 }, (_, i) =>
    Buffer.from(pixels.subarray(784 * i, 784 * (i + 1))),
  );
  const classes = [];
  for (const body of images) {
    classes.push(JSON.parse(await answerTo(server.url, body)).predictions[0].class);
  }
  const marks = classes.map((name) => Buffer.from(`"class":"${name}"`));

  console.log(`one image a request, ${connections} connections, ${seconds} s, answers in JSON`);
  const single = await loadAndWatch(server, {
    bodies: images,
    isRight: (body, index) => body.includes(marks[index]),
  });
  judge(
    "requests a second",
    single.perSecond >= 5000,
    `${single.perSecond.toFixed(0)}, required 5000`,
  );
  judge(
    "99 % within",
    single.p99 < 30,
    `${single.p99.toFixed(1)} ms, required 30 (half ${single.p50.toFixed(1)}, all ${single.longest.toFixed(0)})`,
  );

  let ofMany = 0;
  const many = async (options) => {
    const found = await loadAndWatch(server, { bodies: [Buffer.concat(images)], ...options });
    ofMany += 64 * found.answered;
    const perSecond = 64 * found.perSecond;
    judge("predictions a second", perSecond >= 60_000, `${perSecond.toFixed(0)}, required 60000`);
  };
  console.log("64 images a request, answers as the 10 numbers of each");
  await many({
    accept: "application/octet-stream",
    isRight: (body) =>
      body.length === 4 * 10 * 64 && classes.every((name, i) => name === digitIn(body, i)),
  });
  console.log("64 images a request, answers in JSON");
  // Reading all of it would take the processor from the server: the first has to be right, and all there.
  const { length } = await answerTo(server.url, Buffer.concat(images));
  await many({ isRight: (body) => body.length === length && body.includes(marks[0]) });

  console.log("SIGTERM under load");
  const under = load({
    ...{ url: server.url, bodies: images, connections, seconds: 20 },
    isRight: (body, index) => body.includes(marks[index]),
  });
  await pause(2000);
  server.child.kill("SIGTERM");
  const last = await under;
  judgeAnswers(last);
  const code = await server.ended;
  judge("exit code", code === 0, String(code));
  const answered = 2 * images.length + single.answered + ofMany + last.answered;
  const { count, fault } = await recorded();
  judge("in the ledger", count === answered && !fault, `${count} of ${answered} predictions`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (failed) process.exitCode = 1;
