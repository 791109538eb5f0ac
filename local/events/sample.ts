// A sample event by its name, with the caller's changes.
import { incorrectUsage } from "../../host/expected-error.ts";
import { nearest } from "../../host/nearest.ts";
import { assign } from "./assign.ts";
import { parseAssignment } from "./assignment.ts";
import { catalog, type SampleName } from "./catalog.ts";

/**
 * The event, the caller's own copy; `assignments` are `PATH=VALUE`, applied in their order. What
 * depends on a changed place (a digest, a length, a time) stays as it is.
 * @throws ExpectedError for an unknown name or a path that leads nowhere.
 */
export async function sampleEvent(
  name: string,
  assignments: readonly string[] = [],
): Promise<object> {
  requireSample(name);
  const changes = assignments.map(parseAssignment);
  // Dozens of files, which no other command needs.
  const { samples } = await import("./samples.ts");
  const event = structuredClone(samples[name]);
  for (const change of changes) assign(event, change);
  return event;
}

function requireSample(name: string): asserts name is SampleName {
  if (Object.hasOwn(catalog, name)) return;
  const names = Object.keys(catalog);
  // Half a name says more than the edit distance: s3 means s3-put rather than sns.
  const containing = name === "" ? [] : names.filter((known) => known.includes(name));
  const guesses = new Set([...containing, ...nearest(name, names, 3)]);
  throw incorrectUsage(
    `there is no sample event "${name}"; the nearest names are ${[...guesses].slice(0, 3).join(", ")}`,
    { remedy: "stdlambda events list shows all of them" },
  );
}
