import { expect, test } from "vitest";
import { type Basis, circumstances, differences } from "../../src/recording/differences.js";
import { startedDraft } from "../ledger/temporary.js";

const before: Basis = startedDraft("a").payload;
const { code, environment } = before;

test("what was trained the same way differs in nothing", () => {
  expect([...differences(before, before), ...circumstances(before, before)]).toEqual([]);
});

test("the lock file and Node's version are told, and keep no run from going on", () => {
  const now: Basis = {
    ...before,
    code: { ...code, lockFile: "10c4" },
    environment: { ...environment, node: "v22.1.0" },
  };
  expect(differences(before, now)).toEqual([]);
  expect(circumstances(before, now)).toEqual([
    "another lock file",
    "Node v22.1.0 in place of v20.19.0",
  ]);
});
