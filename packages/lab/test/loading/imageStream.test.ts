import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError, StreamLoader, tensor } from "@versant/core";
import sharp from "sharp";
import { afterEach, describe, expect, test } from "vitest";
import { imageFolder } from "../../src/loading/imageFolder.js";
import {
  type ImageArrays,
  type ImageStreamOptions,
  imageStream,
} from "../../src/loading/imageStream.js";
import { readImage } from "../../src/loading/readImage.js";
import type { WorkerSource } from "../../src/loading/workerSource.js";
import { temporaryFolder } from "./temporary.js";

const folder = temporaryFolder();
const open: WorkerSource[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
});

function stream(
  images: Parameters<typeof imageStream>[0],
  options: ImageStreamOptions,
): WorkerSource {
  const source = imageStream(images, options);
  open.push(source);
  return source;
}

/** All images and labels of an epoch. */
async function read(source: WorkerSource, epoch = 0) {
  const images: number[][] = [];
  const labels: number[] = [];
  const width = source.columns[0]?.shape.reduce((product, each) => product * each, 1) ?? 0;
  for await (const [pixels = [], numbers = []] of source.read(epoch)) {
    labels.push(...numbers);
    for (let start = 0; start < pixels.length; start += width) {
      images.push([...pixels.slice(start, start + width)]);
    }
  }
  return { images, labels };
}

/** A picture of one colour. */
async function paint(path: string, colour: readonly [number, number, number]): Promise<void> {
  const [r, g, b] = colour;
  const background = { r, g, b };
  await sharp({ create: { width: 12, height: 8, channels: 3, background } }).toFile(
    join(folder.path, path),
  );
}

/** Two classes: two red PNG files, and a blue JPEG. */
async function paintFolder(): Promise<void> {
  for (const name of ["red", "blue"]) mkdirSync(join(folder.path, name));
  await paint("red/1.png", [250, 0, 0]);
  await paint("red/2.png", [200, 10, 20]);
  await paint("blue/a.jpg", [0, 0, 250]);
  writeFileSync(join(folder.path, "red/notes.txt"), "no image");
}

describe("imageFolder", () => {
  test("lists files and classes by their names", async () => {
    await paintFolder();
    const { paths, labels, classes } = imageFolder(folder.path);
    expect(classes).toEqual(["blue", "red"]);
    expect(paths).toEqual(
      ["blue/a.jpg", "red/1.png", "red/2.png"].map((each) => join(folder.path, each)),
    );
    expect([...labels]).toEqual([0, 1, 1]);
  });

  test("follows links, and names one that leads nowhere", async () => {
    await paintFolder();
    const set = join(folder.path, "set");
    mkdirSync(join(set, "blue"), { recursive: true });
    symlinkSync(join(folder.path, "red"), join(set, "red"));
    symlinkSync(join(folder.path, "blue/a.jpg"), join(set, "blue/b.jpg"));
    const { paths, labels } = imageFolder(set);
    expect(paths).toEqual(["blue/b.jpg", "red/1.png", "red/2.png"].map((each) => join(set, each)));
    expect([...labels]).toEqual([0, 1, 1]);
    symlinkSync(join(folder.path, "none"), join(set, "green"));
    expect(() => imageFolder(set)).toThrow(/cannot read .*green \(ENOENT\).*no link to what/);
  });

  test("keeps the labels of the classes that are said", async () => {
    await paintFolder();
    const classes = ["red", "green", "blue"];
    const files = imageFolder(folder.path, { classes });
    expect([...files.labels]).toEqual([2, 0, 0]);
    expect(files.classes).toEqual(classes);
    const known = { classes: ["red", "green"] };
    expect(() => imageFolder(folder.path, known)).toThrow(/folder "blue".* classes red, green/);
    for (const bad of [[], "red", ["red", "red"], [1]]) {
      const options = { classes: bad as string[] };
      expect(() => imageFolder(folder.path, options)).toThrow(
        /as classes, expected a list of names/,
      );
    }
    expect(() => imageFolder(folder.path, { class: [] } as never)).toThrow(/named "class"/);
  });

  test("says where class folders are expected", async () => {
    mkdirSync(join(folder.path, "train/cats"), { recursive: true });
    expect(() => imageFolder(folder.path)).toThrow(/train holds no .*such as "cats": where these/);
  });

  test("names what is missing", () => {
    expect(() => imageFolder(join(folder.path, "none"))).toThrow(/cannot read .*ENOENT/);
    expect(() => imageFolder(folder.path)).toThrow(/holds no folder, expected one for each class/);
    mkdirSync(join(folder.path, "empty"));
    expect(() => imageFolder(folder.path)).toThrow(ArgumentError);
    expect(() => imageFolder(folder.path)).toThrow(/empty holds no \.png, \.jpg or \.jpeg file/);
  });
});

