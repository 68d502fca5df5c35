/** Base of the errors that Versant throws at its user: what was received, expected, and the mend. */
export class VersantError extends Error {
  override name = "VersantError";
}

/** Shapes, axes or indices that do not fit. */
export class ShapeError extends VersantError {
  override name = "ShapeError";
}

/** Element types that do not fit. */
export class DTypeError extends VersantError {
  override name = "DTypeError";
}

/** A value that is out of its range, of the wrong kind, or unknown. */
export class ArgumentError extends VersantError {
  override name = "ArgumentError";
}

/**
 * What showed only when a Program ran: an index out of range, a value that is not finite, more memory
 * than there is.
 */
export class ExecutionError extends VersantError {
  override name = "ExecutionError";
}
