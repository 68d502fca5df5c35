import { RandomGenerator } from "@versant/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Augmentation, augment, requireAugmentation } from "../../src/loading/augment.js";

type Shape = readonly [number, number, number];

function varied(source: Uint8Array, shape: Shape, options: Augmentation, sample = 0): Uint8Array {
  const target = new Uint8Array(source.length).fill(77);
  augment(source, target, shape, options, new RandomGenerator(1, "augmentation", 2, sample));
  return target;
}

/** 1, 2, 3, ... */
const counting = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => 1 + i);

describe("augment", () => {
  test("leaves an image as it is without options", () => {
    expect(varied(counting(24), [2, 3, 4], {})).toEqual(counting(24));
  });

  test("mirrors left and right, in every channel", () => {
    expect([...varied(counting(12), [2, 2, 3], { flip: 1 })]).toEqual([
      3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10,
    ]);
    let mirrored = 0;
    for (let sample = 0; sample < 400; sample++) {
      if (varied(counting(6), [1, 2, 3], { flip: 0.25 }, sample)[0] === 3) mirrored++;
    }
    // 100 are expected; ten deviations of the binomial distribution are 87.
    expect(mirrored).toBeGreaterThan(60);
    expect(mirrored).toBeLessThan(140);
  });

  test("shifts and turns a dot about as far as it may", () => {
    const dot = new Uint8Array(21 * 21);
    dot[10 * 21 + 10] = 255;
    const centres = Array.from({ length: 100 }, (_, sample) => {
      const image = varied(dot, [1, 21, 21], { translate: 0.2 }, sample);
      const mass = image.reduce((sum, each) => sum + each, 0);
      const row = image.reduce((sum, each, i) => sum + each * Math.floor(i / 21), 0) / mass;
      const column = image.reduce((sum, each, i) => sum + each * (i % 21), 0) / mass;
      return [row - 10, column - 10];
    });
    for (const axis of [0, 1]) {
      const shifts = centres.map((centre) => centre[axis] as number);
      expect(Math.max(...shifts)).toBeLessThanOrEqual(4.3);
      expect(Math.max(...shifts)).toBeGreaterThan(3.3);
      expect(Math.min(...shifts)).toBeGreaterThanOrEqual(-4.3);
      expect(Math.min(...shifts)).toBeLessThan(-3.3);
    }
    // A turn leaves the middle where it is.
    expect(varied(dot, [1, 21, 21], { rotate: 180 })[10 * 21 + 10]).toBe(255);
  });

  test("turns the upper half towards a side by its angle", () => {
    const upper = Uint8Array.from({ length: 441 }, (_, i) => (i < 210 ? 200 : 0));
    const angles = Array.from({ length: 200 }, (_, sample) => {
      const image = varied(upper, [1, 21, 21], { rotate: 30 }, sample);
      let row = 0;
      let column = 0;
      image.forEach((each, i) => {
        // A disc, so that the corners that the turn brings in do not count.
        const down = Math.floor(i / 21) - 10;
        const right = (i % 21) - 10;
        if (down * down + right * right > 81) return;
        row += each * down;
        column += each * right;
      });
      return (Math.atan2(column, -row) * 180) / Math.PI;
    });
    expect(Math.max(...angles)).toBeGreaterThan(25);
    expect(Math.max(...angles)).toBeLessThan(31);
    expect(Math.min(...angles)).toBeLessThan(-25);
    expect(Math.min(...angles)).toBeGreaterThan(-31);
  });

  test("stretches a window, so that nothing comes from outside", () => {
    const flat = new Uint8Array(2 * 12 * 9).fill(90);
    for (let sample = 0; sample < 50; sample++) {
      expect(varied(flat, [2, 12, 9], { crop: 0.5, fill: 255 }, sample)).toEqual(flat);
    }
    // A ramp gets flatter: fewer of its steps are seen.
    const ramp = Uint8Array.from({ length: 32 }, (_, i) => 8 * i);
    const image = varied(ramp, [1, 1, 32], { crop: 0.5 }, 3);
    expect((image[31] as number) - (image[0] as number)).toBeLessThan(240);
    expect(image).toEqual(image.toSorted());
  });

  test("erases a rectangle of the size it says", () => {
    const white = new Uint8Array(20 * 20).fill(255);
    for (let sample = 0; sample < 100; sample++) {
      const erased = varied(white, [1, 20, 20], { erase: 1, fill: 3 }, sample);
      const places = [...erased.keys()].filter((place) => erased[place] === 3);
      expect(places.length).toBeGreaterThanOrEqual(4);
      expect(places.length).toBeLessThanOrEqual(0.25 * 400);
      const rows = new Set(places.map((place) => Math.floor(place / 20)));
      const columns = new Set(places.map((place) => place % 20));
      expect(rows.size * columns.size).toBe(places.length);
    }
  });

  test("adds noise of the deviation it says", () => {
    const grey = new Uint8Array(9999).fill(128);
    const noisy = varied(grey, [1, 99, 101], { noise: 10 });
    const mean = noisy.reduce((sum, each) => sum + each, 0) / noisy.length;
    const variance = noisy.reduce((sum, each) => sum + (each - mean) ** 2, 0) / noisy.length;
    expect(mean).toBeCloseTo(128, -0.3);
    expect(Math.sqrt(variance)).toBeGreaterThan(9.7);
    expect(Math.sqrt(variance)).toBeLessThan(10.3);
  });

  test("is a function of the image and the generator, for any shape", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const options = fc.record({
      flip: share,
      crop: fc.double({ min: 0.01, max: 1, noNaN: true }),
      rotate: fc.integer({ min: 0, max: 180 }),
      translate: share,
      erase: share,
      noise: fc.integer({ min: 0, max: 40 }),
      fill: fc.integer({ min: 0, max: 255 }),
    });
    const shape = fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(shape, options, fc.nat(1000), (size, chosen, sample) => {
        const source = counting(size[0] * size[1] * size[2]);
        expect(() => requireAugmentation("augment", chosen)).not.toThrow();
        expect(varied(source, size, chosen, sample)).toEqual(varied(source, size, chosen, sample));
        expect(source).toEqual(counting(source.length));
      }),
    );
  });

  test.each([
    [{ flip: 2 }, /received flip 2 .* from 0 to 1/],
    [{ crop: 0 }, /received crop 0 .* above 0 to 1/],
    [{ rotate: -1 }, /received rotate -1 .* from 0 to 180/],
    [{ noise: Number.NaN }, /received noise NaN/],
    [{ rotation: 5 } as Augmentation, /option named "rotation"/],
  ])("refuses %o", (options, message) => {
    expect(() => requireAugmentation("imageStream", options)).toThrow(message);
  });
});
