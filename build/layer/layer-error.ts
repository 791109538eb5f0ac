// Why there is no layer: what was wrong, and what to do about it.

export class LayerError extends Error {
  override name = "LayerError";
}
