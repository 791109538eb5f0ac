// Which operation of Lambda a request is for, and the labels in its path.
import { model, type OperationName, type RouteModel } from "./model.ts";

export type Route =
  | { readonly operation: OperationName; readonly labels: Readonly<Record<string, string>> }
  | { readonly unsupported: string };

interface Pattern {
  readonly method: string;
  /** A literal, or `{Label}`. */
  readonly segments: readonly string[];
  /** Parameters that are part of the address itself, such as `find=LayerVersion`. */
  readonly query: readonly (readonly [string, string])[];
  readonly name: string;
  readonly covered: boolean;
}

const patterns = [
  ...Object.entries(model.operations).map(([name, route]) => patternOf(name, route, true)),
  ...Object.entries(model.others).map(([name, route]) => patternOf(name, route, false)),
  // An address with a query comes before the same address without one.
].sort((a, b) => b.query.length - a.query.length);

/**
 * Undefined when no operation of Lambda has this method and path (invocations are not looked up
 * here).
 */
export function route(method: string, path: string, query: URLSearchParams): Route | undefined {
  const segments = segmentsOf(path);
  for (const pattern of patterns) {
    const labels = match(pattern, method, segments, query);
    if (labels === undefined) continue;
    if (!pattern.covered) return { unsupported: pattern.name };
    return { operation: pattern.name as OperationName, labels };
  }
  return undefined;
}

function patternOf(name: string, { method, uri }: RouteModel, covered: boolean): Pattern {
  const [path = "", query = ""] = uri.split("?");
  const pairs = [...new URLSearchParams(query)];
  return { method, segments: segmentsOf(path), query: pairs, name, covered };
}

/** A slash at the end is ignored: some SDKs write one. */
function segmentsOf(path: string): string[] {
  return path.replace(/^\/|\/$/g, "").split("/");
}

function match(
  pattern: Pattern,
  method: string,
  segments: readonly string[],
  query: URLSearchParams,
): Record<string, string> | undefined {
  if (pattern.method !== method || pattern.segments.length !== segments.length) return undefined;
  if (!pattern.query.every(([name, value]) => query.get(name) === value)) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, expected] of pattern.segments.entries()) {
    const actual = segments[index] ?? "";
    if (!expected.startsWith("{")) {
      if (actual !== expected) return undefined;
    } else if (actual === "") {
      return undefined;
    } else {
      labels[expected.replace(/[{}+]/g, "")] = decode(actual);
    }
  }
  return labels;
}

/** A label that is badly encoded is kept as it is, and then fails the check of its pattern. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
