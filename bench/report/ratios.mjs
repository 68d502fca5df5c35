import { isJavaScriptPeer, isPyTorch } from "../measure/systems.mjs";
import { trainingWorkloads } from "../workloads/index.mjs";

const microsecondsOf = (rows) => Math.min(...rows.map((row) => row.medianMicroseconds));

/**
 * How many times as fast as the best of its rivals each of Versant's devices is, with the better
 * number of threads on both sides: against PyTorch, and wasm in Node also against the best JavaScript
 * peer.
 */
export function ratiosOf(rows) {
  const ratios = [];
  for (const workload of new Set(rows.map((row) => row.workload))) {
    const ofWorkload = rows.filter((row) => row.workload === workload);
    const rivals = { PyTorch: isPyTorch, "JavaScript peers": isJavaScriptPeer };
    for (const device of ["Versant native", "Versant wasm", "Versant Chromium"]) {
      const own = ofWorkload.filter(({ system }) => system === device);
      for (const [against, isRival] of Object.entries(rivals)) {
        const others = ofWorkload.filter(isRival);
        if (own.length === 0 || others.length === 0) continue;
        if (against === "JavaScript peers" && device !== "Versant wasm") continue;
        ratios.push({
          workload,
          device,
          against,
          ratio: microsecondsOf(others) / microsecondsOf(own),
        });
      }
    }
  }
  return ratios;
}

/** The geometric mean of native's ratios to PyTorch over the ten training workloads; null without all. */
export function geometricMean(ratios) {
  const isTraining = ({ workload }) => trainingWorkloads.some(({ name }) => name === workload);
  const counted = ratios.filter(
    (each) => each.device === "Versant native" && each.against === "PyTorch" && isTraining(each),
  );
  if (counted.length < trainingWorkloads.length) return null;
  return Math.exp(counted.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / counted.length);
}
