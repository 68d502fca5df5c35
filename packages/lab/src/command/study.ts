import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { int } from "../experiment/declarations.js";
import { loadFile } from "../experiment/load.js";
import { OutputFile } from "../files/outputFile.js";
import { Ledger } from "../ledger/ledger.js";
import type { SearchValue } from "../ledger/searchEvents.js";
import { seedsFrom } from "../objective/replicates.js";
import { formatReport } from "../progress/report.js";
import { answerLines } from "../study/answerTable.js";
import { conductStudy } from "../study/conduct.js";
import { drawAnswer } from "../study/figure.js";
import { type Question, requireQuestions } from "../study/question.js";
import { write } from "./conductOptions.js";
import { UsageError } from "./errors.js";
import { Interruption } from "./interruption.js";
import type { FileCommand } from "./invocation.js";
import { parseValue } from "./options.js";

interface StudyOptions {
  readonly seeds: number;
  readonly only?: readonly string[];
  readonly figures?: string;
  readonly report?: string;
}

const seedCount = int(5, { min: 2, max: 1000 });

/** Answers the questions that a file exports beside its experiment. */
export const studyCommand: FileCommand<StudyOptions> = {
  name: "study",
  description: "answer a file's questions: every setting with several seeds",
  configure: (command: Command) => {
    const seeds = new Option("--seeds <number>", "trainings of each setting, from --seed on");
    command
      .addOption(
        seeds
          .default(seedCount.default)
          .argParser((text: string) => parseValue("seeds", seedCount, text)),
      )
      .option("--only <questions>", "by commas (default: all)", (text: string) => text.split(","))
      .option("--figures <folder>", "write a figure for each question as SVG")
      .option("--report <path>", "write all answers as JSON");
  },
  async run({ file, experiment, hyperparameters, seed, options }) {
    const { figures, only, report } = options;
    const { exports } = await loadFile(file);
    requireQuestions(file, exports.questions, experiment);
    const questions = chosen(exports.questions, only);
    const output = report === undefined ? undefined : new OutputFile("--report", report);
    if (figures !== undefined) mkdirSync(figures, { recursive: true });
    const ledger = Ledger.open();
    const interruption = new Interruption();
    interruption.listen();
    try {
      const answers = await conductStudy(ledger, experiment, {
        ...{ file, questions, seeds: seedsFrom(seed, options.seeds), signal: interruption.signal },
        // Flags and files of values hold what declarations accept.
        hyperparameters: hyperparameters as Readonly<Record<string, SearchValue>>,
        tell: (answer) => {
          write(...answerLines(answer), "");
          if (figures === undefined) return;
          const path = join(figures, `${answer.question.name}.svg`);
          new OutputFile("--figures", path).write(drawAnswer(answer));
        },
      });
      output?.write(formatReport({ experiment: experiment.name, answers }));
      return interruption.exitCode;
    } finally {
      interruption.release();
      await ledger.close();
    }
  },
};

function chosen(questions: readonly Question[], only?: readonly string[]): readonly Question[] {
  const names = questions.map(({ name }) => name);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `--only: received "${unknown}", expected questions among ${names.join(", ")}.`,
    );
  }
  return only ? questions.filter(({ name }) => only.includes(name)) : questions;
}
