import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { rowAfter, type Window, windowOf } from "./window.js";
import "./grid.css";

export interface GridColumn<Row> {
  readonly name: string;
  readonly title: string;
  /** In pixels. */
  readonly width: number;
  readonly isNumber?: boolean;
  readonly isSortable?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

export interface GridProps<Row> {
  readonly label: string;
  /** What keys do; a screen reader says it with the grid. */
  readonly help: string;
  readonly columns: readonly GridColumn<Row>[];
  readonly total: number;
  /** The row of an index; undefined while it is on its way. */
  readonly rowAt: (index: number) => Row | undefined;
  readonly isSelected: (row: Row) => boolean;
  readonly sort?: { readonly name: string; readonly isDescending: boolean };
  readonly onSort: (name: string) => void;
  readonly onWindow: (window: Window) => void;
  readonly onOpen: (row: Row) => void;
  readonly onSelect: (row: Row) => void;
  /** Of the other keys. */
  readonly onKey?: (key: string) => void;
}

const rowHeight = 38;

/** A table whose rows the keyboard moves among, some of them selected: ARIA in HTML allows it this role. */
const interactive = { role: "grid", tabIndex: 0, "aria-multiselectable": true } as const;

/**
 * A table of any number of rows of which those in sight are drawn. One stop of the Tab key: arrows, Page, Home and
 * End move the active row, Enter opens it, Space selects it.
 */
export function Grid<Row>(props: GridProps<Row>): JSX.Element {
  const { label, help, columns, total, rowAt, isSelected, sort, onWindow } = props;
  const view = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLTableSectionElement>(null);
  const [seen, setSeen] = useState<Window>({ start: 0, end: 30 });
  const [active, setActive] = useState(0);
  const [hasFocus, setHasFocus] = useState(false);
  const id = useId();
  const current = Math.min(active, Math.max(0, total - 1));

  const look = (): void => {
    const element = view.current;
    if (!element) return;
    const next = windowOf(element.scrollTop, element.clientHeight, rowHeight, total);
    setSeen((old) => (old.start === next.start && old.end === next.end ? old : next));
  };
  useLayoutEffect(look, [total]);
  useEffect(() => {
    const observer = new ResizeObserver(look);
    if (view.current) observer.observe(view.current);
    return () => observer.disconnect();
  }, [total]);
  useEffect(() => onWindow(seen), [seen, onWindow]);

  const reveal = (row: number): void => {
    const element = view.current;
    if (!element) return;
    const headHeight = head.current?.offsetHeight ?? 0;
    const top = row * rowHeight;
    const height = element.clientHeight - headHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + height) {
      element.scrollTop = top + rowHeight - height;
    }
  };
  const press = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey)
      return;
    const inView = Math.max(1, Math.floor((view.current?.clientHeight ?? 0) / rowHeight) - 2);
    const next = rowAfter(event.key, current, total, inView);
    const row = rowAt(current);
    if (next !== undefined) {
      setActive(next);
      reveal(next);
    } else if (event.key === "Enter" && row) props.onOpen(row);
    else if (event.key === " " && row) props.onSelect(row);
    else {
      props.onKey?.(event.key);
      return;
    }
    event.preventDefault();
  };

  const template = columns.map(({ width }) => `${width}px`).join(" ");
  const layout = { gridTemplateColumns: `${template} minmax(0, 1fr)` };
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const indices = Array.from({ length: seen.end - seen.start }, (_, place) => seen.start + place);
  return (
    <div ref={view} class="grid" onScroll={look}>
      <table
        {...interactive}
        {...(total > 0 && { "aria-activedescendant": `${id}-${current}` })}
        aria-label={label}
        aria-describedby={`${id}-help`}
        aria-rowcount={total + 1}
        aria-colcount={columns.length}
        style={{ minWidth: `${width}px` }}
        onKeyDown={press}
        onFocus={() => setHasFocus(true)}
        onBlur={() => setHasFocus(false)}
      >
        <thead ref={head}>
          <tr aria-rowindex={1} style={layout}>
            {columns.map((column, index) => (
              <HeadCell key={column.name} {...{ column, index, sort, onSort: props.onSort }} />
            ))}
          </tr>
        </thead>
        <tbody style={{ height: `${total * rowHeight}px` }}>
          {indices.map((index) => {
            const row = rowAt(index);
            return (
              <tr
                key={index}
                id={`${id}-${index}`}
                class={hasFocus && index === current ? "active" : ""}
                aria-rowindex={index + 2}
                aria-selected={row ? isSelected(row) : false}
                aria-busy={row === undefined}
                style={{ ...layout, transform: `translateY(${index * rowHeight}px)` }}
                onPointerDown={() => setActive(index)}
              >
                {columns.map((column, place) => (
                  <td
                    key={column.name}
                    aria-colindex={place + 1}
                    class={column.isNumber ? "number" : ""}
                  >
                    {row && column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      <span id={`${id}-help`} class="visually-hidden">
        {help}
      </span>
    </div>
  );
}

interface HeadCellProps<Row> extends Pick<GridProps<Row>, "onSort"> {
  readonly column: GridColumn<Row>;
  readonly index: number;
  readonly sort: GridProps<Row>["sort"] | undefined;
}

function HeadCell<Row>({ column, index, sort, onSort }: HeadCellProps<Row>): JSX.Element {
  const { name, title, isNumber = false, isSortable = true } = column;
  const isSorted = sort?.name === name;
  const direction = sort?.isDescending ? "descending" : "ascending";
  return (
    <th
      scope="col"
      aria-colindex={index + 1}
      class={isNumber ? "number" : ""}
      {...(isSorted && { "aria-sort": direction })}
    >
      {isSortable ? (
        <button type="button" title={title} onClick={() => onSort(name)}>
          <span>{title}</span>
          {isSorted && <span aria-hidden="true">{sort.isDescending ? "↓" : "↑"}</span>}
        </button>
      ) : (
        <span>{title}</span>
      )}
    </th>
  );
}
