import { parse, View } from "vega";
import { compile } from "vega-lite";

const axis = { width: "width", depth: "layers", batchSize: "samples a batch", samples: "samples" };
const arithmetic = "the arithmetic, at the rate of 1 thread's largest";

/** Blue and orange, which every kind of colour vision tells apart, and grey for what is computed. */
const series = {
  "1 thread": { color: "#0b6fb8", dash: [1, 0] },
  "2 threads": { color: "#d9661f", dash: [1, 0] },
  [arithmetic]: { color: "#767676", dash: [5, 4] },
};

/**
 * One panel a sweep, both axes logarithmic, as SVG text (a promise of it). The arithmetic is drawn as the time it would
 * take at the rate reached by one thread at the largest point: a line of time that rises no faster
 * than the dashed one grows no worse than the work.
 */
export function drawScaling(sweeps) {
  const { spec } = compile({
    background: "white",
    columns: 2,
    spacing: { row: 28, column: 36 },
    concat: sweeps.map(panel),
    config: {
      font: "system-ui, sans-serif",
      axis: {
        labelFontSize: 11,
        titleFontSize: 12,
        titleFontWeight: "normal",
        gridColor: "#e6e6e6",
      },
      title: { fontSize: 13, anchor: "start" },
      legend: { orient: "bottom", title: null, labelFontSize: 12, labelLimit: 0, symbolSize: 400 },
    },
  });
  return new View(parse(spec), { renderer: "none" }).toSVG();
}

function panel({ name, title, rows }) {
  const alone = rows.filter(({ threads }) => threads === 1);
  const { microseconds, operations } = alone.at(-1);
  const values = [
    ...rows.map((row) => ({
      value: row.value,
      milliseconds: row.microseconds / 1000,
      series: row.threads === 1 ? "1 thread" : `${row.threads} threads`,
    })),
    ...alone.map((row) => ({
      value: row.value,
      milliseconds: (row.operations / operations) * (microseconds / 1000),
      series: arithmetic,
    })),
  ];
  const [domain, styles] = [Object.keys(series), Object.values(series)];
  const scaleOf = (range) => ({ scale: { domain, range } });
  return {
    title: `Time of ${title}`,
    width: 330,
    height: 230,
    data: { values },
    encoding: {
      x: {
        field: "value",
        type: "quantitative",
        title: axis[name],
        scale: { type: "log", base: 2, nice: false },
        axis: { values: alone.map(({ value }) => value), format: ",d", labelOverlap: true },
      },
      y: {
        field: "milliseconds",
        type: "quantitative",
        title: "milliseconds",
        scale: { type: "log", nice: false },
        axis: { format: "~g", tickCount: 5 },
      },
      color: {
        field: "series",
        type: "nominal",
        ...scaleOf(styles.map(({ color }) => color)),
        legend: { symbolType: "stroke", symbolStrokeWidth: 2 },
      },
      strokeDash: { field: "series", type: "nominal", ...scaleOf(styles.map(({ dash }) => dash)) },
    },
    layer: [
      { mark: { type: "line", strokeWidth: 2 } },
      {
        transform: [
          { filter: { field: "series", oneOf: domain.filter((each) => each !== arithmetic) } },
        ],
        mark: { type: "point", filled: true, size: 36, opacity: 1 },
        encoding: { strokeDash: { value: [1, 0] } },
      },
    ],
  };
}
