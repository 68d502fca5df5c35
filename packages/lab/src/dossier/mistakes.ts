import type { ImageRecord, RecordedMistakes } from "../ledger/insightEvents.js";

/** The confusion matrix in them, if there is one. */
export const confusionIn = (mistakes: RecordedMistakes | undefined) =>
  mistakes?.content.kind === "classes"
    ? {
        confusion: {
          part: mistakes.part,
          classes: mistakes.content.classes,
          matrix: mistakes.content.matrix,
        },
      }
    : {};

/** Wrong samples that a page shows. */
const mostShown = 24;

/** A wrong sample whose image is a PNG file in base64. */
export interface PicturedSample {
  readonly index: number;
  /** Names of classes. */
  readonly expected: string;
  readonly answered: string;
  readonly probability: number;
  readonly png: string;
}

/** Those wrong samples with images that the model was surest of, as they were kept. */
export async function picturesOf(
  mistakes: RecordedMistakes | undefined,
): Promise<readonly PicturedSample[]> {
  if (mistakes?.content.kind !== "classes") return [];
  const { classes, samples } = mistakes.content;
  const pictured: PicturedSample[] = [];
  for (const { image, expected, answered, ...sample } of samples.slice(0, mostShown)) {
    if (!image) continue;
    const names = { expected: classes[expected] ?? "", answered: classes[answered] ?? "" };
    pictured.push({ ...sample, ...names, png: await pngOf(image) });
  }
  return pictured;
}

async function pngOf({ pixels, width, height, channels }: ImageRecord): Promise<string> {
  const { default: sharp } = await import("sharp");
  const raw = { width, height, channels };
  return (await sharp(Buffer.from(pixels, "base64"), { raw }).png().toBuffer()).toString("base64");
}
