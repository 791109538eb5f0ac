// Writes rows of cells as aligned columns of plain text.

/** Aligns cells; the first column to the left, all others to the right except those in `left`. */
export function table(lines: readonly (readonly string[])[], left: readonly number[] = []): string {
  const widths: number[] = [];
  for (const line of lines) {
    line.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return lines
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 || left.includes(column) ? cell.padEnd(width) : cell.padStart(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
