import type { ComponentType } from "preact";

/** What a page is given: the parts of its address that the pattern names. */
export interface PageProps {
  readonly parts: Readonly<Record<string, string>>;
}

interface Route {
  readonly pattern: string;
  /** Loaded when somebody goes there. */
  readonly load: () => Promise<ComponentType<PageProps>>;
}

/** All pages of the application. */
export const routes: readonly Route[] = [
  { pattern: "/", load: async () => (await import("../pages/runs/page.js")).RunsPage },
  { pattern: "/runs", load: async () => (await import("../pages/runs/page.js")).RunsPage },
  { pattern: "/runs/:id", load: async () => (await import("../pages/run/page.js")).RunPage },
  { pattern: "/runs/:id/try", load: async () => (await import("../pages/try/page.js")).TryPage },
  {
    pattern: "/runs/:id/network",
    load: async () => (await import("../pages/network/page.js")).NetworkPage,
  },
  {
    pattern: "/searches",
    load: async () => (await import("../pages/searches/page.js")).SearchesPage,
  },
  {
    pattern: "/searches/:id",
    load: async () => (await import("../pages/search/page.js")).SearchPage,
  },
  { pattern: "/compare", load: async () => (await import("../pages/compare/page.js")).ComparePage },
];
