import { en, type Words } from "./en/en.js";
import { fr } from "./fr/fr.js";

export type { Words };

/** A key that one language lacks does not compile. */
export const words = { en, fr } satisfies Readonly<Record<string, Words>>;

export type Language = keyof typeof words;

export const languages = ["en", "fr"] as const satisfies readonly Language[];

/** The first language of the browser that the application speaks. */
export function preferredLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const language = languages.find((each) => tag.toLowerCase().split("-")[0] === each);
    if (language) return language;
  }
  return "en";
}
