import type { JSX } from "preact";
import type { RecordedLandscape } from "versant/studio-api";
import { format, text } from "../../../app/preferences.js";
import { type Fact, Facts } from "../../../design/facts.js";

/** What the pictures show, in numbers. */
export function LandscapeFacts(props: { readonly recorded: RecordedLandscape }): JSX.Element {
  const { loss, lowest, highest, curvature, content, explained, ...recorded } = props.recorded;
  const { landscape, run } = text.value;
  const { integer, percent, number } = format.value;
  const score = (value: number | null | undefined): string =>
    typeof value === "number" ? number(value) : landscape.notFinite;
  const { path } = content;
  const facts: readonly Fact[] = [
    [landscape.loss, score(loss)],
    [landscape.lowest, score(lowest)],
    [landscape.highest, score(highest)],
    [landscape.curvature, curvature.map(score).join(" · ")],
    ...(path
      ? ([
          [landscape.start, score(path[0]?.loss)],
          [landscape.end, score(path.at(-1)?.loss)],
        ] as const)
      : []),
    ...(explained ? ([[landscape.variance, explained.map(percent).join(" · ")]] as const) : []),
    [
      landscape.samples,
      landscape.samplesOf(
        ...([integer(recorded.looked), integer(recorded.samples)] as const),
        run.parts[recorded.part] ?? recorded.part,
      ),
    ],
  ];
  return (
    <section class="card">
      <h2>{landscape.facts}</h2>
      <Facts facts={facts} />
      <p class="soft small">{landscape.caution[recorded.directions]}</p>
    </section>
  );
}
