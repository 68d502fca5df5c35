import { median } from "../../scripts/verify/rankTest.mjs";
import { Absent, Peer } from "./peer.mjs";
import { labelOf } from "./systems.mjs";

/** Limits are older than the measurements that they belong to by no more than this. */
const FRESH_MS = 20_000;

/**
 * What the machine can do at most, as each of Versant's devices measures it: operations a second (two
 * a multiply-add) and bytes of memory a second. In processes of their own, because the arrays that
 * have to be larger than the caches would count as memory of a peer.
 */
export class Limits {
  #peers;
  #measured;
  #time = Number.NEGATIVE_INFINITY;

  constructor(systems) {
    const measuring = systems.filter(({ system }) => /^Versant (native|wasm)$/.test(system));
    this.#peers = new Map(measuring.map((each) => [labelOf(each), new Peer(each)]));
    this.#measured = new Map(measuring.map((each) => [labelOf(each), []]));
  }

  /** Measures them anew unless that was done a moment ago. */
  async refresh() {
    if (performance.now() - this.#time < FRESH_MS) return;
    for (const [label, peer] of this.#peers) {
      try {
        const limits = await peer.ask({ limits: true });
        if (limits.operationsPerSecond > 0) this.#measured.get(label).push(limits);
      } catch (error) {
        if (!(error instanceof Absent)) throw error;
        this.#peers.delete(label);
      }
    }
    this.#time = performance.now();
  }

  /** By label, as measured last; nothing for what could not be measured. */
  get latest() {
    return new Map([...this.#measured].map(([label, all]) => [label, all.at(-1)]));
  }

  /** Over the whole run. */
  get medians() {
    const medianOf = (all, key) => median(all.map((each) => each[key]));
    const known = [...this.#measured].filter(([, all]) => all.length > 0);
    return Object.fromEntries(
      known.map(([label, all]) => [
        label,
        {
          operationsPerSecond: medianOf(all, "operationsPerSecond"),
          bytesPerSecond: medianOf(all, "bytesPerSecond"),
        },
      ]),
    );
  }

  end() {
    for (const peer of this.#peers.values()) peer.kill();
  }
}
