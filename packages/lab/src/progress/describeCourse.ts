import { formatTable } from "@versant/core/internal";
import type { Payloads, Steering } from "../ledger/events.js";
import type { Looks, RunRecord } from "../ledger/record.js";
import { formatCount, formatScore, formatTime, row } from "./format.js";

/** More epochs than these are thinned, evenly; the first and the last stay. */
const shownEpochs = 12;

/** The table of epochs, a line each. */
export function epochLines({ epochs }: RunRecord): string[] {
  if (epochs.length === 0) return [];
  const all = epochs.map(({ payload }) => ({
    ...payload,
    scores: Object.entries<Readonly<Record<string, number>>>({
      train: payload.train,
      validation: payload.validation ?? {},
    }).flatMap(([part, scores]) =>
      Object.entries(scores).map(([name, value]) => [`${part}.${name}`, value] as const),
    ),
  }));
  const names = [...new Set(all.flatMap(({ scores }) => scores.map(([name]) => name)))];
  const rows = thinned(all, shownEpochs).map(({ epoch, seconds, learningRate, scores }) => {
    const values = new Map(scores);
    const cells = names.map((name) => {
      const score = values.get(name);
      return score === undefined ? "" : formatScore(score);
    });
    return [
      String(epoch),
      seconds.toFixed(1),
      String(Number(learningRate.toPrecision(6))),
      ...cells,
    ];
  });
  const header = ["epoch", "seconds", "rate", ...names];
  const { lines } = formatTable({ header, rows, numbersFrom: 0, cut: 0 });
  const left = epochs.length - rows.length;
  return left > 0 ? [...lines, `${left} epochs between these are left out.`] : [...lines];
}

function thinned<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  const last = all.length - 1;
  const indices = Array.from({ length: most }, (_, i) => Math.round((i * last) / (most - 1)));
  return indices.flatMap((index) => all.slice(index, index + 1));
}

/** Scores on test data, and who else has looked at these. */
export function testLines({ tests, looks }: RunRecord): string[] {
  return [
    ...tests.map(({ payload: { purpose, scores }, time }) =>
      row(formatTime(time), scores ? `${purpose}: ${describeScores(scores)}` : purpose),
    ),
    ...(looks.count > 0 ? [describeLooks(looks)] : []),
  ];
}

const describeScores = (scores: Readonly<Record<string, number>>): string =>
  Object.entries(scores)
    .map(([name, value]) => `${name} ${formatScore(value)}`)
    .join(" | ");

/** "This test set was looked at 17 times by 12 runs." */
const describeLooks = ({ count, runs }: Looks): string =>
  `This test set was looked at ${formatCount(count)} ${count === 1 ? "time" : "times"} by ` +
  `${formatCount(runs)} ${runs === 1 ? "run" : "runs"}.`;

/** What people asked for, decided, signed and described, in order. */
export function peopleLines(record: RunRecord): string[] {
  const { requests, interventions, decisions, approvals, descriptions } = record;
  const lines = [
    ...requests.map((event) => ({
      event,
      text: `asks for ${describeSteering(event.payload)}: ${event.payload.why}`,
    })),
    ...interventions.map((event) => ({
      event,
      text: `${describeSteering(event.payload, event.payload.from)} at step ${event.payload.place.step}`,
    })),
    ...decisions.map((event) => ({ event, text: describeDecision(event.payload) })),
    ...approvals.map((event) => ({
      event,
      text: describeApproval(event.payload),
    })),
    ...descriptions.map((event) => ({
      event,
      text: `describes ${Object.keys(event.payload.items).join(", ")}`,
    })),
  ];
  return lines
    .sort((a, b) => a.event.sequence - b.event.sequence)
    .map(({ event, text }) => row(formatTime(event.time), `${event.actor.name} ${text}`));
}

function describeSteering(steering: Steering, from?: number): string {
  if (steering.action !== "learningRate") return steering.action;
  return `learning rate ${steering.value}${from === undefined ? "" : ` instead of ${from}`}`;
}

const describeApproval = ({ weights, statement, leaks, despite }: Payloads["approval"]): string =>
  `approves the weights ${weights}: ${statement}` +
  (leaks === undefined ? "" : ` (despite ${leaks}: ${despite ?? "no reason given"})`);

function describeDecision(decision: Payloads["decision"]): string {
  const { title, why, from, to, alternatives, evidence } = decision;
  const change =
    from !== undefined && to !== undefined
      ? ` (from ${from} to ${to})`
      : to === undefined
        ? ""
        : ` (${to})`;
  return [
    `decides: ${title}${change}, because ${why}`,
    ...(alternatives.length > 0 ? [`instead of ${alternatives.join(", ")}`] : []),
    ...(evidence.length > 0 ? [`on the evidence of ${evidence.join(", ")}`] : []),
  ].join("; ");
}

/** What it can be resumed from, and the best by what was watched. */
export const checkpointLines = ({ checkpoints }: RunRecord): string[] =>
  thinned(checkpoints, shownEpochs).map(({ payload }) => {
    const { place, tensors, best } = payload;
    const mark = best ? `, best ${best.monitor} ${formatScore(best.score)}` : "";
    return row(`step ${formatCount(place.step)}`, `${tensors}${mark}`);
  });

/** How much its model was asked where it was served, day by day. */
export function servedLines({ served }: RunRecord): string[] {
  const days = new Map<string, number>();
  for (const { payload } of served) {
    const day = payload.from.slice(0, 10);
    days.set(day, (days.get(day) ?? 0) + payload.count);
  }
  return thinned([...days], shownEpochs).map(([day, count]) =>
    row(day, `answered ${formatCount(count)} ${count === 1 ? "sample" : "samples"}`),
  );
}
