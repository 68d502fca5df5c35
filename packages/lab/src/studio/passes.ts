import { ArgumentError } from "@versant/core/internal";
import type { Ledger } from "../ledger/ledger.js";
import { findRun } from "../ledger/runs.js";
import type { PassesAnswer } from "./api/index.js";
import type { Query } from "./query.js";

export const passesParameters = ["direction", "batch"];

/**
 * The graph of a run's model before and after each pass of the compiler. It is compiled for arguments that
 * have shapes alone: nothing is computed. Backward, the gradient at the model's answer comes as one argument more, so
 * that it is the same for every loss.
 */
export async function answerPasses(
  ledger: Ledger,
  word: string,
  query: Query,
): Promise<PassesAnswer> {
  const direction = query.word("direction", ["forward", "backward"]);
  const batch = query.count("batch", { min: 1, max: 4096 }) ?? 32;
  const { id } = await findRun(ledger, word);
  const [{ openModel }, { compilerPasses, evaluateSize, gradients, Tensor, zeros }] =
    await Promise.all([import("../model/openModel.js"), import("@versant/core")]);
  try {
    const { graph } = await openModel(id, { ledger });
    const { symbols, traced, inputs, outputs, nodes } = graph.toJSON();
    const sizes = new Map(
      symbols.map((symbol, index) => [symbol, index === 0 ? batch : (traced[index] ?? 1)]),
    );
    const argument = ({ shape, dtype }: Pick<(typeof inputs)[number], "shape" | "dtype">) =>
      zeros(
        shape.map((size) => evaluateSize(size, sizes)),
        dtype,
      );
    const given = inputs.map(argument);
    const answer = nodes[outputs[0] as number] as (typeof nodes)[number];
    const parameters = [...graph.namedParameters().values()];
    const passes =
      direction === "forward"
        ? compilerPasses((...values) => graph.forward(...values), ...given)
        : compilerPasses(
            (...values) => {
              const outcome = graph.forward(...values.slice(0, -1));
              const gradient = values.at(-1) ?? new Tensor(outcome.node);
              return [outcome, ...gradients(outcome.mul(gradient).sum(), parameters)];
            },
            ...[...given, argument(answer)],
          );
    return { sizes: Object.fromEntries(sizes), passes, reason: null };
  } catch (error) {
    if (error instanceof ArgumentError && !error.cause)
      return { sizes: {}, passes: null, reason: error.message };
    throw error;
  }
}
