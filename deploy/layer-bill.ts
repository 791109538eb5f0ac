// What a layer says about itself: the bill of materials that `stdlambda layer build` puts into it.
import { buffer } from "node:stream/consumers";
import { openZip } from "./open-zip.ts";

export interface LayerBill {
  readonly mode: string;
  readonly architecture: string;
  readonly compatibleRuntimes: readonly string[];
  /** The version that built it. */
  readonly stdlambda: string;
  /** The version of Node in it; undefined in a thin layer. */
  readonly node: string | undefined;
}

const billPath = "stdlambda/sbom.cdx.json";
/** With every package of a large layer; a larger one is not ours. */
const maximumBytes = 16 * 1024 * 1024;

interface Bill {
  readonly metadata?: {
    readonly component?: {
      readonly version?: string;
      readonly properties?: readonly { readonly name: string; readonly value: string }[];
    };
  };
  readonly components?: readonly { readonly name?: string; readonly version?: string }[];
}

/** Undefined for a layer that is not one of ours. */
export async function readLayerBill(zip: string): Promise<LayerBill | undefined> {
  const text = await readEntry(zip, billPath);
  if (text === undefined) return undefined;
  const { metadata, components = [] } = JSON.parse(text) as Bill;
  const { properties = [], version = "unknown" } = metadata?.component ?? {};
  const property = (name: string) =>
    properties.find((one) => one.name === `stdlambda:${name}`)?.value;
  const [mode, architecture] = [property("mode"), property("architecture")];
  if (mode === undefined || architecture === undefined) return undefined;
  return {
    mode,
    architecture,
    compatibleRuntimes: (property("compatibleRuntimes") ?? "").split(",").filter(Boolean),
    stdlambda: version,
    node: components.find(({ name }) => name === "node")?.version,
  };
}

async function readEntry(zip: string, path: string): Promise<string | undefined> {
  const opened = await openZip(zip);
  try {
    for await (const entry of opened.eachEntry()) {
      if (entry.fileName !== path || entry.uncompressedSize > maximumBytes) continue;
      return (await buffer(await opened.openReadStreamPromise(entry))).toString();
    }
    return undefined;
  } finally {
    opened.close();
  }
}
