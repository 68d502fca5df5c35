import type { JSX } from "preact";
import { format } from "../app/preferences.js";

/** A moment of the ledger. */
export const When = ({ time }: { readonly time: string }): JSX.Element => (
  <time class="number soft" dateTime={time}>
    {format.value.date(time)}
  </time>
);