describe("imageStream of files", () => {
  test("decodes, resizes and separates the colours", async () => {
    await paintFolder();
    const { images, labels } = await read(stream(imageFolder(folder.path), { shape: [3, 2, 4] }));
    expect(labels).toEqual([0, 1, 1]);
    const planes = (colour: readonly number[]) => colour.flatMap((each) => new Array(8).fill(each));
    expect(images[1]).toEqual(planes([250, 0, 0]));
    expect(images[2]).toEqual(planes([200, 10, 20]));
    // JPEG is near, not exact.
    const difference = planes([0, 0, 250]).map((each, i) => Math.abs(each - (images[0]?.[i] ?? 0)));
    expect(Math.max(...difference)).toBeLessThan(8);
  });

  test("reads colours as grey where one channel is wanted", async () => {
    await paintFolder();
    const { images } = await read(stream(imageFolder(folder.path), { shape: [1, 2, 2] }));
    expect(images[1]).toHaveLength(4);
    expect(new Set(images[1]).size).toBe(1);
    expect(images[1]?.[0]).toBeGreaterThan(0);
  });

  test("takes nothing but PNG and JPEG, whatever the name", async () => {
    await paintFolder();
    const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
    writeFileSync(join(folder.path, "red/1.png"), picture);
    await sharp(join(folder.path, "red/2.png")).webp().toFile(join(folder.path, "blue/b.png"));
    const skipping = stream(imageFolder(folder.path), { shape: [3, 2, 2], undecodable: "skip" });
    expect((await read(skipping)).labels).toEqual([0, 1]);
    expect([...skipping.skipped]).toEqual(
      ["blue/b.png", "red/1.png"].map((each) => join(folder.path, each)),
    );
    const reading = readImage(join(folder.path, "red/1.png"), [3, 2, 2]);
    await expect(reading).rejects.toThrow(/red.1\.png: .*begins like neither PNG nor JPEG/);
  });

  test("names an image that does not decode, or leaves it out", async () => {
    await paintFolder();
    truncateSync(join(folder.path, "red/1.png"), 60);
    const files = imageFolder(folder.path);
    const reading = read(stream(files, { shape: [3, 2, 2] }));
    await expect(reading).rejects.toThrow(ArgumentError);
    await expect(reading).rejects.toThrow(/red.1\.png: the image does not decode/);
    const skipping = stream(files, { shape: [3, 2, 2], undecodable: "skip" });
    expect((await read(skipping)).labels).toEqual([0, 1]);
    expect([...skipping.skipped]).toEqual([join(folder.path, "red/1.png")]);
  });
});

