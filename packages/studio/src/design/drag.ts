/** Pixels from which on somebody drags, and does not click. */
export const leastDrag = 4;
