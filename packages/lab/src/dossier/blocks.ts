import type { Language } from "../accountability/items.js";
import type { Chart } from "./chart.js";
import type { LandscapeFigure } from "./landscape.js";
import type { Matrix } from "./matrix.js";
import type { PointName, Status } from "./points.js";
import type { Drawing } from "./svg.js";

/** Text, or what is to be read letter by letter, such as a hash. */
export type Cell = string | { readonly code: string };

/** A table; columns from `numbersFrom` on stand flush right. */
export interface Table {
  readonly kind: "table";
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly numbersFrom: number;
}

/** What a page is made of, whatever it is written as. */
export type Block =
  | Table
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "facts"; readonly rows: readonly (readonly [label: string, value: Cell])[] }
  /** What somebody wrote, in their own words. */
  | {
      readonly kind: "quote";
      readonly label: string;
      readonly text: string;
      readonly source: string;
      readonly status: Status;
    }
  | { readonly kind: "notice"; readonly status: Status; readonly text: string }
  | { readonly kind: "charts"; readonly charts: readonly Chart[] }
  | { readonly kind: "matrix"; readonly matrix: Matrix }
  | { readonly kind: "figures"; readonly figures: readonly Figure[] }
  | { readonly kind: "landscape"; readonly figure: LandscapeFigure };

/** A picture that no text can stand for. */
export interface Figure {
  /** The same in every language: what its file is called. */
  readonly name: string;
  readonly drawing: Drawing;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  /** Points of the Annex that it answers. */
  readonly points: readonly PointName[];
  readonly blocks: readonly Block[];
}

export interface PageStatus {
  readonly status: Status;
  readonly label: string;
  readonly count: number;
}

export interface Page {
  readonly language: Language;
  readonly title: string;
  readonly kicker: string;
  readonly lead: string;
  readonly statuses: readonly PageStatus[];
  /** The word for each status. */
  readonly statusWords: Readonly<Record<Status, string>>;
  readonly sections: readonly Section[];
  readonly footer: string;
}

/** Controls without a picture, and marks that turn the direction of what follows; not line ends and tabs. */
const controls = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

/**
 * Text that somebody else wrote: what cannot be seen is named, and its direction ends with it (Unicode
 * isolates), so that it cannot rearrange the words around it.
 */
export function foreign(text: string): string {
  const named = text.replaceAll("\r\n", "\n").replace(controls, nameOf);
  // Isolates are needed only where a letter or mark may turn the direction.
  return /^[\p{ASCII}\p{Script=Latin}\u2010-\u2027\u2030-\u205e]*$/u.test(named)
    ? named
    : `\u2068${named}\u2069`;
}

const nameOf = (character: string): string =>
  `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;

/** Somebody else's text on one line, cut where it would fill the page. */
const foreignLine = (text: string, longest: number): string =>
  foreign(text.length > longest ? `${text.slice(0, longest - 1)}…` : text).replaceAll(/\s+/g, " ");

/** A name. */
export const foreignName = (text: string): string => foreignLine(text, 80);

/** A sentence, or the beginning of a text that stands elsewhere in full. */
export const foreignSentence = (text: string): string => foreignLine(text, 300);
