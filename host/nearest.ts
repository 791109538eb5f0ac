// "Did you mean …": the names nearest to one that was not found.

/** The `count` names of `known` with the smallest edit distance to `name`, nearest first. */
export function nearest(name: string, known: readonly string[], count: number): string[] {
  return known
    .map((candidate) => ({
      candidate,
      distance: editDistance(name.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** Levenshtein's distance, a row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= to.length; j++) {
      const substitution = (above[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      row[j] = Math.min(substitution, (above[j] as number) + 1, (row[j - 1] as number) + 1);
    }
  }
  return row[to.length] as number;
}
