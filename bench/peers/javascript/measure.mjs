/** Of outputs of inference and products: the mean of their squares, comparable like a loss. */
function meanSquare(values) {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum / values.length;
}

/**
 * What runs `step` and answers as the protocol says. A step takes a batch and gives a loss, or outputs
 * as a typed array, in the host's memory. The very first one is reported, too: it compiles, and
 * touches memory for the first time. `compileMilliseconds` tells how long compiling alone took.
 */
export function measured(step, batches, compileMilliseconds) {
  let done = 0;
  return (count) => {
    const losses = [];
    const times = [];
    for (let index = 0; index < count; index++) {
      const batch = batches[done++ % batches.length];
      const start = performance.now();
      const result = step(batch);
      times.push(performance.now() - start);
      if (index < 20) losses.push(typeof result === "number" ? result : meanSquare(result));
    }
    const [firstMs] = times;
    const median = 1000 * times.sort((a, b) => a - b)[count >> 1];
    return {
      median,
      losses,
      ...(done === count && { firstMs, compileMs: compileMilliseconds?.() }),
    };
  };
}
