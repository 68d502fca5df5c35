/** For the packages of this repository; no promise to anybody else. */
export { checkDType, range, shuffle } from "./array/index.js";
export { readers } from "./tables/column.js";
