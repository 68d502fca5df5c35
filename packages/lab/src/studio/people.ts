import { ArgumentError, describeValue } from "@versant/core/internal";
import { approve } from "../accountability/approve.js";
import { decide } from "../accountability/decide.js";
import { steer } from "../accountability/steer.js";
import { changeTags } from "../accountability/tag.js";
import type { Ledger } from "../ledger/ledger.js";
import type { ApproveRequest, DecideRequest, SteerRequest, TagRequest } from "./api/index.js";

type Saying = (ledger: Ledger, run: string, body: unknown) => Promise<unknown>;

/**
 * What people say to and about a run, by the last part of the address. Bodies come from outside: what they hold is
 * looked at by the functions that record it, as for every other caller; here only which names there are.
 */
export const sayings: Readonly<Record<string, Saying>> = {
  steer: (ledger, run, body) => {
    const { why, ...steering } = requireNames<SteerRequest>("steer", body, [
      "action",
      "value",
      "why",
    ]);
    // `steer` looks whether the value goes with the action.
    return steer(ledger, {
      run,
      why,
      steering: steering as Parameters<typeof steer>[1]["steering"],
    });
  },
  decide: (ledger, run, body) => {
    const names = ["title", "why", "from", "to", "alternatives", "evidence"];
    const decision = requireNames<DecideRequest>("decide", body, names);
    requireTexts("decide", "alternatives", decision.alternatives);
    requireTexts("decide", "evidence", decision.evidence);
    return decide(ledger, { ...decision, run });
  },
  tag: async (ledger, run, body) => {
    const { added = [], removed = [] } = requireNames<TagRequest>("tag", body, [
      "added",
      "removed",
    ]);
    requireTexts("tag", "added", added);
    requireTexts("tag", "removed", removed);
    return { tags: await changeTags(ledger, { run, added, removed }) };
  },
  approve: (ledger, run, body) => {
    const approval = requireNames<ApproveRequest>("approve", body, ["statement", "despite"]);
    return approve(ledger, { ...approval, run });
  },
};

/** @throws ArgumentError for what is no object, or has other names */
export function requireNames<T>(operation: string, body: unknown, names: readonly string[]): T {
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  const unknown = isObject ? Object.keys(body).find((name) => !names.includes(name)) : undefined;
  // Values are still unknown; the functions that take them say what is wrong with them.
  if (isObject && unknown === undefined) return body as T;
  const expected =
    names.length === 0 ? "an empty object" : `an object with some of ${names.join(", ")}`;
  throw new ArgumentError(
    `${operation}: received ${unknown === undefined ? describeValue(body) : `"${unknown}"`}, expected ${expected}.`,
  );
}

function requireTexts(operation: string, name: string, value: unknown): void {
  if (value === undefined) return;
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(value)} as ${name}, expected a list of texts.`,
  );
}
