import type { JSX } from "preact";
import { arrowPath, type ErrorPanel, errorPanels, ticksOf } from "versant/figures";
import type { ErrorsRecord, MistakesRecord } from "versant/studio-api";
import { format, text } from "../../../app/preferences.js";
import { Heads } from "../../../design/heads.js";

/** Of a drawing, in its own units: a square with room for the axes. */
const size = { plot: 300, left: 52, bottom: 40, top: 24, right: 26 };
const width = size.left + size.plot + size.right;
const height = size.top + size.plot + size.bottom;

/** Samples that stand in the table. */
const listed = 10;

/** Predictions against truth, and errors over it; a red arrow leads from the truth to what was answered. */
export function Errors(props: {
  readonly counts: MistakesRecord;
  readonly content: ErrorsRecord;
}): JSX.Element {
  const { counts, content } = props;
  const { samples, meanAbsolute, name } = content;
  const { inside, run } = text.value;
  const { number, integer } = format.value;
  const panels = errorPanels(samples);
  const part = run.parts[counts.part] ?? counts.part;
  const summary = inside.meanError(number(meanAbsolute), integer(counts.looked), part);
  return (
    <section class="card errors">
      <h2>{inside.errors(name)}</h2>
      <p class="soft small">
        {summary} {inside.arrows}
      </p>
      <div class="columns">
        <Panel panel={panels.answers} title={inside.prediction} label={summary} />
        <Panel
          panel={panels.errors}
          title={inside.error}
          label={text.value.app.labelled(inside.error, summary)}
        />
        <table class="plain">
          <caption class="soft small">{inside.worst}</caption>
          <Heads
            names={[inside.sampleHead, inside.truth, inside.prediction, inside.error]}
            isNumber={(column) => column > 0}
          />
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

function Panel(props: {
  readonly panel: ErrorPanel;
  /** Of the vertical axis. */
  readonly title: string;
  readonly label: string;
}): JSX.Element {
  const { panel, title, label } = props;
  const { number } = format.value;
  const x = (share: number): number => size.left + size.plot * share;
  const y = (share: number): number => size.top + size.plot * (1 - share);
  const sorted = [...panel.errors].sort((a, b) => a.x - b.x);
  const ends = [sorted[0], sorted.at(-1)].flatMap((end) =>
    end ? `${x(end.x)} ${y(end.truth)}` : [],
  );
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {ticksOf(panel.y, 5).map((tick) => (
        <g key={tick.value}>
          <path class="grid-line" d={`M${size.left} ${y(tick.at)}h${size.plot}`} />
          <text x={size.left - 6} y={y(tick.at) + 4} text-anchor="end">
            {number(Number(tick.value))}
          </text>
        </g>
      ))}
      {ticksOf(panel.x, 5).map((tick) => (
        <text key={tick.value} x={x(tick.at)} y={size.top + size.plot + 16} text-anchor="middle">
          {number(Number(tick.value))}
        </text>
      ))}
      <text x={size.left} y={size.top - 10}>
        {title}
      </text>
      <text x={size.left + size.plot} y={height - 6} text-anchor="end">
        {text.value.inside.truth}
      </text>
      <path class="truth" d={`M${ends.join("L")}`} />
      {panel.errors.map((error) => (
        <path
          key={error.index}
          class="error"
          d={arrowPath(x(error.x), y(error.truth), y(error.answer))}
        />
      ))}
      {panel.errors.map((error) => (
        <circle key={error.index} cx={x(error.x)} cy={y(error.truth)} r="1.6" />
      ))}
    </svg>
  );
}
