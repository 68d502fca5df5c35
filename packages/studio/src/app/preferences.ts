import { computed, effect, signal } from "@preact/signals";
import { type Format, formatOf } from "../words/format.js";
import { type Language, languages, preferredLanguage, type Words, words } from "../words/words.js";
import { store, stored } from "./storage.js";

/** What people choose about the application itself; kept in this browser. */
export type Theme = "system" | "light" | "dark";

/** The chosen one of some values, kept under a name. */
function kept<T extends string>(name: string, values: readonly T[], initial: T) {
  const before = stored(name);
  const chosen = signal<T>(values.find((value) => value === before) ?? initial);
  effect(() => store(name, chosen.value));
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
