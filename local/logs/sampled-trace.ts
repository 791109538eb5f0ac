// The parts of a trace header that a log contains.

const sampled = /Sampled\s*=\s*1/;

/** Undefined when there is no header, or X-Ray was told not to keep the trace. */
export function sampledTrace(
  header: string | undefined,
): { readonly root: string; readonly parent: string } | undefined {
  // Checked for each invocation, and most are not sampled.
  if (header === undefined || !sampled.test(header)) return undefined;
  const parts = new Map(
    header.split(";").map((part) => {
      const [name = "", value = ""] = part.split("=", 2);
      return [name.trim(), value.trim()];
    }),
  );
  const root = parts.get("Root");
  if (root === undefined || parts.get("Sampled") !== "1") return undefined;
  return { root, parent: parts.get("Parent") ?? "" };
}
