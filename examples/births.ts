// Births in the United States: the next seven days from the past four weeks, against forecasts that
// repeat the same weekday of the week before, or of the year before.
//   versant train examples/births.ts
import {
  arange,
  births,
  EarlyStopping,
  experiment,
  input,
  int,
  loss,
  metrics,
  nn,
  optim,
  output,
  real,
  slice,
  splitByTime,
  standardizeSeries,
  type Tensor,
  windows,
} from "versant";
import { calendarSeries, variables } from "./support/calendar.js";

const days = 28;
const horizon = 7;

/** Says how each day will differ from the same weekday of the week before. */
class Forecaster extends nn.Module {
  readonly hidden: nn.Linear;
  readonly dropout: nn.Dropout;
  readonly output: nn.Linear;

  constructor(width: number, drop: number) {
    super();
    this.hidden = new nn.Linear(days * variables.length, width);
    this.dropout = new nn.Dropout(drop);
    this.output = new nn.Linear(width, horizon);
  }

  /** (N, 28, V) to (N, 7, 1) */
  forward(past: Tensor): Tensor {
    const hidden = this.dropout.forward(this.hidden.forward(past.flatten(1)).relu());
    return lastDays(past, 0).add(this.output.forward(hidden).unsqueeze(2));
  }
}

/** One variable on the last seven days, (N, 7, 1). */
const lastDays = (past: Tensor, variable: number): Tensor =>
  past.at(slice(), slice(-horizon), slice(variable, variable + 1));

export default experiment({
  name: "births",
  about: "a week of births is forecast, and measured against naive forecasts",
  hyperparameters: {
    width: int(64, { min: 1, max: 1024, about: "neurons of the hidden layer" }),
    drop: real(0.2, { min: 0, max: 0.9, about: "share of them that drop out" }),
    learningRate: real(1e-3, { min: 1e-5, max: 1e-1, scale: "log", about: "step size of Adam" }),
    epochs: int(60, { min: 1, max: 1000, about: "passes over the years 1970 to 1983" }),
    batchSize: int(64, { min: 1, max: 5000, about: "weeks a step" }),
  },
  setup: ({ hyperparameters: hp }) => {
    const known = calendarSeries(births());
    // Trained on the years before 1984, chosen on 1984 and 1985, tested on 1986 to 1988.
    const stepOf = (year: number): number =>
      known.dates.findIndex((date) => date.getUTCFullYear() === year);
    const shape = { past: days, horizon, targets: [0] };
    const all = windows(known.series, shape);
    const [first, second] = [stepOf(1984) - days, stepOf(1986) - days];
    const parts = [first, second - first, all.length - second] as const;
    const [years] = splitByTime(all.length, parts, { gap: all.gap });
    const { series, mean, deviation } = standardizeSeries(known.series, {
      fitOn: all.stepsOf(years),
    });
    const [train, validation, test] = splitByTime(windows(series, shape), parts, { gap: all.gap });
    const model = new Forecaster(hp.width, hp.drop);
    const unit = deviation.at(0).itemSync();
    return {
      data: { train, validation, test },
      model,
      loss: loss.meanAbsoluteError,
      optimizer: new optim.Adam(model.parameters(), { learningRate: hp.learningRate }),
      metrics: [metrics.meanAbsoluteError({ unit })],
      callbacks: [new EarlyStopping({ monitor: "validation.loss", patience: 15 })],
      signature: {
        input: input.numbers({ scale: { mean, deviation } }),
        output: output.numbers({
          scale: { mean: mean.at(0).itemSync(), deviation: unit },
        }),
      },

      async inspect({ evaluate }) {
        const [past, future] = test.take(arange(test.length));
        const restored = (variable: number): Tensor =>
          lastDays(past, variable).mul(deviation.at(variable)).add(mean.at(variable));
        const born = future.mul(deviation.at(0)).add(mean.at(0));
        const errorOf = (forecast: Tensor): number => forecast.sub(born).abs().mean().itemSync();
        const [weekBefore, yearBefore] = [errorOf(restored(0)), errorOf(restored(1))];
        const { mae = 0 } = await evaluate(test);
        const row = (name: string, error: number): string =>
          `${name.padEnd(18)}mean absolute error ${error.toFixed(1)} births a day`;
        return {
          lines: [
            row("week before", weekBefore),
            row("year before", yearBefore),
            row("the network", mae),
          ],
          report: { weekBefore, yearBefore, network: mae },
        };
      },
    };
  },
});
