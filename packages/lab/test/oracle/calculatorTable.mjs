// Trains the calculator on a grid of four hyper-parameters and writes its validation losses: what the searches of the
// other generator and of the tests interpolate, so that 30 searches of 60 trials cost nothing. Build first.
//   node packages/lab/test/oracle/calculatorTable.mjs
import { writeFileSync } from "node:fs";
import { Run } from "../../dist/index.js";
import calculator from "./calculator.mjs";

const axes = {
  optimizer: ["sgd", "adam"],
  hiddenLayers: [1, 2, 3],
  width: [4, 8, 16, 32],
  learningRate: [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1],
};
const seeds = [1, 2, 3];
/** What a model that diverges is charged with; a constant answer costs about 0.04. */
const worst = 1;

async function lossOf(hyperparameters, seed) {
  const run = await Run.prepare(calculator, { hyperparameters, seed });
  try {
    await run.fit();
    const { loss } = await run.test();
    return Number.isFinite(loss) ? Math.min(loss, worst) : worst;
  } catch (error) {
    if (error.constructor.name === "DivergenceError") return worst;
    throw error;
  }
}

const logarithms = [];
for (const optimizer of axes.optimizer) {
  for (const hiddenLayers of axes.hiddenLayers) {
    for (const width of axes.width) {
      for (const learningRate of axes.learningRate) {
        const values = { optimizer, hiddenLayers, width, learningRate };
        let sum = 0;
        for (const seed of seeds) sum += Math.log10(await lossOf(values, seed));
        logarithms.push(Number((sum / seeds.length).toFixed(4)));
      }
    }
    console.log(optimizer, hiddenLayers, logarithms.length);
  }
}
const file = new URL("fixtures/calculator.json", import.meta.url);
writeFileSync(file, `${JSON.stringify({ axes, logarithms })}\n`);
