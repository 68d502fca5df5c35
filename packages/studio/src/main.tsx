import { render } from "preact";
import "./design/tokens.css";
import "./design/base.css";
import "./design/controls.css";
import "./design/surfaces.css";
import "./app/shell.css";
import { openSession } from "./app/session.js";
import { Shell } from "./app/shell.js";

const root = document.getElementById("studio");
if (!root) throw new Error("index.html has no element #studio.");
void openSession();
render(<Shell />, root);
