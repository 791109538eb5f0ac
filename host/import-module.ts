// The one dynamic import of the user's files. The bundle replaces this file: compiled code that V8
// takes from a cache cannot import without Node's experimental warning, so host/start.cjs does it.

export function importModule(url: string): Promise<unknown> {
  return import(url);
}
