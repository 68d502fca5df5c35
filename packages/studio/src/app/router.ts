import { signal } from "@preact/signals";

/** Where the application is: the address of the browser without its origin. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

const here = (): Place => ({
  path: location.pathname,
  query: new URLSearchParams(location.search),
});

export const place = signal<Place>(here());

addEventListener("popstate", () => {
  place.value = here();
});

/** @param options.replace whether the way back leaves out the place that is left */
export function navigate(address: string, { replace = false } = {}): void {
  if (address === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  const isOther = here().path !== place.value.path;
  place.value = here();
  if (isOther) scrollTo(0, 0);
}

/** Puts values into the query of the present address; undefined, "" and [] take a value out, lists are repeated. */
export function setQuery(
  values: Readonly<Record<string, string | readonly string[] | undefined>>,
): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value = []] of Object.entries(values)) {
    query.delete(name);
    for (const each of [value].flat()) if (each !== "") query.append(name, each);
  }
  const search = query.toString();
  navigate(location.pathname + (search && `?${search}`), { replace: true });
}

/** Links within the application change the page without loading it; all others are the browser's. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.("a");
  if (!link || link.target || link.origin !== location.origin) return;
  if (link.pathname.startsWith("/api/") || link.hasAttribute("download")) return;
  event.preventDefault();
  navigate(link.pathname + link.search);
}
