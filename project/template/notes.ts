// Messages about a template's resources: each once, with the names that it applies to.

export interface Notes {
  add(name: string, text: string): void;
  /** `Hello, Bye: left out: …`, in the order of the first names. */
  lines(): string[];
}

export function createNotes(): Notes {
  const names = new Map<string, string[]>();
  return {
    add(name, text) {
      const found = names.get(text);
      if (found === undefined) names.set(text, [name]);
      else if (!found.includes(name)) found.push(name);
    },
    lines: () => [...names].map(([text, holders]) => `${enumerate(holders)}: ${text}`),
  };
}

/** The first names, and how many more there are. */
export function enumerate(names: readonly string[], shown = 5): string {
  const more = names.length - shown;
  return more > 0 ? `${names.slice(0, shown).join(", ")} and ${more} more` : names.join(", ");
}
