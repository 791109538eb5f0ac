// Which names mean this machine and nothing else.
import { isIP } from "node:net";

/** @param name of a URL or a Host header, without the port; IPv6 in brackets or bare. */
export function isLoopback(name: string): boolean {
  const host = name.toLowerCase();
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  if (host === "[::1]" || host === "::1") return true;
  return isIP(host) === 4 && host.startsWith("127.");
}
