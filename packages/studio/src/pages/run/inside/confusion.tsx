import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type {
  AnsweredSample,
  ConfusionRecord,
  ImageRecord,
  MistakesRecord,
} from "versant/studio-api";
import { format, text } from "../../../app/preferences.js";

interface Cell {
  readonly expected: number;
  readonly answered: number;
}

/** Wrong samples that are shown at a time. */
const shownAtATime = 40;

/** What was taken for what; behind each cell some of its samples. */
export function Confusion(props: {
  readonly counts: MistakesRecord;
  readonly content: ConfusionRecord;
}): JSX.Element {
  const { counts, content } = props;
  const { classes, matrix, samples, right = [] } = content;
  const { inside, run } = text.value;
  const { integer } = format.value;
  const [cell, setCell] = useState<Cell>();
  const wrongs = matrix.flatMap((row, is) => row.filter((_, answered) => answered !== is));
  const most = Math.max(1, ...wrongs);
  const shown = cell
    ? [...samples, ...right].filter(
        ({ expected, answered }) => expected === cell.expected && answered === cell.answered,
      )
    : samples;
  const titleOf = ({ expected, answered }: Cell): string => {
    const [is = "", taken = ""] = [classes[expected], classes[answered]];
    return expected === answered ? inside.right(is) : inside.taken(is, taken);
  };
  return (
    <section class="card confusion">
      <h2>{inside.confusion}</h2>
      <p class="soft small">
        {inside.wrong(
          ...([integer(counts.wrong ?? 0), integer(counts.looked)] as const),
          run.parts[counts.part] ?? counts.part,
        )}
      </p>
      <div class="sides">
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col" class="soft small">
                  {inside.rowsAndColumns}
                </th>
                {classes.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {matrix.map((row, expected) => (
                <tr key={classes[expected]}>
                  <th scope="row">{classes[expected]}</th>
                  {row.map((count, answered) => (
                    <td
                      key={classes[answered]}
                      class={expected === answered ? "right" : ""}
                      style={{ "--share": expected === answered ? 0 : count / most }}
                    >
                      {count > 0 && (
                        <button
                          type="button"
                          aria-pressed={cell?.expected === expected && cell.answered === answered}
                          aria-label={text.value.app.labelled(
                            titleOf({ expected, answered }),
                            integer(count),
                          )}
                          onClick={() => setCell({ expected, answered })}
                        >
                          {integer(count)}
                        </button>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <div class="wrong">
          <header>
            <h3>{cell ? titleOf(cell) : inside.surest}</h3>
            {cell && (
              <button type="button" class="button quiet" onClick={() => setCell(undefined)}>
                {inside.all}
              </button>
            )}
          </header>
          {shown.length === 0 && <p class="soft small">{inside.noSample}</p>}
          <ul class="wrong-samples" aria-live="polite">
            {shown.slice(0, shownAtATime).map((sample) => (
              <li key={sample.index}>
                <Sample sample={sample} classes={classes} />
              </li>
            ))}
          </ul>
        </div>
      </div>
    </section>
  );
}

function Sample(props: {
  readonly sample: AnsweredSample;
  readonly classes: readonly string[];
}): JSX.Element {
  const { index, expected, answered, probability, image } = props.sample;
  const { inside } = text.value;
  const [is = "", other = ""] = [props.classes[expected], props.classes[answered]];
  const isRight = expected === answered;
  const taken = isRight ? inside.right(is) : inside.taken(is, other);
  return (
    <figure title={taken}>
      {image && (
        <Picture
          image={image}
          label={text.value.app.labelled(inside.sample(String(index)), taken)}
        />
      )}
      <figcaption class="small">
        <b>{isRight ? is : `${is} → ${other}`}</b>
        <span class="soft number">
          {format.value.percent(probability)} · #{index}
        </span>
      </figcaption>
    </figure>
  );
}

function Picture(props: { readonly image: ImageRecord; readonly label: string }): JSX.Element {
  const { width, height, channels, pixels } = props.image;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const drawn = context.createImageData(width, height);
    const bytes = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
    for (let pixel = 0; pixel < width * height; pixel++) {
      for (let place = 0; place < 3; place++) {
        drawn.data[4 * pixel + place] = bytes[channels * pixel + (place % channels)] ?? 0;
      }
      drawn.data[4 * pixel + 3] = 255;
    }
    context.putImageData(drawn, 0, 0);
  }, [props.image]);
  return <canvas ref={canvas} width={width} height={height} role="img" aria-label={props.label} />;
}
