import type { Language } from "../../accountability/items.js";
import { en, type Words } from "./en.js";
import { fr } from "./fr.js";

export type { Words };

/** A key that one language lacks does not compile. */
export const words: Readonly<Record<Language, Words>> = { en, fr };
