import { isPyTorch } from "../measure/systems.mjs";
import { trainingWorkloads } from "../workloads/index.mjs";

const colors = {
  "Versant native": "#1f6f5c",
  "Versant wasm": "#5fb49c",
  "Versant Chromium": "#a8d8c8",
  "TensorFlow.js wasm": "#e0a458",
  "TensorFlow.js cpu": "#f0d3a8",
  "jax-js": "#8d86c9",
};

/** How many times as fast as the best PyTorch each system is, with its better number of threads. */
function valuesOf(rows) {
  const fastest = (of) => Math.min(...of.map((row) => row.medianMicroseconds));
  return trainingWorkloads.flatMap(({ name: workload }) => {
    const own = rows.filter((row) => row.workload === workload);
    const pytorch = fastest(own.filter(isPyTorch));
    return Object.keys(colors).flatMap((system) => {
      const ratio = pytorch / fastest(own.filter((row) => row.system === system));
      return Number.isFinite(ratio) && ratio > 0 ? [{ workload, system, ratio }] : [];
    });
  });
}

function specificationOf(values, machine) {
  const names = trainingWorkloads.map(({ name }) => name);
  return {
    background: "white",
    title: {
      text: "One training step: times as fast as PyTorch",
      subtitle: `${machine.processor}, ${machine.processors} processors; better number of threads of each`,
      anchor: "start",
    },
    width: 560,
    height: { step: 9 },
    data: { values },
    layer: [
      {
        mark: { type: "bar", tooltip: false },
        encoding: {
          y: { field: "workload", sort: names, title: null },
          yOffset: { field: "system", sort: Object.keys(colors) },
          x: {
            field: "ratio",
            type: "quantitative",
            scale: { type: "log", domainMin: 0.01, clamp: true },
            title: "times as fast as the best of PyTorch's 1 and 2 threads (logarithmic)",
            axis: { tickCount: 5, format: "~g" },
          },
          // A bar of a logarithmic scale starts where both are equally fast.
          x2: { datum: 1 },
          color: {
            field: "system",
            title: null,
            scale: { domain: Object.keys(colors), range: Object.values(colors) },
          },
        },
      },
      { mark: { type: "rule", color: "#333333" }, encoding: { x: { datum: 1 } } },
    ],
  };
}

/** A chart as SVG, drawn by vega-lite; @throws Error when that is not installed or nothing was measured */
export async function chartOf(rows, machine) {
  const values = valuesOf(rows);
  if (values.length === 0) throw new Error("no training workload was measured beside PyTorch");
  const [{ parse, View }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const { spec } = compile(specificationOf(values, machine));
  return await new View(parse(spec), { renderer: "none" }).toSVG();
}
