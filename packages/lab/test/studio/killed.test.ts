import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { start } from "../command/process.js";
import { fixture } from "../command/run.js";
import { temporaryFolder, temporaryLedger } from "../ledger/temporary.js";

test("a run goes on when the studio is killed, and ends with the same weights", async () => {
  const folder = temporaryFolder();
  const ledger = temporaryLedger(join(folder, "ledger"));
  const environment = { VERSANT_LEDGER: ledger.folder, VERSANT_KEYS: join(folder, "keys") };
  const report = join(folder, "report.json");
  const train = (rest: number) =>
    start(
      folder,
      [
        ...["train", fixture("patient.ts"), "--epochs", "100", "--rest", String(rest)],
        ...["--log", "plain", "--report", report],
      ],
      environment,
    );
  const weights = (): string => JSON.parse(readFileSync(report, "utf8")).weightsSha256;
  expect((await train(0).finished).code).toBe(0);
  const expected = weights();

  const studio = start(folder, ["studio", "--port", "0", "--no-open"], environment);
  let printed = "";
  studio.child.stdout.on("data", (text) => {
    printed += text;
  });
  await studio.printed(/http\S+\s/);
  const [address = ""] = /http\S+/.exec(printed) ?? [];
  const { headers } = await fetch(address, { redirect: "manual" });
  const cookie = headers.get("set-cookie")?.split(";")[0] ?? "";
  const watched = train(20);
  const { body } = await fetch(new URL("/api/stream", address), { headers: { cookie } });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let said = ""; !said.includes("event: state"); said += (await reader?.read())?.value ?? "");
  studio.child.kill("SIGKILL");
  await once(studio.child, "close");
  expect(watched.child.exitCode).toBeNull();
  expect((await watched.finished).code).toBe(0);
  expect(weights()).toBe(expected);
});
