import { formatTable, type metrics } from "versant";
import { entityKinds, tags } from "./clauses.js";

/** "kind:first:last" of each entity; an I- that continues nothing of its kind begins one. */
export function spansOf(sequence: readonly number[]): string[] {
  const spans: { kind: string; first: number; last: number }[] = [];
  sequence.forEach((tag, index) => {
    const [place, kind] = (tags[tag] ?? "O").split("-");
    const open = spans.at(-1);
    if (kind === undefined) return;
    if (place === "I" && open?.kind === kind && open.last === index - 1) open.last = index;
    else spans.push({ kind, first: index, last: index });
  });
  return spans.map(({ kind, first, last }) => `${kind}:${first}:${last}`);
}

/**
 * Scores of entities as CoNLL 2003 counts them (Tjong Kim Sang and De Meulder): one is found if its kind
 * and both of its ends are. Those of each kind, then of all together.
 */
export function entityScores(
  predicted: readonly (readonly number[])[],
  actual: readonly (readonly number[])[],
): metrics.ClassScores[] {
  const found = predicted.map(spansOf);
  const there = actual.map(spansOf);
  const count = (lists: readonly string[][], kind: string): number =>
    lists.flat().filter((span) => span.startsWith(kind)).length;
  const hits = there.map((spans, index) => spans.filter((span) => found[index]?.includes(span)));
  const score = (name: string, kind: string): metrics.ClassScores => {
    const [hit, marked, support] = [count(hits, kind), count(found, kind), count(there, kind)];
    const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
    const [precision, recall] = [share(hit, marked), share(hit, support)];
    return { name, precision, recall, f1: share(2 * hit, marked + support), support };
  };
  return [...entityKinds.map((kind) => score(kind, `${kind}:`)), score("all", "")];
}

/** A row a kind. */
export function entityTable(scores: readonly metrics.ClassScores[]): string[] {
  const rows = scores.map(({ name, precision, recall, f1, support }) => [
    name,
    ...[precision, recall, f1].map((score) => score.toFixed(4)),
    String(support),
  ]);
  const header = ["entity", "precision", "recall", "f1", "entities"];
  return [...formatTable({ header, rows, numbersFrom: 1, cut: 0 }).lines];
}
