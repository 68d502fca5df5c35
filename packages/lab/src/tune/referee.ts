import type { TrialReport } from "../ledger/searchEvents.js";
import type { Pruner } from "./pruners/pruner.js";

interface Course {
  readonly reports: TrialReport[];
  hasEnded: boolean;
}

/**
 * Keeps what trials report, and asks the pruner as soon as everything is known that its decision depends on: all
 * trials with lower numbers have to have come as far, or to have ended. As each waits for lower numbers only, the lowest one that
 * runs waits for nobody.
 */
export class Referee {
  readonly #courses = new Map<number, Course>();
  readonly #waiting = new Set<() => void>();

  /** @param isAsync decides by what is there, without waiting */
  constructor(
    readonly pruner: Pruner | undefined,
    readonly isAsync: boolean,
  ) {}

  begin(trial: number): void {
    this.#courses.set(trial, { reports: [], hasEnded: false });
  }

  end(trial: number, reports?: readonly TrialReport[]): void {
    const course = this.#courses.get(trial) ?? { reports: [...(reports ?? [])], hasEnded: true };
    course.hasEnded = true;
    this.#courses.set(trial, course);
    this.#wake();
  }

  reportsOf(trial: number): readonly TrialReport[] {
    return this.#courses.get(trial)?.reports ?? [];
  }

  /** Why the trial is to end, or undefined. */
  async judge(trial: number, report: TrialReport): Promise<string | undefined> {
    const { pruner } = this;
    this.#courses.get(trial)?.reports.push(report);
    this.#wake();
    if (!pruner?.decidesAt(trial, report.step)) return undefined;
    while (!this.isAsync && this.#isOpen(trial, report.step)) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    const curves = [...this.#courses].map(([number, { reports }]) => ({ number, reports }));
    const others = curves.filter(({ number }) => number < trial);
    return pruner.reasonToPrune({ number: trial, reports: this.reportsOf(trial) }, others);
  }

  /** Whether a trial with a lower number may still report something for this step. */
  #isOpen(trial: number, step: number): boolean {
    return [...this.#courses].some(
      ([number, { reports, hasEnded }]) =>
        number < trial && !hasEnded && (reports.at(-1)?.step ?? 0) < step,
    );
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
