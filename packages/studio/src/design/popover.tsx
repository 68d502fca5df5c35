import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icons.js";

export interface PopoverProps {
  readonly icon: IconName;
  readonly label: string;
  /** Whether the words stand beside the icon, or only where a screen reader finds them. */
  readonly isCompact?: boolean;
  readonly children: ComponentChildren;
}

/** A button that opens a panel below it; Escape, or a click elsewhere, closes it. */
export function Popover({ icon, label, isCompact = false, children }: PopoverProps): JSX.Element {
  const [isOpen, setIsOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (!isOpen) return;
    const leave = (event: Event): void => {
      if (!root.current?.contains(event.target as Node)) setIsOpen(false);
    };
    const close = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      setIsOpen(false);
      root.current?.querySelector("button")?.focus();
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
      document.removeEventListener("keydown", close);
    };
  }, [isOpen]);

  return (
    <div class="popover" ref={root}>
      <button
        type="button"
        class={isCompact ? "button quiet icon" : "button"}
        aria-expanded={isOpen}
        aria-controls={id}
        {...(isCompact && { "aria-label": label, title: label })}
        onClick={() => setIsOpen(!isOpen)}
      >
        <Icon name={icon} />
        {!isCompact && label}
      </button>
      <div class="panel" id={id} hidden={!isOpen}>
        {isOpen && children}
      </div>
    </div>
  );
}
