// A mistake in asking for a sample event: the message says what to write instead.

export class SampleError extends Error {
  override name = "SampleError";
}
