import { loadExperiment } from "../experiment/load.js";
import { Ledger } from "../ledger/ledger.js";
import type { TrialReport } from "../ledger/searchEvents.js";
import { Evaluator } from "./evaluate.js";
import type { Request, Response, WorkerSetup } from "./protocol.js";

/** Makes the trials that it is asked for. */
export function serve(
  send: (response: Response) => void,
  listen: (listener: (request: Request) => void) => void,
): void {
  const interruption = new AbortController();
  let evaluator: Promise<Evaluator> | undefined;
  let judge: (reason: string | undefined) => void = () => {};
  const report = async (report: TrialReport): Promise<string | undefined> => {
    // Nobody judges a search that was interrupted.
    if (interruption.signal.aborted) return undefined;
    return new Promise((resolve) => {
      judge = resolve;
      send({ kind: "report", report });
    });
  };
  const watcher = {
    signal: interruption.signal,
    started: (run: string) => send({ kind: "started", run }),
    epoch: (epoch: number) => send({ kind: "epoch", epoch }),
    report,
  };
  listen(async (request) => {
    switch (request.kind) {
      case "setup":
        evaluator = prepare(request.setup);
        await evaluator;
        send({ kind: "ready" });
        break;
      case "trial": {
        const outcome = await (await evaluator)?.evaluate(request.order, watcher);
        if (outcome) send({ kind: "ended", outcome });
        break;
      }
      case "verdict":
        judge(request.reason);
        break;
      case "interrupt":
        interruption.abort("the search was interrupted");
        // Who waits for a verdict waits no more.
        judge(undefined);
    }
  });
}

async function prepare(setup: WorkerSetup): Promise<Evaluator> {
  const ledger = Ledger.open({ folder: setup.ledgerFolder });
  return new Evaluator(ledger, await loadExperiment(setup.file), setup);
}
