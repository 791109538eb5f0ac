// Loads the tables of other encodings. The bundle replaces this file: there they are a file beside it.

export function loadEncodings(): Promise<typeof import("./encodings.ts")> {
  return import("./encodings.ts");
}