describe("readImage", () => {
  test.each([1, 3])("gives what the stream gives, of %i channels", async (channels) => {
    await paintFolder();
    const shape = [channels, 4, 3] as const;
    for (const fit of ["stretch", "cut"] as const) {
      const files = imageFolder(folder.path);
      const { images } = await read(stream(files, { shape, fit }));
      for (const [index, path] of files.paths.entries()) {
        const image = await readImage(path, shape, { fit });
        expect([image.dtype, ...image.shape]).toEqual(["uint8", 1, ...shape]);
        expect([...image.dataSync()]).toEqual(images[index]);
      }
    }
  });

  test("names what is wrong", async () => {
    const path = join(folder.path, "none.png");
    await expect(readImage(path, [3, 2, 2])).rejects.toThrow(ArgumentError);
    await expect(readImage(path, [3, 2, 2])).rejects.toThrow(/readImage: .*none\.png: .*ENOENT/);
    await expect(readImage(path, [2, 2, 2])).rejects.toThrow(/shape \[2,2,2\].*1 or 3 channels/);
    const fit = { fit: "crop" as never };
    await expect(readImage(path, [3, 2, 2], fit)).rejects.toThrow(/fit "crop", expected one of/);
  });
});

describe("imageStream of arrays", () => {
  /** Image i holds 20 i, 20 i + 1, ... */
  const arrays = (count = 6): ImageArrays => ({
    images: tensor(
      Uint8Array.from({ length: 4 * count }, (_, i) => 20 * Math.floor(i / 4) + (i % 4)),
      { shape: [count, 4] },
    ),
    labels: tensor(Uint8Array.from({ length: count }, (_, i) => i)),
  });
  const shape = [1, 2, 2] as const;

  test("gives rows of pixels as images", async () => {
    const source = stream(arrays(), { shape });
    const { images, labels } = await read(source);
    expect(labels).toEqual([0, 1, 2, 3, 4, 5]);
    expect(images[2]).toEqual([40, 41, 42, 43]);
    const loader = new StreamLoader(source, { batchSize: 4 });
    for await (const [batch, numbers] of loader.batches(0)) {
      expect(batch?.shape.slice(1)).toEqual([1, 2, 2]);
      expect([batch?.dtype, numbers?.dtype]).toEqual(["uint8", "int32"]);
    }
  });

  test("varies each image by seed and epoch, whatever the order and the number of workers", async () => {
    const augmentation = { flip: 0.5, noise: 9 };
    const byLabel = async (options: Partial<ImageStreamOptions>, epoch: number) => {
      const { images, labels } = await read(
        stream(arrays(), { shape, augmentation, ...options }),
        epoch,
      );
      return labels.map((label, i) => [label, images[i]] as const).toSorted(([a], [b]) => a - b);
    };
    const first = await byLabel({ seed: 3 }, 1);
    expect(await byLabel({ seed: 3, workers: 2, shuffle: true }, 1)).toEqual(first);
    expect(await byLabel({ seed: 3 }, 2)).not.toEqual(first);
    expect(await byLabel({ seed: 4 }, 1)).not.toEqual(first);
  });

  test.each<[string, ImageArrays, ImageStreamOptions, RegExp]>([
    [
      "labels that do not match",
      { ...arrays(), labels: arrays(5).labels },
      { shape },
      /6 images and 5 labels/,
    ],
    [
      "another size",
      arrays(),
      { shape: [1, 3, 2] },
      /uint8 \(6, 4\), expected uint8 \(N, 1, 3, 2\)/,
    ],
    [
      "no shape",
      arrays(),
      { shape: [2, 2] as never },
      /shape \[2,2\], expected \[channels, height/,
    ],
    [
      "augmentation out of range",
      arrays(),
      { shape, augmentation: { flip: 2 } },
      /imageStream: .*flip 2/,
    ],
    [
      "an unknown fit",
      arrays(),
      { shape, fit: "crop" as never },
      /fit "crop", expected one of "stretch"/,
    ],
    ["a seed that is none", arrays(), { shape, seed: 1.5 }, /^imageStream: received seed 1\.5/],
    ["no workers", arrays(), { shape, workers: 0 }, /workers 0/],
  ])("refuses %s", (_, images, options, message) => {
    expect(() => imageStream(images, options)).toThrow(ArgumentError);
    expect(() => imageStream(images, options)).toThrow(message);
  });
});
