// What a layer consists of, for scanners: CycloneDX 1.5, without the optional time and serial
// number, so that the same layer has the same bytes.
import { createHash } from "node:crypto";
import { version } from "../../host/version.ts";

export interface Component {
  readonly type: "application" | "library" | "file" | "platform";
  /** With its scope, if it is an npm package. */
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly purl?: string;
  readonly cpe?: string;
  /** An SPDX identifier or expression. */
  readonly licence?: string | undefined;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly properties?: Readonly<Record<string, string>>;
}

/** JSON; components by their names. */
export function billOfMaterials(
  components: readonly Component[],
  properties: Readonly<Record<string, string>>,
): string {
  const sorted = components.map(describe).sort((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1));
  const bill = {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      tools: { components: [{ type: "application", name: "stdlambda", version }] },
      component: {
        type: "application",
        "bom-ref": "stdlambda-layer",
        name: "stdlambda-layer",
        version,
        properties: list(properties),
      },
    },
    components: sorted,
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** `integrity` is npm's, of the tarball; missing for what did not come from a registry. */
export function npmComponent(
  name: string,
  version: string,
  licence: string | undefined,
  integrity: string | undefined,
): Component {
  const digest = integrity?.split(" ").find((one) => one.startsWith("sha512-"));
  const content = digest && Buffer.from(digest.slice(7), "base64").toString("hex");
  return {
    type: "library",
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    licence,
    ...(content && { hashes: [{ alg: "SHA-512", content }] }),
  };
}

export function sha256Of(content: Buffer): { alg: string; content: string } {
  return { alg: "SHA-256", content: createHash("sha256").update(content).digest("hex") };
}

function describe({ name, licence, properties, ...rest }: Component) {
  const [scope, bare] = name.startsWith("@") ? name.split("/") : [undefined, name];
  return {
    "bom-ref": rest.purl ?? `${rest.type}:${name}`,
    ...(scope === undefined ? {} : { group: scope }),
    name: bare as string,
    ...rest,
    ...(licence && { licenses: [licenceOf(licence)] }),
    ...(properties && { properties: list(properties) }),
  };
}

function licenceOf(licence: string): object {
  if (/[ (]/.test(licence)) return { expression: licence };
  // Only identifiers in SPDX's list are valid as an id.
  return /^[A-Za-z0-9.+-]+$/.test(licence) && !/^(UNLICENSED|SEE|LicenseRef)/.test(licence)
    ? { license: { id: licence } }
    : { license: { name: licence } };
}

function list(properties: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(properties).map(([name, value]) => ({ name: `stdlambda:${name}`, value }));
}
