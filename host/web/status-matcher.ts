// Which statuses of the script's server are function errors.

/** `500,502-504`; the setting has been checked. */
export function statusMatcher(list: string | undefined): (status: number) => boolean {
  const ranges = (list ?? "")
    .split(",")
    .filter(Boolean)
    .map((range) => range.split("-").map(Number));
  return (status) => ranges.some(([from = 0, to = from]) => status >= from && status <= to);
}
