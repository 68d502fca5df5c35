import { ArgumentError } from "@versant/core";
import { describeValue } from "@versant/core/internal";

/** Texts, quoted names, comments, placeholders, words, and every other character by itself. */
const tokens =
  /'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[?:@$]\w*|[\w$]+|\S/g;

/**
 * Looks at what SQLite would pass over in silence: a second statement, and placeholders that nothing
 * was given for, which would be NULL.
 *
 * @throws ArgumentError when `query` is not one statement with a `?` for each parameter
 */
export function requireQuery(
  operation: string,
  query: unknown,
  parameters: readonly unknown[],
): asserts query is string {
  if (typeof query !== "string" || query.trim() === "") {
    throw new ArgumentError(
      `${operation}: received ${describeValue(query)} as the query, expected text such as ` +
        '"select * from houses".',
    );
  }
  const meaningful = (query.match(tokens) ?? []).filter((token) => !/^(--|\/\*)/.test(token));
  if (meaningful.length === 0) {
    throw new ArgumentError(`${operation}: received nothing but a comment, expected a query.`);
  }
  const end = meaningful.indexOf(";");
  if (end >= 0 && meaningful.slice(end).some((token) => token !== ";")) {
    throw new ArgumentError(
      `${operation}: received more than one statement, expected a single query, since nothing after ` +
        `its semicolon would run; it was ${query}`,
    );
  }
  if (!Array.isArray(parameters)) {
    throw new ArgumentError(
      `${operation}: received ${describeValue(parameters)} as parameters, expected a list.`,
    );
  }
  const placeholders = meaningful.filter((token) => /^[?:@$]/.test(token));
  const named = placeholders.find((token) => token !== "?");
  if (named !== undefined) {
    throw new ArgumentError(
      `${operation}: received the placeholder ${named}, expected ? for each of the parameters, in ` +
        `their order; the query was ${query}`,
    );
  }
  if (placeholders.length === parameters.length) return;
  throw new ArgumentError(
    `${operation}: received ${parameters.length} parameters for the ${placeholders.length} ? of the ` +
      `query, expected one for each; it was ${query}`,
  );
}
