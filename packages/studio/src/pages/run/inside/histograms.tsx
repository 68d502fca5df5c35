import type { JSX } from "preact";
import type { HistogramRecord } from "versant/studio-api";
import { format, text } from "../../../app/preferences.js";

/** Of the drawing, in its own units. */
const size = { width: 160, height: 48 };

/** How the values of each layer or parameter are spread. */
export function Histograms(props: {
  readonly title: string;
  readonly histograms: readonly HistogramRecord[];
}): JSX.Element | null {
  const { title, histograms } = props;
  if (histograms.length === 0) return null;
  return (
    <section class="card">
      <h2>{title}</h2>
      <div class="histograms">
        {histograms.map((each) => (
          <Histogram key={each.path} histogram={each} />
        ))}
      </div>
    </section>
  );
}

function Histogram({ histogram }: { readonly histogram: HistogramRecord }): JSX.Element {
  const { path, lowest, highest, counts } = histogram;
  const { number } = format.value;
  const most = Math.max(1, ...counts);
  const width = size.width / Math.max(1, counts.length);
  const range = `${number(lowest)} … ${number(highest)}`;
  return (
    <figure>
      <figcaption class="mono small">{path}</figcaption>
      <svg
        viewBox={`0 0 ${size.width} ${size.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={text.value.app.labelled(path, range)}
      >
        {counts.map((count, bin) => (
          <rect
            // A bin is its place.
            key={`${path} ${bin * width}`}
            x={bin * width}
            width={width}
            y={size.height * (1 - count / most)}
            height={(size.height * count) / most}
          />
        ))}
      </svg>
      <div class="soft small number range">
        <span>{number(lowest)}</span>
        <span>{number(highest)}</span>
      </div>
    </figure>
  );
}
