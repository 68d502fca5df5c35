// What the project promises of its speed, and whether a run kept it.

import { isPyTorch } from "../measure/systems.mjs";
import { trainingWorkloads } from "../workloads/index.mjs";
import { geometricMean } from "./ratios.mjs";

const times = (value) => `${value.toFixed(2)} times`;
const percent = (value) => `${(100 * value).toFixed(0)} %`;
const milliseconds = (value) => `${value.toFixed(0)} ms`;

/**
 * A requirement is as good as its worst case.
 *
 * @param {{ workload: string, value: number }[]} cases none: it was not measured
 */
const atLeast = (name, least, cases, format) => ({
  name,
  ...{ required: `at least ${format(least)}`, format },
  worst: cases.toSorted((a, b) => a.value - b.value)[0],
  isMet: ({ value }) => value >= least,
});

const atMost = (name, most, cases, format) => ({
  name,
  ...{ required: `at most ${format(most)}`, format },
  worst: cases.toSorted((a, b) => b.value - a.value)[0],
  isMet: ({ value }) => value <= most,
});

/** The ratios of a device over some workloads. */
const cases = (ratios, device, against, isCounted = () => true) =>
  ratios
    .filter((each) => each.device === device && each.against === against)
    .filter(({ workload }) => isCounted(workload))
    .map(({ workload, ratio }) => ({ workload, value: ratio }));

const isTraining = (workload) => trainingWorkloads.some(({ name }) => name === workload);
const is = (...names) => names.includes.bind(names);

/** One thread's time over that of two, where one takes 5 ms or more; steps of the epoch are far shorter. */
function gainOfThreads(rows, device) {
  const own = rows.filter((row) => row.system === device && row.workload !== "mnist-epoch");
  return own
    .filter(({ threads, medianMicroseconds }) => threads === 1 && medianMicroseconds >= 5000)
    .flatMap(({ workload, medianMicroseconds }) => {
      const two = own.find((each) => each.workload === workload && each.threads === 2);
      return two ? [{ workload, value: medianMicroseconds / two.medianMicroseconds }] : [];
    });
}

/** The most that native takes, with 1 or 2 threads, over the least that PyTorch takes. */
function memoryShares(rows) {
  const memoryOf = (isCounted) =>
    rows.filter(isCounted).flatMap(({ peakMemoryMB }) => peakMemoryMB ?? []);
  return [...new Set(rows.map(({ workload }) => workload))].flatMap((workload) => {
    const own = memoryOf((row) => row.workload === workload && row.system === "Versant native");
    const pytorch = memoryOf((row) => row.workload === workload && isPyTorch(row));
    if (own.length === 0 || pytorch.length === 0) return [];
    return [{ workload, value: Math.max(...own) / Math.min(...pytorch) }];
  });
}

/** Shares of the multiply-add peak of native's one thread in GEMM 1024; wasm's against the same peak. */
function shareOfPeak(rows, device) {
  return rows
    .filter(({ workload }) => workload.startsWith("gemm-1024-"))
    .filter(({ system, threads }) => system === device && threads === 1)
    .filter(({ ofNativePeak }) => ofNativePeak !== undefined)
    .map(({ workload, ofNativePeak }) => ({ workload, value: ofNativePeak }));
}

/** 25 GFLOP/s do as well as 18 % of the peak: what counts is how far the better of the two is reached. */
const wasmGemm = (rows) =>
  rows
    .filter(({ workload }) => workload.startsWith("gemm-1024-"))
    .filter(({ system, threads }) => system === "Versant wasm" && threads === 1)
    .map(({ workload, gigaflops, ofNativePeak = 0 }) => ({
      workload,
      value: Math.max(gigaflops / 25, ofNativePeak / 0.18),
    }));

const roofline = (rows) =>
  rows
    .filter(({ workload, ofRoofline }) => workload === "mlp-2048" && ofRoofline !== undefined)
    .filter(({ system, threads }) => system === "Versant native" && threads === 2)
    .map(({ workload, ofRoofline }) => ({ workload, value: ofRoofline }));

const compileTimes = (rows, device) =>
  rows
    .filter(({ system, compileMilliseconds }) => system === device && compileMilliseconds > 0)
    .map(({ workload, compileMilliseconds }) => ({ workload, value: compileMilliseconds }));

/** @returns {{ name: string, required: string, reached: string, met: boolean | null }[]} */
export function requirementsOf(rows, ratios) {
  const pytorch = (isCounted) => cases(ratios, "Versant native", "PyTorch", isCounted);
  const epoch = (way) => cases(ratios, "Versant native", `PyTorch ${way}`);
  const mean = geometricMean(ratios);
  const all = [
    atLeast("every training workload, native against PyTorch", 1.5, pytorch(isTraining), times),
    atLeast("cnn and lstm", 2.5, pytorch(is("cnn", "lstm")), times),
    atLeast("calculator", 25, pytorch(is("calculator")), times),
    atLeast("digits", 8, pytorch(is("digits")), times),
    atLeast("MNIST epoch, as the book writes it", 50, epoch("as the book writes it"), times),
    atLeast("MNIST epoch, with tensors in memory", 9, epoch("with tensors in memory"), times),
    atLeast(
      "geometric mean of the ten training workloads",
      4,
      mean === null ? [] : [{ workload: "all ten", value: mean }],
      times,
    ),
    atLeast(
      "wasm against JavaScript peers",
      5,
      cases(ratios, "Versant wasm", "JavaScript peers"),
      times,
    ),
    atLeast(
      "GEMM 1024, native, 1 thread, share of the peak",
      0.8,
      shareOfPeak(rows, "Versant native"),
      percent,
    ),
    atLeast(
      "GEMM 1024, wasm, 1 thread, of 25 GFLOP/s or 18 % of the peak",
      1,
      wasmGemm(rows),
      percent,
    ),
    atLeast("mlp-2048, native, 2 threads, share of the roofline", 0.6, roofline(rows), percent),
    atLeast(
      "two threads against one, native, from 5 ms",
      1.7,
      gainOfThreads(rows, "Versant native"),
      times,
    ),
    atLeast(
      "two threads against one, wasm, from 5 ms",
      1.7,
      gainOfThreads(rows, "Versant wasm"),
      times,
    ),
    atMost("compile time, native, cold", 150, compileTimes(rows, "Versant native"), milliseconds),
    atMost("compile time, wasm, cold", 150, compileTimes(rows, "Versant wasm"), milliseconds),
    atMost("peak memory against PyTorch", 0.5, memoryShares(rows), times),
  ];
  return all.map(({ name, required, worst, isMet, format }) => ({
    name,
    required,
    reached: worst ? `${format(worst.value)} (${worst.workload})` : "not measured",
    met: worst ? isMet(worst) : null,
  }));
}
