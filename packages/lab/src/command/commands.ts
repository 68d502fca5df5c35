import type { FixedCommand } from "./fixedCommand.js";
import type { FileCommand } from "./invocation.js";

/** A command before it is loaded: the others shall not make it wait. */
export type Entry =
  | {
      readonly description: string;
      /** A command over an experiment's file, which declares some of its flags. */
      readonly file: () => Promise<FileCommand<never>>;
      /** What it does where flags come first, and no file. */
      readonly withoutFile?: () => Promise<FixedCommand>;
    }
  | { readonly description: string; readonly fixed: () => Promise<FixedCommand> };

/** All commands, in the order of the help. */
export const commands: Readonly<Record<string, Entry>> = {
  train: {
    description: "train the experiment's model, then test it",
    file: async () => (await import("./train.js")).trainCommand,
  },
  tune: {
    description: "search the experiment's hyper-parameters",
    file: async () => (await import("./tune.js")).tuneCommand,
    withoutFile: async () => (await import("./tuneResume.js")).tuneResumeCommand,
  },
  study: {
    description: "answer a file's questions: every setting with several seeds",
    file: async () => (await import("./study.js")).studyCommand,
  },
  "find-rate": {
    description: "find a learning rate by a range test",
    file: async () => (await import("./findRate.js")).findRateCommand,
  },
  "find-batch": {
    description: "measure which batch size trains most samples a second",
    file: async () => (await import("./findBatch.js")).findBatchCommand,
  },
  resume: {
    description: "go on with an interrupted run, from its last checkpoint",
    fixed: async () => (await import("./resume.js")).resumeCommand,
  },
  rerun: {
    description: "train a run anew, and compare the bits",
    fixed: async () => (await import("./rerun.js")).rerunCommand,
  },
  predict: {
    description: "answer for new data, by a trained model",
    fixed: async () => (await import("./predict.js")).predictCommand,
  },
  evaluate: {
    description: "measure a trained model on new data, or compare two",
    fixed: async () => (await import("./evaluate.js")).evaluateCommand,
  },
  landscape: {
    description: "measure the loss around a run's weights",
    fixed: async () => (await import("./landscape.js")).landscapeCommand,
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
    fixed: async () => (await import("./devices.js")).devicesCommand,
  },
  serve: {
    description: "answer for trained models over HTTP",
    fixed: async () => (await import("./serve.js")).serveCommand,
  },
  studio: {
    description: "see runs learn, compare and steer them, in a browser",
    fixed: async () => (await import("./studio.js")).studioCommand,
  },
  runs: {
    description: "list the runs of the ledger",
    fixed: async () => (await import("./runs/list.js")).runsCommand,
  },
  searches: {
    description: "list the searches of the ledger",
    fixed: async () => (await import("./runs/searches.js")).searchesCommand,
  },
  show: {
    description: "show everything about a run or a search",
    fixed: async () => (await import("./runs/show.js")).showCommand,
  },
  diff: {
    description: "show in what two runs differ",
    fixed: async () => (await import("./runs/diff.js")).diffCommand,
  },
  compare: {
    description: "show runs side by side, and the best of each score",
    fixed: async () => (await import("./runs/compare.js")).compareCommand,
  },
  export: {
    description: "write a model, or what runs recorded, for other programs",
    fixed: async () => (await import("./runs/export.js")).exportCommand,
  },
  report: {
    description: "write a run's curves, scores and hyper-parameters as one page",
    fixed: async () => (await import("./runs/report.js")).reportCommand,
  },
  tag: {
    description: "add tags to a run, or take them away",
    fixed: async () => (await import("./runs/tag.js")).tagCommand,
  },
  gc: {
    description: "delete checkpoints and files that nothing needs any more",
    fixed: async () => (await import("./runs/gc.js")).gcCommand,
  },
  ledger: {
    description: "verify the ledger, or anchor it elsewhere",
    fixed: async () => (await import("./runs/ledger.js")).ledgerCommand,
  },
  steer: {
    description: "ask a running training to pause, go on, stop or change its learning rate",
    fixed: async () => (await import("./accountability/steer.js")).steerCommand,
  },
  decide: {
    description: "record a decision, with its reasons and evidence",
    fixed: async () => (await import("./accountability/decide.js")).decideCommand,
  },
  describe: {
    description: "write what only people can say of a model",
    fixed: async () => (await import("./accountability/describe.js")).describeCommand,
  },
  approve: {
    description: "sign a model: its weights, data, code and evaluation",
    fixed: async () => (await import("./accountability/approve.js")).approveCommand,
  },
  dossier: {
    description: "write the technical file of a run",
    fixed: async () => (await import("./accountability/dossier.js")).dossierCommand,
  },
};
