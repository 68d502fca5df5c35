import type { JSX } from "preact";
import type { Output } from "versant/studio-api";
import { format, text } from "../../app/preferences.js";
import type { Answered } from "./model.js";

/** More rows than these are not read. */
const mostRows = 50;

/** What the model answers: classes with their probabilities, one for each place, or numbers. */
export function Answer(props: { readonly output: Output; readonly answer: Answered }): JSX.Element {
  const { output, answer } = props;
  switch (output.kind) {
    case "classes":
      return <Classes answer={answer} isLikely={output.activation !== "none"} />;
    case "positions":
      return <Positions names={output.names} values={answer.values} />;
    case "numbers":
      return <Numbers output={output} values={answer.values} />;
  }
}

function Classes(props: { readonly answer: Answered; readonly isLikely: boolean }): JSX.Element {
  const { classes = [] } = props.answer;
  const number = props.isLikely ? format.value.percent : format.value.number;
  return (
    <>
      <p class="found">
        <bdi>{classes[0]?.name}</bdi>
      </p>
      <table class="plain">
        <tbody>
          {classes.slice(0, mostRows).map(({ name, probability }) => (
            <tr key={name}>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              {props.isLikely && (
                <td class="share">
                  <meter value={probability} aria-label={text.value.tryIt.probability(name)} />
                </td>
              )}
              <td class="number">{number(probability)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Scores (C, T): the likeliest class of each place. */
function Positions(props: {
  readonly names: readonly string[];
  readonly values: Float32Array;
}): JSX.Element {
  const { names, values } = props;
  const length = values.length / names.length;
  const likeliest = Array.from({ length: Math.min(length, mostRows) }, (_, place) => {
    const scores = names.map((_, index) => values[index * length + place] ?? Number.NaN);
    const best = scores.indexOf(Math.max(...scores));
    return [names[best] ?? "", scores[best] ?? Number.NaN] as const;
  });
  return (
    <table class="plain">
      <tbody>
        {likeliest.map(([name, probability], place) => (
          <tr key={`${place + 1}`}>
            <th scope="row">{place + 1}</th>
            <td>
              <bdi>{name}</bdi>
            </td>
            <td class="number">{format.value.percent(probability)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Numbers(props: {
  readonly output: Extract<Output, { kind: "numbers" }>;
  readonly values: Float32Array;
}): JSX.Element {
  const { names, units } = props.output;
  const values = Array.from(props.values.subarray(0, mostRows));
  const label = (index: number): string =>
    names?.[index] ?? (values.length === 1 ? text.value.tryIt.answer : `${index + 1}`);
  return (
    <table class="plain">
      <tbody>
        {values.map((value, index) => (
          <tr key={label(index)}>
            <th scope="row">
              <bdi>{label(index)}</bdi>
            </th>
            <td class="number">
              {format.value.number(value)} {units?.[index] ?? units?.[0]}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
