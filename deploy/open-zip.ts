// Opens a zip, from the user or from a build, to look into it.
import { openPromise } from "yauzl";
import { ExpectedError } from "../host/expected-error.ts";

/** @throws ExpectedError when the file is not a zip. */
export async function openZip(zip: string) {
  try {
    return await openPromise(zip, { autoClose: false });
  } catch (error) {
    throw new ExpectedError(`${zip} is not a zip: ${(error as Error).message}`, {
      remedy: "stdlambda build and stdlambda layer build write zips",
      cause: error,
    });
  }
}
