import { ArgumentError, describeValue, requireOptions } from "@versant/core/internal";
import { Ledger } from "../ledger/ledger.js";
import { openModel } from "../model/openModel.js";
import type { TrainedModel } from "../model/trainedModel.js";
import { RequestLog } from "./requestLog.js";
import type { Version } from "./servedModel.js";
import { type ModelServer, type ServerOptions, settings, startServer } from "./server.js";
import { servedModel, warmUp } from "./trained.js";

export interface ServeOptions extends Omit<ServerOptions, "open" | "log" | "release"> {
  /**
   * Runs, or files of weights; "digits=mnist-k7f3qd" is one under a name, which is that of its experiment otherwise.
   * The last of a name answers.
   */
  readonly models: readonly string[];
  /** Where runs are looked for, and requests recorded; stays open. Default: the ledger of this place */
  readonly ledger?: Ledger;
  /** Whether what is asked and answered is recorded. Default true */
  readonly log?: boolean;
}

/**
 * Answers for trained models over HTTP, as `versant serve` does, until `close`.
 *
 * ```ts
 * const server = await serve({ models: ["last"], port: 0 });
 * console.log(server.url);
 * await server.close();
 * ```
 *
 * It listens to whoever reaches `host`; one that others reach should have a `token`.
 *
 * @throws ArgumentError when a model cannot be opened, the port is taken, or an option is wrong
 */
export async function serve(options: ServeOptions): Promise<ModelServer> {
  requireOptions("serve", options, [...settings, "models", "ledger", "log"]);
  const { models, ledger: given, log = true, ...rest } = options;
  if (!Array.isArray(models) || models.some((each) => typeof each !== "string")) {
    throw new ArgumentError(
      `serve: received ${describeValue(models)} as models, expected a list of runs or paths of files.`,
    );
  }
  const own = given ? undefined : ledgerFor(log);
  const ledger = given ?? own;
  const release = async (): Promise<void> => own?.close();
  try {
    return await startServer({
      ...rest,
      ...(log && ledger && { log: new RequestLog(ledger) }),
      open: () => openVersions(models, ledger, rest.batch),
      release,
    });
  } catch (error) {
    await release();
    throw error;
  }
}

/** A log needs a ledger; runs are looked for in the one that is there. */
function ledgerFor(log: boolean): Ledger | undefined {
  if (log) return Ledger.open();
  return Ledger.exists() ? Ledger.open({ mode: "read" }) : undefined;
}

async function openVersions(
  words: readonly string[],
  ledger: Ledger | undefined,
  batch = 64,
): Promise<Version[]> {
  const versions: Version[] = [];
  for (const word of words) {
    const [, given, source = word] = /^([^=/\\]+)=(.+)$/.exec(word) ?? [];
    const trained = await openModel(source, { ledger });
    await warmUp(trained, batch);
    const { name, notice } = trained;
    const model = servedModel(trained);
    versions.push({ name: given ?? name, version: versionOf(trained), model, notice });
  }
  return versions;
}

/** The run, with its checkpoint where that is meant, or the beginning of a file's hash. */
const versionOf = ({ run, checkpoint, sha256 }: TrainedModel): string =>
  run === undefined ? sha256.slice(0, 12) : `${run}${checkpoint ? `@${checkpoint}` : ""}`;
