import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { ErrorsRecord, MistakesRecord } from "versant/studio-api";
import { format, text } from "../../../app/preferences.js";

/** Of the drawing, in its own units: a square with room for the axes. */
const size = { plot: 300, left: 52, bottom: 40, top: 8, right: 26 };
const width = size.left + size.plot + size.right;
const height = size.top + size.plot + size.bottom;

/** Samples that stand in the table. */
const listed = 10;

/** Predictions against truth; a red arrow leads from the truth, on the diagonal, to what was answered. */
export function Errors(props: {
  readonly counts: MistakesRecord;
  readonly content: ErrorsRecord;
}): JSX.Element {
  const { counts, content } = props;
  const { samples, meanAbsolute, name } = content;
  const { inside, run } = text.value;
  const { number, integer } = format.value;
  const head = useId();
  const values = samples.flatMap(({ expected, answered }) => [expected, answered]);
  const lowest = Math.min(...values);
  const range = Math.max(...values) - lowest || 1;
  const x = (value: number): number => size.left + (size.plot * (value - lowest)) / range;
  const y = (value: number): number => size.top + size.plot * (1 - (value - lowest) / range);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => lowest + share * range);
  const part = run.parts[counts.part] ?? counts.part;
  const summary = inside.meanError(number(meanAbsolute), integer(counts.looked), part);
  return (
    <section class="card errors">
      <h2>{inside.errors(name)}</h2>
      <p class="soft small">
        {summary} {inside.arrows}
      </p>
      <div class="columns">
        <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={summary}>
          <defs>
            <marker
              id={head}
              viewBox="0 0 6 6"
              refX="5"
              refY="3"
              markerWidth="5"
              markerHeight="5"
              orient="auto"
            >
              <path class="head" d="M0 0 6 3 0 6z" />
            </marker>
          </defs>
          {ticks.map((tick) => (
            <g key={tick}>
              <path
                class="grid-line"
                d={`M${x(tick)} ${size.top}v${size.plot}M${size.left} ${y(tick)}h${size.plot}`}
              />
              <text x={x(tick)} y={size.top + size.plot + 16} text-anchor="middle">
                {number(tick)}
              </text>
              <text x={size.left - 6} y={y(tick) + 4} text-anchor="end">
                {number(tick)}
              </text>
            </g>
          ))}
          <text x={size.left + size.plot / 2} y={height - 4} text-anchor="middle">
            {inside.truth}
          </text>
          <text
            transform={`translate(10 ${size.top + size.plot / 2}) rotate(-90)`}
            text-anchor="middle"
          >
            {inside.prediction}
          </text>
          <path
            class="truth"
            d={`M${x(lowest)} ${y(lowest)}L${x(lowest + range)} ${y(lowest + range)}`}
          />
          {samples.map(({ index, expected, answered }) => (
            <g key={index}>
              <path
                class="error"
                marker-end={`url(#${head})`}
                d={`M${x(expected)} ${y(expected)}V${y(answered)}`}
              />
              <circle cx={x(expected)} cy={y(answered)} r="1.8" />
            </g>
          ))}
        </svg>
        <table class="plain">
          <caption class="soft small">{inside.worst}</caption>
          <thead>
            <tr>
              {[inside.sampleHead, inside.truth, inside.prediction, inside.error].map(
                (each, index) => (
                  <th key={each} scope="col" class={index > 0 ? "number" : ""}>
                    {each}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {samples.slice(0, listed).map(({ index, expected, answered }) => (
              <tr key={index}>
                <th scope="row">#{index}</th>
                <td class="number">{number(expected)}</td>
                <td class="number">{number(answered)}</td>
                <td class="number">{number(answered - expected)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
