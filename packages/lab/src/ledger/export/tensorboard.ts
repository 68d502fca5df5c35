import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExportedRun, MakeWriter } from "./index.js";
import { tfRecord } from "./tfRecord.js";

/**
 * A folder a run, with one file of events for `tensorboard --logdir`: its curves as scalars. The viewer
 * keeps them as float32.
 */
export const tensorboardWriter: MakeWriter = (path) => ({
  add: (exported) => {
    const { run } = exported;
    // A run's name may become a folder's, but not another place.
    const folder = join(path, run.id.replaceAll(/[^\p{L}\p{N}_.-]|^\.+/gu, "_"));
    const seconds = Math.floor(Date.parse(run.started) / 1000);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `events.out.tfevents.${String(seconds).padStart(10, "0")}.versant`);
    writeFileSync(`${file}.part`, encodeEvents(exported));
    renameSync(`${file}.part`, file);
  },
  end: () => undefined,
});

/** The records of a run, in the order of their times. */
function encodeEvents({ run, series }: ExportedRun): Buffer {
  const scalars = [...series].flatMap(([name, points]) =>
    points.map((point) => ({ ...point, name })),
  );
  scalars.sort((a, b) => a.step - b.step);
  return Buffer.concat([
    tfRecord(Buffer.concat([double(1, Date.parse(run.started) / 1000), text(3, "brain.Event:2")])),
    ...scalars.map(({ name, time, step, value }) =>
      tfRecord(
        Buffer.concat([
          double(1, Date.parse(time) / 1000),
          Buffer.concat([key(2, 0), varint(step)]),
          message(5, message(1, Buffer.concat([text(1, name), float(2, value)]))),
        ]),
      ),
    ),
  ]);
}

// The fields of protocol buffers that `Event` and `Summary` are made of (tensorflow/core/util/event.proto,
// tensorflow/core/framework/summary.proto).

const key = (field: number, wireType: number): Buffer => Buffer.of((field << 3) | wireType);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}

function double(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([key(field, 1), bytes]);
}

function float(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([key(field, 5), bytes]);
}

const message = (field: number, content: Buffer): Buffer =>
  Buffer.concat([key(field, 2), varint(content.length), content]);

const text = (field: number, content: string): Buffer => message(field, Buffer.from(content));
