// Every example's model as a graph of data: traced from what its dataset stores, written as JSON and read
// again, it gives the same bits as the model that its author wrote, for 1, 4 and 17 samples.
//
//     npm run verify:portable [-- mnist spam]

import { readdirSync } from "node:fs";
import { compile, GraphModel, RandomGenerator, storedSamples, tensor } from "@versant/core";
import { portableModel } from "versant";
import { loadExperiment } from "../../packages/lab/dist/experiment/load.js";
import { Run } from "../../packages/lab/dist/experiment/run.js";

const folder = new URL("../../examples/", import.meta.url);
const all = readdirSync(folder).flatMap((file) =>
  file.endsWith(".ts") ? [file.slice(0, -3)] : [],
);
const names = process.argv.length > 2 ? process.argv.slice(2) : all;

/** What a dataset may store: numbers of about 1, and integers that are few enough to be words. */
function columnOf({ shape, dtype }, samples) {
  const generator = new RandomGenerator(1, "dataset");
  const length = shape.reduce((product, size) => product * size, samples);
  const below = dtype === "uint8" ? 64 : 2;
  const draw = () =>
    dtype.startsWith("float") ? 2 * generator.uniform() - 1 : generator.below(below);
  return tensor(Float32Array.from({ length }, draw), { shape: [samples, ...shape] }).cast(dtype);
}

let differences = 0;
for (const name of names) {
  const experiment = await loadExperiment(new URL(`${name}.ts`, folder).pathname);
  const { setup } = await Run.prepare(experiment, { seed: 1 });
  const { train } = setup.data;
  const start = performance.now();
  const { graph } = portableModel({ ...setup, data: train });
  const milliseconds = performance.now() - start;
  const document = JSON.stringify(graph);
  const read = GraphModel.fromJSON(JSON.parse(document), graph.stateDict());
  const { columns, transform } = storedSamples(train);
  setup.model.eval();
  const written = compile((...stored) => setup.model.forward(...transform(...stored).slice(0, -1)));
  const portable = compile((...inputs) => read.forward(...inputs));
  const same = [1, 4, 17].every((samples) => {
    const stored = columns.map((column) => columnOf(column, samples));
    const inputs = graph.inputs.map(
      (input) => stored[columns.findIndex((column) => column.name === input.name)],
    );
    const [expected, answer] = [written(...stored), portable(...inputs)].map((each) =>
      Buffer.from(each.dataSync().buffer),
    );
    return expected.equals(answer);
  });
  if (!same) differences++;
  console.log(
    `${name.padEnd(16)}  ${String(graph.toJSON().nodes.length).padStart(4)} nodes  ` +
      `${(document.length / 1000).toFixed(1).padStart(5)} kB  traced in ${milliseconds.toFixed(0).padStart(4)} ms  ` +
      `${same ? "the same bits" : "DIFFERS"}`,
  );
}
if (differences > 0) process.exitCode = 1;
process.exit();
