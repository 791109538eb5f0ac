// A sample event for a command; a mistake in its name or a path is one in the call.
import { sampleEvent } from "../../local/events/sample.ts";
import { SampleError } from "../../local/events/sample-error.ts";
import { UsageError } from "../options/usage-error.ts";

/** Throws a UsageError for an unknown name or a bad `PATH=VALUE`. */
export async function readSample(name: string, set: readonly string[] = []): Promise<object> {
  try {
    return await sampleEvent(name, set);
  } catch (error) {
    if (error instanceof SampleError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
