import { computed, effect, signal } from "@preact/signals";
import { type Format, formatOf } from "../words/format.js";
import { type Language, languages, preferredLanguage, type Words, words } from "../words/words.js";

/** What people choose about the application itself; kept in this browser. */
export type Theme = "system" | "light" | "dark";

/** Storage may be forbidden, or full: then a choice lasts as long as the page. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(`versant.${key}`);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(`versant.${key}`, value);
  } catch {
    // See above.
  }
}

/** The chosen one of some values, kept under a key. */
function kept<T extends string>(key: string, values: readonly T[], initial: T) {
  const stored = read(key);
  const chosen = signal<T>(values.find((value) => value === stored) ?? initial);
  effect(() => write(key, chosen.value));
  return chosen;
}

export type { Language };

export const theme = kept<Theme>("theme", ["system", "light", "dark"], "system");
export const language = kept<Language>(
  "language",
  languages,
  preferredLanguage(navigator.languages),
);

/** The words of the chosen language. */
export const text = computed<Words>(() => words[language.value]);

const darkScheme = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(darkScheme.matches);
darkScheme.addEventListener("change", ({ matches }) => {
  systemIsDark.value = matches;
});

/** Whether what is on the screen is dark: charts draw their own colours. */
export const isDark = computed(() =>
  theme.value === "system" ? systemIsDark.value : theme.value === "dark",
);

effect(() => {
  const root = document.documentElement;
  root.lang = language.value;
  if (theme.value === "system") delete root.dataset.theme;
  else root.dataset.theme = theme.value;
});

/** Numbers and times in the chosen language. */
export const format = computed<Format>(() => formatOf(text.value));
