// `stdlambda events`: the sample events, listed and shown.
import { catalog, documentation, type SampleFacts } from "../../local/events/catalog.ts";
import { sampleEvent } from "../../local/events/sample.ts";
import { createPalette, write } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";

/** In columns for people, as one JSON list for programs. */
export async function listEvents(
  { json = false }: { readonly json?: boolean },
  { stdout, env }: Surroundings,
): Promise<void> {
  const entries: [string, SampleFacts][] = Object.entries(catalog);
  if (json) {
    const rows = entries.map(([name, { description, page }]) => ({
      name,
      description,
      page: page === undefined ? null : `${documentation}${page}`,
    }));
    await write(stdout, `${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  const { bold } = createPalette(stdout, env);
  const width = Math.max(...entries.map(([name]) => name.length)) + 2;
  const lines = entries.map(
    ([name, { description }]) => `${bold(name)}${" ".repeat(width - name.length)}${description}`,
  );
  await write(stdout, `${lines.join("\n")}\n`);
}

/** Prints the event as indented JSON. */
export async function showEvent(
  name: string,
  { set }: { readonly set?: readonly string[] },
  { stdout }: Surroundings,
): Promise<void> {
  await write(stdout, `${JSON.stringify(await sampleEvent(name, set), null, 2)}\n`);
}
