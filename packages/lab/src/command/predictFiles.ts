import { once } from "node:events";
import { existsSync, realpathSync, statSync } from "node:fs";
import { extname } from "node:path";
import { DraftFile } from "../files/draftFile.js";
import { OutputFile } from "../files/outputFile.js";
import type { Answer } from "../model/answers.js";

import { type AnswerFormat, type FormatName, formatOf } from "../prediction/formats.js";
import { predictSamples } from "../prediction/predictSamples.js";
import { samplesOf } from "../prediction/samplesOf.js";
import { UsageError } from "./errors.js";
import { openTold } from "./openTold.js";
import type { PredictCommandOptions } from "./predict.js";

/** Files of images are larger than rows. */
const batches = { image: 64, other: 1024 };

/** What `versant predict` does; gives the exit code. */
export async function predictFiles(
  source: string,
  inputs: readonly string[],
  options: PredictCommandOptions,
): Promise<number> {
  const { to, skipInvalid } = options;
  // Looked at before anything is computed.
  if (to !== undefined) {
    new OutputFile("--to", to);
    requireOther(to, [source, ...inputs]);
  }
  const model = await openTold(source);
  let skipped = 0;
  const skip = (reason: string): void => {
    skipped++;
    process.stderr.write(`left out: ${reason}\n`);
  };
  const { input, output } = model.signature;
  const answers = predictSamples(model, samplesOf(inputs, input, options), {
    batch: input.kind === "image" ? batches.image : batches.other,
    skip: skipInvalid ? skip : undefined,
  });
  const format = formatOf(options.format ?? formatFor(to), output);
  if (to === undefined) await writeOut(answers, format);
  else {
    const count = await writeFile(to, answers, format);
    // A pipe's reader is given nothing but the answers.
    if (statSync(to).isFile())
      console.log(`wrote ${count} ${count === 1 ? "answer" : "answers"} to ${to}`);
  }
  if (skipped > 0) process.stderr.write(`${skipped} left out\n`);
  return 0;
}

/** What is read is not written over. */
function requireOther(to: string, read: readonly string[]): void {
  if (!statSync(to, { throwIfNoEntry: false })?.isFile()) return;
  const target = realpathSync(to);
  const same = read.find((path) => existsSync(path) && realpathSync(path) === target);
  if (same === undefined) return;
  throw new UsageError(
    `--to: received ${to}, which is read as well; expected another file than ${same}.`,
  );
}

const formats: Readonly<Record<string, FormatName>> = {
  ".json": "json",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".txt": "text",
};

const formatFor = (to: string | undefined): FormatName =>
  formats[extname(to ?? "").toLowerCase()] ?? "csv";

type Answers = AsyncGenerator<readonly [id: string, answer: Answer]>;

async function* textOf(answers: Answers, format: AnswerFormat): AsyncGenerator<string> {
  let isFirst = true;
  for await (const [id, answer] of answers) {
    if (isFirst) yield format.begin;
    yield format.line(id, answer, isFirst);
    isFirst = false;
  }
  if (isFirst) yield format.begin;
  yield format.end;
}

/** Waits for whoever reads, so that nothing piles up. */
async function writeOut(answers: Answers, format: AnswerFormat): Promise<void> {
  let waiting = "";
  const flush = async (): Promise<void> => {
    const text = waiting;
    waiting = "";
    if (text !== "" && !process.stdout.write(text)) await once(process.stdout, "drain");
  };
  try {
    for await (const text of textOf(answers, format)) {
      waiting += text;
      if (waiting.length > 1 << 16) await flush();
    }
  } finally {
    // What was answered before something that cannot be is answered.
    await flush();
  }
}

/** Gives how many answers there were. */
async function writeFile(path: string, answers: Answers, format: AnswerFormat): Promise<number> {
  const file = new DraftFile(path);
  let count = 0;
  const counted = async function* (): Answers {
    for await (const answer of answers) {
      count++;
      yield answer;
    }
  };
  try {
    for await (const text of textOf(counted(), format)) file.write(text);
  } catch (error) {
    file.discard();
    throw error;
  }
  file.end();
  return count;
}
