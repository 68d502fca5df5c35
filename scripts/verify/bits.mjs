// Same seed, same weights to the bit: the digit reader trained with 1 and 2 threads, and with each
// instruction set that this processor has.
//
//     npm run verify:bits [-- --epochs 100]

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { train } from "./versant.mjs";

const { values } = parseArgs({ options: { epochs: { type: "string", default: "3" } } });
const flags = ["--epochs", values.epochs, "--seed", "42", "--device", "native"];
const settings = [
  { VERSANT_THREADS: "1", VERSANT_ISA: "avx2" },
  { VERSANT_THREADS: "2", VERSANT_ISA: "avx2" },
  { VERSANT_THREADS: "1", VERSANT_ISA: "avx512" },
  { VERSANT_THREADS: "2", VERSANT_ISA: "avx512" },
];

console.log(`digits, ${values.epochs} epochs, ${availableParallelism()} processors`);
const hashes = settings.map((environment) => {
  const { device, weightsSha256, seconds } = train("examples/mnist.ts", flags, environment);
  const shown = Object.values(environment).join(" x ").padEnd(10);
  console.log(`${shown}  ${weightsSha256}  ${seconds.toFixed(1)} s  ${JSON.stringify(device)}`);
  return weightsSha256;
});
const same = hashes.every((hash) => hash === hashes[0]);
console.log(same ? "The weights are the same to the bit." : "The weights DIFFER.");
if (!same) process.exitCode = 1;
