import { get } from "node:http";
import { onTestFinished } from "vitest";
import type { StreamMessages } from "../../src/studio/api/index.js";
import type { Page } from "./studio.js";

export interface Message<N extends keyof StreamMessages = keyof StreamMessages> {
  readonly name: N;
  readonly data: StreamMessages[N];
  readonly id: string | undefined;
}

/** A browser that listens. */
export interface Listening {
  readonly status: number;
  /** All that has come so far. */
  readonly messages: Message[];
  /** The next message of a name that nobody has taken yet. */
  next<N extends keyof StreamMessages>(name: N): Promise<Message<N>>;
  readonly ended: Promise<void>;
  end(): void;
}

/** Opens the stream of events of a studio. */
export function listen(
  { studio, cookie }: Page,
  query = "",
  headers: Record<string, string> = {},
): Promise<Listening> {
  const messages: Message[] = [];
  const waiting = new Set<() => void>();
  const taken = new Map<string, number>();
  return new Promise((resolve, reject) => {
    const asking = get(`${studio.url}/api/stream${query}`, { headers: { cookie, ...headers } });
    onTestFinished(() => {
      asking.destroy();
    });
    asking.on("error", reject);
    asking.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        const blocks = text.split("\n\n");
        text = blocks.pop() ?? "";
        messages.push(...blocks.flatMap(parse));
        for (const look of waiting) look();
      });
      response.on("error", () => {});
      const ended = new Promise<void>((done) => response.once("close", done));
      const next = <N extends keyof StreamMessages>(name: N): Promise<Message<N>> =>
        new Promise((found) => {
          const look = () => {
            const from = taken.get(name) ?? 0;
            const index = messages.findIndex((each, at) => at >= from && each.name === name);
            if (index < 0) return;
            taken.set(name, index + 1);
            waiting.delete(look);
            found(messages[index] as Message<N>);
          };
          waiting.add(look);
          look();
        });
      const end = () => asking.destroy();
      resolve({ status: response.statusCode ?? 0, messages, next, ended, end });
    });
  });
}

function parse(block: string): Message[] {
  const lines = new Map(
    block.split("\n").map((line) => {
      const at = line.indexOf(": ");
      return [line.slice(0, at), line.slice(at + 2)];
    }),
  );
  const [name, data, id] = [lines.get("event"), lines.get("data"), lines.get("id")];
  if (name === undefined || data === undefined) return [];
  return [{ name, data: JSON.parse(data), id } as Message];
}
