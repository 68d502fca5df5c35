import { type Device, defaultDevice, type MachineLimits } from "@versant/core";
import { int } from "../experiment/declarations.js";
import { profileSteps } from "../experiment/profileSteps.js";
import { Run } from "../experiment/run.js";
import { OutputFile } from "../files/outputFile.js";
import { limitsLine, outline } from "../progress/outline.js";
import { makeProfileReport } from "../progress/profileReport.js";
import { profileTable } from "../progress/profileTable.js";
import { formatReport } from "../progress/report.js";
import { UsageError } from "./errors.js";
import type { FileCommand } from "./invocation.js";
import { optionsOf } from "./options.js";

interface ProfileOptions {
  readonly steps?: number;
  readonly json?: string;
}

const stepCount = int(20, { min: 1, max: 1000, about: "training steps to measure" });

/** Trains for some steps and tells where their time went; nothing of the training is kept. */
export const profileCommand: FileCommand<ProfileOptions> = {
  name: "profile",
  description: "show where the time of a training step goes",
  configure: (command) => {
    for (const option of optionsOf("steps", stepCount)) command.addOption(option);
    command.option("--json <path>", "write the profile as JSON");
  },
  async run({ experiment, hyperparameters, seed, options }) {
    const { steps = stepCount.default, json } = options;
    const file = json === undefined ? undefined : new OutputFile("--json", json);
    const limits = limitsOf(defaultDevice());
    const run = await Run.prepare(experiment, { hyperparameters, seed });
    for (const line of [...outline(run), limitsLine(limits), ""]) console.log(line);
    const report = makeProfileReport(run, limits, await profileSteps(run, steps));
    for (const line of profileTable(report)) console.log(line);
    file?.write(formatReport(report));
    return 0;
  },
};

function limitsOf(device: Device): MachineLimits {
  const limits = device.measureLimits();
  if (limits) return limits;
  throw new UsageError(
    `profile: the device ${device.name} has no kernels to time, expected native or wasm; choose one ` +
      "with --device.",
  );
}
