import { useEffect, useRef } from "preact/hooks";

/** A function that calls another one a moment later, once for all calls until then. */
export function useSoon(action: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(action);
  latest.current = action;
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, 500);
  };
}
