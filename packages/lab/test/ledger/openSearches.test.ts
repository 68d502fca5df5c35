import { expect, test } from "vitest";
import type { Draft } from "../../src/ledger/events.js";
import { openSearches } from "../../src/ledger/searches.js";
import { searchDraft } from "../studio/searchDraft.js";
import { startedDraft, temporaryLedger } from "./temporary.js";

const ended = (run: string): Draft => ({
  type: "search.ended",
  run,
  payload: { state: "interrupted", best: [] },
});

test("a search is open until it has ended, and again when it was resumed", async () => {
  const ledger = temporaryLedger();
  await ledger.append([
    ...[startedDraft("a-run"), searchDraft("begun"), searchDraft("over"), ended("over")],
    ...[searchDraft("again"), ended("again")],
    { type: "search.resumed", run: "again", payload: { trials: 80 } },
  ]);
  expect(await openSearches(ledger)).toEqual(["begun", "again"]);
  await ledger.append([ended("again")]);
  expect(await openSearches(ledger)).toEqual(["begun"]);
});
