import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Ledger } from "../../src/ledger/ledger.js";
import { listRuns } from "../../src/ledger/runs.js";
import { startedDraft, temporaryFolder, temporaryLedger } from "../ledger/temporary.js";
import { start } from "./process.js";
import { fixture, run } from "./run.js";

/** Signs in as a browser does that opens an address; gives the cookie. */
async function enter(address: string): Promise<Record<string, string>> {
  const { headers } = await fetch(address, { redirect: "manual" });
  return { cookie: headers.get("set-cookie")?.split(";")[0] ?? "" };
}

const addressIn = (out: string): string => /studio +(http\S+)/.exec(out)?.[1] ?? "";

function starting(folder: string, ...args: readonly string[]) {
  const environment = {
    ...{ VERSANT_LEDGER: join(folder, "ledger"), VERSANT_KEYS: join(folder, "keys") },
    VERSANT_TOKEN: "",
  };
  const running = start(folder, args, environment);
  let out = "";
  running.child.stdout.on("data", (text) => {
    out += text;
  });
  const address = async () => {
    await running.printed(/studio +http\S+\n/);
    return addressIn(out);
  };
  return { ...running, address };
}

test.runIf(process.platform !== "win32")(
  "shows the ledger, and ends at once at Ctrl-C, whoever listens",
  async () => {
    const folder = temporaryFolder();
    await temporaryLedger(join(folder, "ledger")).append([startedDraft("a")]);
    const studio = starting(folder, "studio", "a b", "--port", "0", "--no-open");
    const address = await studio.address();
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/runs\/a%20b\?token=[\w-]{32}$/);
    const headers = await enter(address);
    const answer = await fetch(new URL("/api/runs/last", address), { headers });
    expect(await answer.json()).toMatchObject({ run: { id: "a" } });
    const stream = await fetch(new URL("/api/stream", address), { headers });
    const reading = stream.body?.getReader();
    await reading?.read();
    studio.child.kill("SIGINT");
    expect((await studio.finished).code).toBe(0);
    await reading?.closed.catch(() => {});
  },
);

test.runIf(process.platform === "linux")(
  "a training goes on when its studio is killed, and takes it along at its end",
  async () => {
    const folder = temporaryFolder();
    const words = ["train", fixture("line.ts"), "--epochs", "1000000", "--log", "plain"];
    const training = starting(folder, ...words, "--studio", "--no-open");
    const address = await training.address();
    const { pid } = training.child;
    const [studio] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    const headers = await enter(address);
    const asked = await fetch(new URL("/api/runs/last", address), { headers });
    expect(await asked.json()).toMatchObject({ run: { state: "running", experiment: "line" } });
    process.kill(Number(studio), "SIGKILL");
    const ledger = Ledger.open({ folder: join(folder, "ledger"), mode: "read" });
    const epochs = async () => (await listRuns(ledger))[0]?.epochs ?? 0;
    const before = await epochs();
    await expect.poll(epochs, { timeout: 20_000 }).toBeGreaterThan(before);
    training.child.kill("SIGINT");
    expect((await training.finished).code).toBe(130);
    expect((await listRuns(ledger))[0]?.state).toBe("interrupted");
    await ledger.close();
  },
);

test.runIf(process.platform !== "win32")(
  "a studio is gone when its training is, however that ends",
  async () => {
    const folder = temporaryFolder();
    const words = ["train", fixture("line.ts"), "--epochs", "1000000", "--log", "plain"];
    const training = starting(folder, ...words, "--studio", "--no-open");
    const address = await training.address();
    expect((await fetch(new URL("/api/session", address))).status).toBe(401);
    training.child.kill("SIGKILL");
    const isGone = () =>
      fetch(address).then(
        () => false,
        () => true,
      );
    await expect.poll(isGone, { timeout: 20_000 }).toBe(true);
  },
);

test.each([
  [["studio", "--host", "0.0.0.0"], /0\.0\.0\.0, which others reach, without a token/, 2],
  [["studio", "--port", "70000"], /--port: received "70000"/, 2],
  [["studio", "--token-file", "nowhere"], /cannot read nowhere/, 1],
  [["train", "line.ts", "--studio", "--no-ledger"], /--studio and --no-ledger/, 2],
])("refuses %j", async (args, message, code) => {
  const words = args.map((word) => (word === "line.ts" ? fixture(word) : word));
  expect(await run(...words)).toMatchObject({ code, err: expect.stringMatching(message) });
});
