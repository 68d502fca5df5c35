import type { RunState } from "versant/studio-api";

export const locale: string = "en-GB";

export const languageName: string = "English";

export const app = {
  skip: "Skip to the content",
  runs: "Runs",
  searches: "Searches",
  compare: "Compare",
  theme: "Theme",
  themes: { system: "As the system", light: "Light", dark: "Dark" },
  language: "Language",
  settings: "Display",
  ledger: "Ledger",
  signsAs: (name: string) => `What is asked for here is signed by ${name}.`,
  signsNot: "No key of yours can sign: this page only shows.",
  notFound: "There is no such page.",
  toRuns: "To all runs",
  broken: (reason: string) =>
    `This cannot be drawn (${reason}). What the ledger says here may be otherwise than Versant writes it; \`versant ledger verify\` says whether it is.`,
  reload: "Try again",
  disconnected:
    "The studio does not answer. What is shown stays; it goes on by itself when the server is back.",
  noToken: "This browser has not been let in.",
  noTokenHelp:
    "Open the address that `versant studio` prints, with its token, or put the token in here.",
  noCookies:
    "the token is right, but this browser did not keep the cookie of this address; allow cookies for it.",
  ledgerBack: "What is shown stays; the page goes on by itself when the ledger can be read.",
  token: "Token",
  enter: "Enter",
  failed: (reason: string) =>
    reason ? `This did not work: ${reason}` : "The studio does not answer.",
  close: "Close",
  cancel: "Cancel",
  labelled: (label: string, value: string) => `${label}: ${value}`,
  yes: "yes",
  no: "no",
};

export const states = {
  running: "running",
  completed: "completed",
  stopped: "stopped",
  interrupted: "interrupted",
  failed: "failed",
  killed: "killed",
} satisfies Record<RunState, string>;

export const paused: string = "paused";

/** As in "kB". */
export const byte: string = "B";

export const time = { s: "s", min: "min", h: "h", d: "d" };

export const fields = {
  id: "Run",
  number: "No.",
  experiment: "Experiment",
  state: "State",
  started: "Begun",
  seconds: "Time",
  epochs: "Epochs",
  steps: "Steps",
  seed: "Seed",
  actor: "By",
  device: "Device",
  parameters: "Parameters",
  tags: "Tags",
  approvals: "Approvals",
  curve: "Curve",
  file: "File",
} as Readonly<Record<string, string>>;
