import {
  arange,
  type Dataset,
  type MnistPart,
  metrics,
  rand,
  Subset,
  type Tensor,
  TensorDataset,
  tensor,
} from "versant";

/** The digits that are made rare, and the share of them that stays. */
export const rare: readonly number[] = [2, 5, 8];
const share = 0.01;

type Samples = readonly [Tensor, Tensor];

const side = 28;
const reach = 2;

/** Bytes 0 to 255 become 0 to 1. */
const scale = (images: Tensor): Tensor => images.cast("float32").div(255);

/** The images, those of rare digits moved by up to two pixels each way, another way every time. */
function moveRare(images: Tensor, labels: Tensor): Tensor {
  const samples = labels.size;
  const isRare = tensor(
    Int32Array.from({ length: 10 }, (_, digit) => Number(rare.includes(digit))),
  );
  const flags = isRare.take(labels.cast("int32"));
  const offset = (): Tensor =>
    rand([samples])
      .mul(2 * reach + 1)
      .floor()
      .cast("int32")
      .sub(reach)
      .mul(flags)
      .add(reach)
      .reshape([samples, 1, 1]);
  const width = side + 2 * reach;
  const padded = images
    .reshape([samples, side, side])
    .pad([0, reach, reach], [0, reach, reach])
    .reshape([samples, width * width]);
  const rows = arange(side).unsqueeze(1).add(offset());
  const pixels = rows.mul(width).add(arange(side).add(offset()));
  return padded.takeAlong(pixels.reshape([samples, side * side]), 1);
}

/** Digits whose rare classes keep the first hundredth of their images. */
export function thinned({ images, labels }: MnistPart): {
  readonly plain: Dataset<Samples>;
  /** The same samples, but that rare ones look a little different each time. */
  readonly moved: Dataset<Samples>;
  /** Of these samples. */
  readonly labels: Uint8Array;
} {
  const all = Uint8Array.from(labels.dataSync());
  const total = new Array<number>(10).fill(0);
  for (const label of all) total[label] = (total[label] ?? 0) + 1;
  const met = new Array<number>(10).fill(0);
  const kept = [...all.keys()].filter((sample) => {
    const label = all[sample] ?? 0;
    const position = met[label] ?? 0;
    met[label] = position + 1;
    return !rare.includes(label) || position < share * (total[label] ?? 0);
  });
  const of = (transform: (images: Tensor, labels: Tensor) => [Tensor, Tensor]) =>
    new Subset<Samples>(new TensorDataset([images, labels], { transform }), kept);
  return {
    plain: of((x, y) => [scale(x), y]),
    moved: of((x, y) => [moveRare(scale(x), y), y]),
    labels: Uint8Array.from(kept, (sample) => all[sample] ?? 0),
  };
}

/** Precision, recall and F1 of each digit. */
export function scoresOfDigits(scores: Tensor, labels: Tensor): metrics.ClassScores[] {
  const confusion = new metrics.ConfusionMatrix(10);
  confusion.add(scores.argmax(1), labels);
  return confusion.perClass();
}

/** All samples of a data set, as they are given to a model. */
export const everything = (dataset: Dataset<Samples>): Samples =>
  dataset.take(arange(dataset.length));

/** The mean recall of the digits that are rare, or of those that are not. */
export function meanRecall(digits: readonly metrics.ClassScores[], ofRare: boolean): number {
  const chosen = digits.filter((_, digit) => rare.includes(digit) === ofRare);
  return chosen.reduce((sum, { recall }) => sum + recall, 0) / chosen.length;
}
