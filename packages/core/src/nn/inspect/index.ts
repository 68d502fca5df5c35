export { type Summary, type SummaryRow, summary } from "./summary.js";
