import { setTimeout as delay } from "node:timers/promises";
import { ArgumentError, describeValue, requireOptions } from "@versant/core/internal";
import type { Event, Steering } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";
import { findRun } from "../ledger/runs.js";
import { Refusal } from "../refusal/refusal.js";
import { record, requireText } from "./record.js";

export interface SteerOptions {
  /** As `findRun` reads it: "last", "#12", a name or its beginning. */
  readonly run: string;
  readonly steering: Steering;
  readonly why: string;
}

const actions = ["pause", "resume", "stop", "learningRate"];

/**
 * Asks a training, in this process or another, for something. It is applied between two batches, and
 * recorded by the training itself; `steeringAnswer` waits for that.
 *
 * @throws ArgumentError when the run has ended or its process is gone, without a reason, and for a
 *   learning rate that is no positive number
 */
export async function steer(
  ledger: Ledger,
  options: SteerOptions,
): Promise<Event<"steer.requested">> {
  requireOptions("steer", options, ["run", "steering", "why"]);
  const { steering, why } = options;
  requireSteering(steering);
  const reason = requireText("steer", "why", why);
  const run = await findRun(ledger, options.run);
  if (run.state === "killed") {
    throw new Refusal(
      "steer.killed",
      { run: run.id },
      `steer: ${run.id} is not trained by any process now: the one that did is gone; \`versant resume ` +
        `${run.id}\` goes on from its last checkpoint.`,
    );
  }
  if (run.state !== "running") {
    throw new Refusal(
      "steer.ended",
      { run: run.id, state: run.state },
      `steer: ${run.id} has ended (${run.state}, ${run.ended}), expected a run that is being trained; ` +
        "`versant runs --where state=running` lists those.",
    );
  }
  return record<"steer.requested">(ledger, {
    type: "steer.requested",
    run: run.id,
    payload: { ...steering, why: reason },
  });
}

function requireSteering(steering: Steering): void {
  const { action, value } = steering as { action: unknown; value?: unknown };
  if (!actions.includes(action as string)) {
    throw new ArgumentError(
      `steer: received the action ${describeValue(action)}, expected one of ${actions.join(", ")}.`,
    );
  }
  if (action !== "learningRate") return;
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return;
  throw new ArgumentError(
    `steer: received ${describeValue(value)} as the learning rate, expected a finite number above 0, ` +
      "such as 1e-3.",
  );
}

/** What became of a request: where it was applied, that the run ended first, or nothing yet. */
export type SteeringAnswer = Event<"steer.applied"> | Event<"run.ended"> | undefined;

/** Milliseconds between two looks into the ledger. */
const interval = 100;

/** Waits at most so many seconds for the training to do what was asked. */
export async function steeringAnswer(
  ledger: Ledger,
  { run, sequence, hash }: Event<"steer.requested">,
  seconds: number,
): Promise<SteeringAnswer> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const events = await ledger.events({
      ...(run !== null && { run }),
      types: ["steer.applied", "run.ended"],
      after: sequence,
    });
    const applied = events.find(
      (event) => event.type === "steer.applied" && event.payload.request === hash,
    );
    const answer = applied ?? events.find(({ type }) => type === "run.ended");
    if (answer || Date.now() >= end) return answer;
    await delay(interval);
  }
}
