// W3C's trace context of a request as X-Ray's header, which the host makes TRACEPARENT of again.
// https://www.w3.org/TR/trace-context/

/** Undefined for what has not the form, which the standard says to ignore. */
export function xrayHeader(traceparent: string | undefined): string | undefined {
  const form = /^(?!ff)([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
  const [, version, trace = "", parent = "", flags = "", more] =
    form.exec(traceparent?.trim() ?? "") ?? [];
  if (version === undefined || (version === "00" && more !== undefined)) return undefined;
  if (/^0+$/.test(trace) || /^0+$/.test(parent)) return undefined;
  const sampled = Number.parseInt(flags, 16) & 1;
  return `Root=1-${trace.slice(0, 8)}-${trace.slice(8)};Parent=${parent};Sampled=${sampled}`;
}
