import type { JSX } from "preact";

/** Outlines on a grid of 16; the words beside them, or a label, say what they mean. */
const paths = {
  close: "M4 4l8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  network: "M2 3h4v3H2zM10 3h4v3h-4zM6 10.5h4v3H6zM4 6v2h8V6M8 8v2.5",
  up: "M8 13V3.5M4 7.5l4-4 4 4",
  down: "M8 3v9.5M4 8.5l4 4 4-4",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M5 3.5l7.5 4.5L5 12.5z",
  stop: "M4 4h8v8H4z",
  rate: "M2.5 12.5l4-5 3 2.5 4-6.5M13.5 3.5h-3M13.5 3.5v3",
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
  compare: "M8 2.5v11M3 5l2.5 6M3 5L1 11h4.5M13 5l-2.5 6M13 5l2 6h-4.5",
  display:
    "M2.5 5h6M11.5 5h2M2.5 11h2M7.5 11h6M10 5m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0 -3 0M6 11m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0 -3 0",
  search: "M7 7m-4.2 0a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0 -8.4 0M10.2 10.2l3.3 3.3",
  document: "M4 2.5h5.5l3 3v8H4zM9.5 2.5v3h3",
  check: "M3 8.5l3.5 3.5L13 4.5",
  swap: "M3 5.5h9M9.5 3l2.5 2.5L9.5 8M13 10.5H4M6.5 8L4 10.5 6.5 13",
  tag: "M2.5 2.5h5l6 6-5 5-6-6zM5.5 5.5h.01",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
