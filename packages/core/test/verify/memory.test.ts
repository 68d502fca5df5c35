import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { compile, loss, nn, optim, type Tensor, tensor } from "@versant/core";
import { expect, test } from "vitest";
import { describeOnDevices } from "../oracle/fixture.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that the collector keeps, arrays included, and resident bytes. */
function memory(): { live: number; resident: number } {
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { live: heapUsed + external, resident: rss };
}

function trainingStep(): (x: Tensor, y: Tensor) => Tensor {
  const model = new nn.Sequential(new nn.Linear(2, 16), new nn.ReLU(), new nn.Linear(16, 1));
  const optimizer = new optim.Adam(model.parameters(), { learningRate: 1e-3 });
  return (x, y) => {
    const cost = loss.mse(model.forward(x), y);
    cost.backward();
    optimizer.step();
    return cost;
  };
}

// The full measurement is `npm run verify:memory`. Here only what grows with every step is caught:
// code being optimised makes some of the windows grow, a leak makes all of them.
describeOnDevices("memory", () => {
  const x = tensor(
    Float32Array.from({ length: 32 }, (_, index) => index / 32),
    { shape: [16, 2] },
  );
  const y = x.mean([1], { keepDims: true });

  test.each([
    { mode: "compiled", step: () => compile(trainingStep()), steps: 600 },
    { mode: "eager", step: trainingStep, steps: 800 },
  ])("does not grow with the number of $mode steps", ({ step: make, steps }) => {
    const step = make();
    const samples = Array.from({ length: 6 }, () => {
      for (let index = 0; index < steps; index++) step(x, y).itemSync();
      return memory();
    });
    const least = (of: "live" | "resident"): number =>
      Math.min(
        ...samples.slice(1).map((sample, at) => sample[of] - (samples[at] as typeof sample)[of]),
      );
    // A tensor kept at every step costs several hundred bytes.
    expect(least("live") / steps).toBeLessThan(200);
    expect(least("resident")).toBeLessThan(2 ** 20);
  });
});
