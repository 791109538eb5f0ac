// Loads the way to the server. The bundle replaces this file: there the client is a file beside it.

export function loadClient(): Promise<typeof import("./client.ts")> {
  return import("./client.ts");
}
