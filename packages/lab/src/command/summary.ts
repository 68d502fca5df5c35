import { nn } from "@versant/core";
import { firstBatch } from "../experiment/part.js";
import { Run } from "../experiment/run.js";
import type { FileCommand } from "./invocation.js";

/** Prints the layers of an experiment's model. */
export const summaryCommand: FileCommand<object> = {
  name: "summary",
  description: "show the layers of the experiment's model",
  configure: () => {},
  async run({ experiment, hyperparameters, seed }) {
    const { setup } = await Run.prepare(experiment, { hyperparameters, seed });
    // Its last tensor is the target.
    const inputs = (await firstBatch(setup.data.train)).slice(0, -1);
    console.log(String(nn.summary(setup.model, ...inputs)));
    return 0;
  },
};
