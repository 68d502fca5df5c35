import { type Command, Option } from "commander";
import { type SteeringAnswer, steer, steeringAnswer } from "../../accountability/steer.js";
import { real } from "../../experiment/declarations.js";
import type { Steering } from "../../ledger/events.js";
import { UsageError } from "../errors.js";
import type { FixedCommand } from "../fixedCommand.js";
import { parseValue } from "../options.js";
import { runArgument, withLedger } from "../withLedger.js";

interface SteerFlags {
  readonly pause?: true;
  readonly resume?: true;
  readonly stop?: true;
  readonly learningRate?: number;
  readonly why: string;
  readonly wait: number;
}

const wait = real(10, { min: 0, max: 86_400 });

/** Asks a running training for something. */
export const steerCommand: FixedCommand = {
  name: "steer",
  usage: '<run> --pause | --resume | --stop | --learningRate <rate> --why "..."',
  description: "ask a running training to pause, go on, stop or change its learning rate",
  configure: (command: Command, done) => {
    command
      .argument(...runArgument)
      .option("--pause", "wait between two batches until it is resumed")
      .option("--resume", "go on")
      .option("--stop", "end after this batch, and test")
      .addOption(
        new Option("--learningRate <rate>", "the rate from the next batch on").argParser(Number),
      )
      .requiredOption("--why <text>", "the reason, for the record")
      .addOption(
        new Option("--wait <seconds>", "how long to wait for the training (default 10)")
          .default(wait.default)
          .argParser((text: string) => parseValue("wait", wait, text)),
      )
      .action(async (run: string, flags: SteerFlags) =>
        done(
          await withLedger("write", async (ledger) => {
            const steering = steeringOf(flags);
            const request = await steer(ledger, { run, steering, why: flags.why });
            const answer = await steeringAnswer(ledger, request, flags.wait);
            console.log(describeAnswer(steering, String(request.run), answer));
            return answer?.type === "run.ended" ? 1 : 0;
          }),
        ),
      );
  },
};

function steeringOf({ pause, resume, stop, learningRate }: SteerFlags): Steering {
  const asked: Steering[] = [
    ...(pause ? [{ action: "pause" } as const] : []),
    ...(resume ? [{ action: "resume" } as const] : []),
    ...(stop ? [{ action: "stop" } as const] : []),
    ...(learningRate !== undefined
      ? [{ action: "learningRate", value: learningRate } as const]
      : []),
  ];
  const [only] = asked;
  if (only && asked.length === 1) return only;
  throw new UsageError(
    `steer: received ${asked.length === 0 ? "nothing to do" : asked.map(({ action }) => `--${action}`).join(" and ")}, ` +
      "expected one of --pause, --resume, --stop and --learningRate.",
  );
}

function describeAnswer(steering: Steering, run: string, answer: SteeringAnswer): string {
  const what =
    steering.action === "learningRate" ? `learning rate ${steering.value}` : steering.action;
  if (answer?.type === "steer.applied") {
    const { place, from } = answer.payload;
    const before = from === undefined ? "" : `, before ${from}`;
    return `${run}: ${what}, applied after step ${place.step} of epoch ${place.epoch}${before}`;
  }
  if (answer)
    return `${run}: ${what} was asked for, but the run ended before (${answer.payload.state})`;
  return `${run}: ${what} is asked for, and will be applied between two batches`;
}
