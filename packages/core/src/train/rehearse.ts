import { randomState, restoreRandomState } from "../tensor/index.js";
import type { TrainerOptions } from "./options.js";

/**
 * Trains for a while and leaves no trace: weights, averages, the optimiser's state and rates, modes and random
 * numbers are afterwards, to the bit, what they were before, also after an error.
 */
export async function rehearse<R>(
  { model, optimizer, average }: TrainerOptions,
  action: () => Promise<R>,
): Promise<R> {
  const weights = model.stateDict();
  // Those of a loss are no part of the model.
  const own = new Set(model.parameters());
  const others = optimizer.parameters
    .filter((parameter) => !own.has(parameter))
    .map((parameter) => ({ parameter, value: parameter.detach() }));
  const moments = optimizer.stateDict();
  const averages = average?.stateDict();
  const rates = optimizer.groups.map(({ learningRate }) => learningRate);
  const random = randomState();
  try {
    return await action();
  } finally {
    model.loadStateDict(weights);
    for (const { parameter, value } of others) parameter.assign(value);
    optimizer.loadStateDict(moments);
    if (averages) average?.loadStateDict(averages);
    optimizer.groups.forEach((group, index) => {
      group.learningRate = rates[index] as number;
    });
    restoreRandomState(random);
  }
}
