import type { FileCommand } from "./invocation.js";
import type { Subcommand } from "./subcommand.js";

/** A command before it is loaded: the others shall not make it wait. */
export type Entry =
  | {
      readonly description: string;
      /** A command over an experiment's file. */
      readonly file: () => Promise<FileCommand<never>>;
    }
  | { readonly description: string; readonly other: () => Promise<Subcommand> };

/** All commands, in the order of the help. */
export const commands: Readonly<Record<string, Entry>> = {
  train: {
    description: "train the experiment's model, then test it",
    file: async () => (await import("./train.js")).trainCommand,
  },
  resume: {
    description: "go on with an interrupted run, from its last checkpoint",
    other: async () => (await import("./resume.js")).resumeCommand,
  },
  rerun: {
    description: "train a run anew, and compare the bits",
    other: async () => (await import("./rerun.js")).rerunCommand,
  },
  summary: {
    description: "show the layers of the experiment's model",
    file: async () => (await import("./summary.js")).summaryCommand,
  },
  profile: {
    description: "show where the time of a training step goes",
    file: async () => (await import("./profile.js")).profileCommand,
  },
  devices: {
    description: "show what can compute here",
    other: async () => (await import("./devices.js")).devicesCommand,
  },
  runs: {
    description: "list the runs of the ledger",
    other: async () => (await import("./runs/list.js")).runsCommand,
  },
  show: {
    description: "show everything about a run",
    other: async () => (await import("./runs/show.js")).showCommand,
  },
  diff: {
    description: "show in what two runs differ",
    other: async () => (await import("./runs/diff.js")).diffCommand,
  },
  compare: {
    description: "show runs side by side, and the best of each score",
    other: async () => (await import("./runs/compare.js")).compareCommand,
  },
  export: {
    description: "write runs as CSV, JSON, or for MLflow or TensorBoard",
    other: async () => (await import("./runs/export.js")).exportCommand,
  },
  tag: {
    description: "add tags to a run, or take them away",
    other: async () => (await import("./runs/tag.js")).tagCommand,
  },
  gc: {
    description: "delete checkpoints and files that nothing needs any more",
    other: async () => (await import("./runs/gc.js")).gcCommand,
  },
  ledger: {
    description: "verify the ledger, or anchor it elsewhere",
    other: async () => (await import("./runs/ledger.js")).ledgerCommand,
  },
  steer: {
    description: "ask a running training to pause, go on, stop or change its learning rate",
    other: async () => (await import("./accountability/steer.js")).steerCommand,
  },
  decide: {
    description: "record a decision, with its reasons and evidence",
    other: async () => (await import("./accountability/decide.js")).decideCommand,
  },
  describe: {
    description: "write what only people can say of a model",
    other: async () => (await import("./accountability/describe.js")).describeCommand,
  },
  approve: {
    description: "sign a model: its weights, data, code and evaluation",
    other: async () => (await import("./accountability/approve.js")).approveCommand,
  },
  dossier: {
    description: "write the technical file of a run",
    other: async () => (await import("./accountability/dossier.js")).dossierCommand,
  },
};
