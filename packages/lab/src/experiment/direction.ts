const smallest = /(loss|error|perplexity|deviation|mae|mse)$/i;
const largest = /(accuracy|precision|recall|f1|r2|score|auc|determination|coefficient)$/i;

/** Whether small or large values of a score are good, by its name; undefined where the name does not say. */
export function directionOf(score: string): "min" | "max" | undefined {
  if (smallest.test(score)) return "min";
  return largest.test(score) ? "max" : undefined;
}
