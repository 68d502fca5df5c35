import type { Block, Cell, Page, Table } from "./blocks.js";
import { escapeMarkdown } from "./escape.js";
import { Format } from "./format.js";

/** The page as Markdown with tables, as GitHub reads it. Curves stand as their last values. */
export function writeMarkdown(page: Page): string {
  const { title, kicker, lead, statuses, sections, footer } = page;
  const counts = statuses.map(({ count, label }) => `${count} ${label}`).join(", ");
  return [
    `# ${line(title)}`,
    `${line(kicker)} · ${counts}`,
    line(lead),
    ...sections.flatMap(({ title: name, points, blocks }) => [
      `## ${line(name)}${points.length > 0 ? ` (IV ${points.join(", ")})` : ""}`,
      ...blocks.map((block) => writeBlock(block, page)),
    ]),
    "---",
    `${line(footer)}\n`,
  ].join("\n\n");
}

/** Text on one line. */
const line = (text: string): string => escapeMarkdown(text.replaceAll(/\s*\n\s*/g, " "));

function writeBlock(block: Block, { language }: Page): string {
  switch (block.kind) {
    case "heading":
      return `### ${line(block.text)}`;
    case "text":
      return line(block.text);
    case "notice":
      return `*${line(block.text)}*`;
    case "quote":
      return [
        `**${line(block.label)}**`,
        escapeMarkdown(block.text).replaceAll(/^/gm, "> "),
        line(block.source),
      ].join("\n\n");
    case "facts":
      return block.rows
        .map(([label, value]) => `- **${line(label)}** ${writeCell(value)}`)
        .join("\n");
    case "table":
      return writeTable(block);
    case "charts": {
      const format = new Format(language);
      return block.charts
        .map((chart) => {
          const last = chart.curves.map(
            ({ points }, index) =>
              `${line(chart.legend[index] ?? "")} ${format.score(points.at(-1)?.y ?? Number.NaN)}`,
          );
          return `- **${line(chart.title)}** ${last.join(", ")}`;
        })
        .join("\n");
    }
    case "figures":
      return block.figures.map(({ drawing }) => `**${line(drawing.label)}**`).join("\n\n");
    case "matrix": {
      const { title, classes, counts, rowWord, columnWord } = block.matrix;
      const format = new Format(language);
      const table = writeTable({
        kind: "table",
        header: [`${rowWord} ↓ ${columnWord} →`, ...classes],
        numbersFrom: 1,
        rows: counts.map((row, label) => [
          classes[label] ?? "",
          ...row.map((count) => format.count(count)),
        ]),
      });
      return `**${line(title)}**\n\n${table}`;
    }
    case "landscape": {
      const { title, facts } = block.figure;
      const rows = facts.map(([label, value]) => `- ${line(label)} ${line(value)}`);
      return [`**${line(title)}**`, rows.join("\n")].join("\n\n");
    }
  }
}

function writeTable({ header, rows, numbersFrom }: Table): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    row(header.map(line)),
    row(header.map((_, column) => (column >= numbersFrom ? "---:" : "---"))),
    ...rows.map((cells) => row(cells.map(writeCell))),
  ].join("\n");
}

/** What has no mark that could end the code. */
const plainCode = /^[\w ./=+:-]*$/;

const writeCell = (cell: Cell): string => {
  if (typeof cell === "string") return line(cell);
  return plainCode.test(cell.code) ? `\`${cell.code}\`` : line(cell.code);
};
