// Which code the records mention, and who mentions it.
import type { FunctionRecord, LayerRecord } from "./records.ts";

interface Mention {
  /** Base64, as CodeSha256. */
  readonly sha256: string;
  /** In words, such as `function hello, version 3`. */
  readonly owner: string;
}

export function mentionedCode(
  functions: readonly FunctionRecord[],
  layers: readonly LayerRecord[],
): Mention[] {
  const mentions: Mention[] = [];
  for (const { name, latest, versions } of functions) {
    for (const { code, configuration, layers: attached = [] } of [latest, ...versions]) {
      const owner = `function ${name}, version ${configuration.Version ?? "$LATEST"}`;
      if (code.kind === "zip") mentions.push({ sha256: code.sha256, owner });
      // A deleted layer lives on in the functions that have it.
      for (const { arn, sha256 } of attached)
        mentions.push({ sha256, owner: `${arn} in ${owner}` });
    }
  }
  for (const { name, versions } of layers) {
    for (const { sha256, Version } of versions) {
      mentions.push({ sha256, owner: `layer ${name}, version ${Version}` });
    }
  }
  return mentions;
}
