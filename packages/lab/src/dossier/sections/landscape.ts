import type { RecordedLandscape } from "../../ledger/landscapeEvent.js";
import type { Block } from "../blocks.js";
import type { LandscapeFigure } from "../landscape.js";
import { type Context, partWord } from "./context.js";

/** How the loss looks around the weights, where somebody had it measured. */
export const landscapes = (context: Context): Block[] =>
  landscapeFigures(context).map((figure): Block => ({ kind: "landscape", figure }));

export const landscapeFigures = (context: Context): LandscapeFigure[] =>
  context.facts.landscapes.map((each) => figureOf(context, each));

function figureOf(context: Context, recorded: RecordedLandscape): LandscapeFigure {
  const { words, format } = context;
  const { directions, part, looked, samples, explained, content, curvature } = recorded;
  const score = (value: number | null | undefined): string =>
    typeof value === "number" ? format.score(value) : words.landscape.notFinite;
  const titles = [0, 1].map((axis) => {
    const share = explained?.[axis];
    return words.landscape.axis(
      axis + 1,
      share === undefined ? undefined : format.number(Math.round(100 * share)),
    );
  });
  const { path } = content;
  return {
    name: `landscape-${directions}-${part}`,
    title: words.landscape.title(words.landscape.directions[directions], partWord(context, part)),
    xTitle: titles[0] ?? "",
    yTitle: titles[1] ?? "",
    content,
    key: words.landscape.key(score(recorded.lowest), score(recorded.highest)),
    facts: [
      [words.landscape.samples, `${format.count(looked)} / ${format.count(samples)}`],
      [words.landscape.loss, score(recorded.loss)],
      [words.landscape.curvature, curvature.map(score).join(", ")],
      ...(path
        ? ([
            [words.landscape.path, `${score(path[0]?.loss)} → ${score(path.at(-1)?.loss)}`],
          ] as const)
        : []),
    ],
  };
}
