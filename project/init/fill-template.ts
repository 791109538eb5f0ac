// Fills in a template: {{name}} for a word, {{#name}} and {{/name}} around optional lines.

export type TemplateValues = Readonly<Record<string, string>>;

/** The markers may be in comments, so that the template itself stays a valid file of its kind. */
const marker = /^[ \t]*(?:\/\/|#)?[ \t]*\{\{([#/])(\w+)\}\}[ \t]*$/;

/**
 * `sections` are those whose lines are kept; all others are removed, with their markers. A line
 * that is only a word without a value is removed too.
 * @throws Error for a word that is not among the values, and for a section that does not end.
 */
export function fillTemplate(
  text: string,
  values: TemplateValues,
  sections: ReadonlySet<string>,
): string {
  const lines: string[] = [];
  let section: string | undefined;
  for (const line of text.split("\n")) {
    const [, kind, name = ""] = marker.exec(line) ?? [];
    if (kind === "#") {
      if (section !== undefined) throw new Error(`{{#${name}}} stands inside of {{#${section}}}`);
      section = name;
    } else if (kind === "/") {
      if (section !== name) throw new Error(`{{/${name}}} ends what has not begun`);
      section = undefined;
    } else if (section === undefined || sections.has(section)) {
      const filled = fillLine(line, values);
      if (filled !== undefined) lines.push(filled);
    }
  }
  if (section !== undefined) throw new Error(`{{#${section}}} does not end`);
  return lines.join("\n");
}

function fillLine(line: string, values: TemplateValues): string | undefined {
  const filled = line.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`{{${name}}} has no value`);
    return value;
  });
  return filled === "" && line !== "" ? undefined : filled;
}
