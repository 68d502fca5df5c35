// Peers take turns, round by round, so that what disturbs one disturbs all.

import { setTimeout } from "node:timers/promises";
import { median } from "../../scripts/verify/rankTest.mjs";
import { differenceOf } from "./losses.mjs";
import { Absent, Peer } from "./peer.mjs";
import { isPyTorch, labelOf } from "./systems.mjs";

/** Threads of the peer before spin for a while after their last step: let them go to sleep. */
const PAUSE_MS = 50;
/** What all turns of a slow peer may take together. */
const TURNS_MS = 6000;

/**
 * The processes of some systems, through one or more workloads.
 *
 * @param {object[]} systems
 * @param {{ rounds: number, turnMs: number, patience: number }} options turns of about `turnMs`; who
 *   takes more than `patience` seconds for one step is left out
 */
export class Contest {
  #contestants;
  #options;

  constructor(systems, options) {
    this.#options = options;
    this.#contestants = systems.map((system) => ({ system, peer: new Peer(system) }));
  }

  /** @returns {Promise<object[]>} a result for each system that ran the workload */
  async run({ name, kind }, path) {
    const results = this.#contestants
      .filter(({ peer }) => peer.isAlive)
      .map(({ system: { system, threads }, peer }) => {
        return { peer, result: { workload: name, system, threads, losses: [], rounds: [] } };
      });
    // All at once: loading is not measured.
    const load = ({ peer }) => peer.ask({ load: path });
    const loaded = (await Promise.all(results.map((each) => present([each], load)))).flat();
    const started = await present(loaded, (each) => this.#firstSteps(kind, each));
    const finished = await this.#takeTurns(withSameLosses(started));
    return finished.map(({ result, firstMs, compileMs }) => {
      const microseconds = median(result.rounds);
      const firstExtraMilliseconds = firstMs - microseconds / 1000;
      return {
        ...result,
        medianMicroseconds: microseconds,
        firstExtraMilliseconds,
        ...(compileMs !== undefined && { compileMilliseconds: compileMs }),
      };
    });
  }

  /** @returns {Promise<Map<string, number>>} the peak memory of each process by label */
  async end() {
    const peaks = new Map();
    for (const { system, peer } of this.#contestants) {
      try {
        peaks.set(labelOf(system), (await peer.ask({ end: true })).peakMemoryMB);
      } catch (error) {
        // Who was absent from a workload has been named.
        if (!(error instanceof Absent)) throw error;
      } finally {
        peer.kill();
      }
    }
    return peaks;
  }

  /** The cold step, and so many more that losses can be compared: 20, or 3 where they take seconds. */
  async #firstSteps(kind, each) {
    const { patience } = this.#options;
    await setTimeout(PAUSE_MS);
    const first = await each.peer.ask({ steps: 1 }, patience);
    const few = kind === "product" || first.firstMs > 1000;
    const others = await each.peer.ask({ steps: few ? 2 : 19 }, 20 * patience);
    each.firstMs = first.firstMs;
    each.compileMs = first.compileMs;
    each.estimate = others.median / 1000;
    each.turns = Math.floor(TURNS_MS / each.estimate);
    each.result.losses.push(...first.losses, ...others.losses);
    if (each.turns === 0) each.result.rounds.push(others.median);
  }

  async #takeTurns(all) {
    const { rounds, turnMs } = this.#options;
    const isSlow = ({ estimate }) => estimate > turnMs;
    // What is slow has warmed up by now.
    let left = await present(all, (each) => isSlow(each) || this.#turn(each));
    for (let round = 0; round < rounds; round++) {
      left = await present(left, async (each) => {
        if (round < each.turns) each.result.rounds.push(await this.#turn(each));
      });
    }
    return left;
  }

  /** So many steps that a turn of the slow lasts about as long as one of the fast. */
  async #turn(each) {
    await setTimeout(PAUSE_MS);
    const wanted = Math.round(this.#options.turnMs / each.estimate);
    const { median } = await each.peer.ask({ steps: Math.min(20_000, Math.max(1, wanted)) });
    each.estimate = median / 1000;
    return median;
  }
}

/** Those for which `ask` gets an answer, one after the other; the others are named and left out. */
async function present(contestants, ask) {
  const answered = [];
  for (const each of contestants) {
    try {
      await ask(each);
      answered.push(each);
    } catch (error) {
      if (!(error instanceof Absent)) throw error;
      console.log(`  ${labelOf(each.result)} is absent: ${error.message}`);
    }
  }
  return answered;
}

/** Those that lose the same as PyTorch, or else as the first: a faster wrong answer does not count. */
function withSameLosses(contestants) {
  const reference = contestants.find(({ result }) => isPyTorch(result)) ?? contestants[0];
  return contestants.filter(({ result }) => {
    const difference = differenceOf(result, reference.result);
    if (difference === null) return true;
    console.log(`  ${labelOf(result)} does not count: ${difference}`);
    process.exitCode = 1;
    return false;
  });
}
