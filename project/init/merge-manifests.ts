// Merges several package.json files into one: each has what its part of a project needs.

/** Later ones add to the objects of earlier ones. */
export function mergeManifests(texts: readonly string[]): string {
  const merged: Record<string, unknown> = {};
  for (const text of texts) {
    for (const [name, value] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
      const previous = merged[name];
      merged[name] = isMap(previous) && isMap(value) ? { ...previous, ...value } : value;
    }
  }
  const { devDependencies } = merged;
  if (isMap(devDependencies)) {
    // In npm install's own order, so that the first run changes nothing else.
    const sorted = Object.entries(devDependencies).sort(([a], [b]) => (a < b ? -1 : 1));
    merged.devDependencies = Object.fromEntries(sorted);
  }
  return `${JSON.stringify(merged, null, 2)}\n`;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
