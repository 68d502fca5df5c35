// The model of every example, trained for some seconds, answers the same as an ONNX file in onnxruntime-web,
// up to 1e-4 of its largest answer (or of 1): for 1, 3, 16 and 256 test samples, as the dataset stores them.
//   npm run verify:onnx                one after the other
//   npm run verify:onnx -- mnist spam  only these
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { loadExperiment } from "../../packages/lab/dist/experiment/load.js";
import { compareExport } from "./onnxAgreement.mjs";
import { root } from "./versant.mjs";

const tolerance = 1e-4;
const examples = readdirSync(join(root, "examples")).flatMap((file) =>
  file.endsWith(".ts") ? [file.slice(0, -".ts".length)] : [],
);

const names = process.argv.length > 2 ? process.argv.slice(2) : examples;
const unknown = names.find((name) => !examples.includes(name));
if (unknown !== undefined) {
  console.error(
    `verify:onnx: received "${unknown}", expected examples among ${examples.join(", ")}.`,
  );
  process.exit(1);
}
console.log(`${"example".padEnd(18)}${"file".padStart(12)}${"difference".padStart(13)}`);
for (const name of names) {
  const experiment = await loadExperiment(join(root, "examples", `${name}.ts`));
  try {
    const { bytes, difference } = await compareExport(experiment);
    const isMet = difference <= tolerance;
    const file = `${(bytes / 1000).toFixed(0)} kB`;
    console.log(
      name.padEnd(18) +
        file.padStart(12) +
        difference.toExponential(1).padStart(13) +
        (isMet ? "" : `  not met: at most ${tolerance}`),
    );
    if (!isMet) process.exitCode = 1;
  } catch (error) {
    console.log(`${name.padEnd(18)}  ${error.message}`);
    process.exitCode = 1;
  }
}
