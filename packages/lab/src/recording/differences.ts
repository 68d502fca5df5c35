import type { Payloads } from "../ledger/events.js";

type Started = Payloads["run.started"];

/** What decides the bits of a training besides its settings. */
export type Basis = Pick<Started, "code" | "data" | "environment">;

/** What is not as it was, in words; empty where the same bits are to be expected. */
export function differences(before: Basis, now: Basis): string[] {
  const { arithmetic } = now.environment;
  return [
    ...changedFiles(before, now),
    ...(before.code.versant === now.code.versant
      ? []
      : [`Versant ${now.code.versant} in place of ${before.code.versant}`]),
    ...(before.data.hash === now.data.hash || before.data.hash === "unknown" ? [] : ["other data"]),
    ...(before.environment.arithmetic === arithmetic
      ? []
      : [`arithmetic ${arithmetic} in place of ${before.environment.arithmetic}`]),
  ];
}

/**
 * What else is not as it was. The bits do not depend on it as a rule: it is where to look when they differ
 * all the same.
 */
export function circumstances(before: Basis, now: Basis): string[] {
  const { node } = now.environment;
  return [
    ...(before.code.lockFile === now.code.lockFile ? [] : ["another lock file"]),
    ...(before.environment.node === node
      ? []
      : [`Node ${node} in place of ${before.environment.node}`]),
  ];
}

function changedFiles(before: Basis, now: Basis): string[] {
  if (before.code.hash === now.code.hash) return [];
  const objects = ({ code }: Basis) =>
    new Map(code.files.map(({ path, object }) => [path, object]));
  const [old, current] = [objects(before), objects(now)];
  const paths = [...new Set([...old.keys(), ...current.keys()])];
  return paths
    .filter((path) => old.get(path) !== current.get(path))
    .map((path) => `another ${path}`);
}
