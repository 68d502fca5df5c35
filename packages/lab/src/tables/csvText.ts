import { createReadStream } from "node:fs";
import { ArgumentError } from "@versant/core";
import { describeValue } from "@versant/core/internal";

/** Set once bytes were met that are no text in the encoding. */
export interface Damage {
  found: boolean;
}

/**
 * The text of a file, or of standard input for "-", piece by piece; UTF-8 is handed on as the bytes it is. Bytes that are no text
 * become U+FFFD and are noted before the piece that they end in is given, so that the cell that they
 * stand in can be named when it is known.
 */
export async function* decoded(
  path: string,
  encoding: string,
  damage: Damage,
): AsyncGenerator<Buffer | string> {
  const decoder = new TextDecoder(encoding);
  // A decoder that throws keeps nothing of the file but a character that is cut in two.
  const strict = new TextDecoder(encoding, { fatal: true });
  const check = (bytes?: Buffer): void => {
    if (damage.found) return;
    try {
      strict.decode(bytes, { stream: bytes !== undefined });
    } catch {
      damage.found = true;
    }
  };
  const isUtf8 = decoder.encoding === "utf-8";
  const file = path === "-" ? process.stdin : createReadStream(path, { highWaterMark: 1 << 18 });
  for await (const chunk of file) {
    const bytes = chunk as Buffer;
    check(bytes);
    yield isUtf8 ? bytes : decoder.decode(bytes, { stream: true });
  }
  check();
  yield isUtf8 ? "" : decoder.decode();
}

/** @throws ArgumentError when `TextDecoder` has no such encoding */
export function requireEncoding(operation: string, encoding: unknown): void {
  try {
    new TextDecoder(encoding as string);
  } catch {
    throw new ArgumentError(
      `${operation}: received encoding ${describeValue(encoding)}, expected one such as "utf-8", ` +
        '"windows-1252" or "utf-16le".',
    );
  }
}
