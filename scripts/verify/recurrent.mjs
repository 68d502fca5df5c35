// A training step of an LSTM compiles in the same time whatever the number of steps, because its loop
// is an instruction: the first call less a later one, in cold processes, over 50 steps and over 500.
// The long one is then trained for a while: its loss has to fall.
//   npm run verify:recurrent
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compile, loss, manualSeed, nn, optim, rand } from "versant";

const processes = 11;
const lengths = [50, 500];
/** How much longer the long one may take: unrolled it would be ten times, and noise is no failure. */
const limit = 1.5;
const trainingSteps = 40;

/** Small, because the first call also meets memory that nobody has touched yet. */
const [samples, width] = [4, 16];

/** A step of training on the mean of sequences of random numbers; returns the loss. */
function trainingStep(length) {
  manualSeed(1);
  const lstm = new nn.LSTM(1, width);
  const head = new nn.Linear(width, 1);
  const optimizer = new optim.Adam([...lstm.parameters(), ...head.parameters()], {
    learningRate: 0.01,
  });
  const step = compile((sequences) => {
    const { state } = lstm.forward(sequences);
    const cost = loss.meanSquaredError(head.forward(state.hidden.at(-1)), sequences.mean(1));
    cost.backward();
    optimizer.step();
    return cost;
  });
  const sequences = rand([samples, length, 1]).add(rand([samples, 1, 1]));
  sequences.dataSync();
  return () => step(sequences).itemSync();
}

function measureHere(length) {
  const step = trainingStep(length);
  const call = () => {
    const start = performance.now();
    step();
    return performance.now() - start;
  };
  const first = call();
  call();
  return first - call();
}

const [mode, length] = process.argv.slice(2);
if (mode === "--once") {
  console.log(measureHere(Number(length)));
} else {
  const script = fileURLToPath(import.meta.url);
  const measure = (length) =>
    Number(execFileSync(process.execPath, [script, "--once", length], { encoding: "utf8" }));
  // Side by side, so that whatever else the machine does meets both.
  const rounds = Array.from({ length: processes }, () => lengths.map(measure));
  const medians = lengths.map((length, index) => {
    const times = rounds.map((round) => round[index]).sort((a, b) => a - b);
    const median = times[Math.floor(processes / 2)];
    const range = `${times[0].toFixed(1)} to ${times.at(-1).toFixed(1)}`;
    console.log(`compiling over ${length} steps: median ${median.toFixed(1)} ms (${range} ms)`);
    return median;
  });
  const step = trainingStep(lengths.at(-1));
  const losses = Array.from({ length: trainingSteps }, step);
  const [first, last] = [losses[0], losses.at(-1)];
  console.log(
    `training over ${lengths.at(-1)} steps: loss ${first.toFixed(4)}, after ${trainingSteps} ` +
      `updates ${last.toFixed(4)}`,
  );
  if (medians[1] > limit * medians[0]) {
    console.error(`expected at most ${limit} times as long`);
    process.exitCode = 1;
  }
  if (last > first / 2) {
    console.error("expected at most half the loss");
    process.exitCode = 1;
  }
}
