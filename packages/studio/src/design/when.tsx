import type { JSX } from "preact";
import { format } from "../app/preferences.js";

/** How long ago something was; the moment itself for whoever points at it. */
export const Ago = ({ time }: { readonly time: string }): JSX.Element => (
  <time class="soft" dateTime={time} title={format.value.date(time)}>
    {format.value.ago(time)}
  </time>
);

/** A moment of the ledger. */
export const When = ({ time }: { readonly time: string }): JSX.Element => (
  <time class="number soft" dateTime={time}>
    {format.value.date(time)}
  </time>
);
