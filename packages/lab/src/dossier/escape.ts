const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML and SVG write it, in an element and in a quoted attribute alike. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** Text as Markdown writes it: every mark that might mean something stands for itself. */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/[&<>]/g, (character) => entities[character] ?? character)
    .replace(/[\\`*_{}[\]()#+!|~^$:@-]/g, "\\$&")
    // A number with a point begins a list.
    .replace(/^(\s*\d+)\./gm, "$1\\.");
