import { expect, test } from "vitest";
import { LandscapeProcess } from "../../src/studio/landscapeProcess.js";
import { temporaryFolder } from "../ledger/temporary.js";

test("a command that is killed is told by what killed it", async () => {
  const measuring = new LandscapeProcess(temporaryFolder());
  measuring.start("no-run", { directions: "random" });
  measuring.close();
  await expect
    .poll(() => measuring.failureOf("no-run"), { timeout: 20_000 })
    .toBe("the command ended with SIGTERM.");
  expect(measuring.work).toBeNull();
});
