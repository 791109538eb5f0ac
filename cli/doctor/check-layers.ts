// The layers that `stdlambda layer build` has made: who built them, and how old their Node is.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pinnedNode } from "../../build/layer/lock.ts";
import { type LayerBill, readLayerBill } from "../../deploy/layer-bill.ts";
import { version } from "../../host/version.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import { nodeMajors, usualNode } from "../../lambda/node.ts";
import { shownPath } from "../terminal/shown-path.ts";
import type { Finding } from "./finding.ts";

/**
 * When a release line of Node gets no more fixes.
 * https://github.com/nodejs/release#release-schedule
 */
const endOfLife: Readonly<Record<string, string>> = {
  "22": "2027-04-30",
  "24": "2028-04-30",
  "26": "2029-04-30",
};

/** Node publishes security fixes about every two months. */
const oldAfterDays = 120;
const dayMs = 24 * 60 * 60 * 1000;

/** `folder`: where `stdlambda layer build` writes. */
export async function checkLayers(folder: string, now = Date.now()): Promise<Finding[]> {
  const findings: Finding[] = [checkPinned(now)];
  for (const name of layerZips(folder)) {
    const file = join(folder, name);
    findings.push(...(await checkZip(file, now)));
  }
  return findings;
}

/** The Node that a new layer would get. */
function checkPinned(now: number): Finding {
  const { version: node, released } = pinnedNode(usualNode, lambdaDefaults.architecture);
  const detail = `stdlambda ${version} brings Node ${node} of ${released}`;
  return { ...ageOf(node, released, now, "npm install stdlambda@latest"), what: "layers", detail };
}

function layerZips(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^layer-.*\.zip$/.test(name));
  } catch {
    // Nothing has been built yet.
    return [];
  }
}

async function checkZip(file: string, now: number): Promise<Finding[]> {
  const what = shownPath(file);
  const rebuild = "stdlambda layer build makes it anew";
  let bill: LayerBill | undefined;
  try {
    bill = await readLayerBill(file);
  } catch (error) {
    const detail = `cannot be read: ${(error as Error).message}`;
    return [{ status: "fail", what, detail, remedy: rebuild }];
  }
  if (bill === undefined) return [];
  const { mode, architecture, node, stdlambda } = bill;
  const detail = `${mode}, ${architecture}, of stdlambda ${stdlambda}${node ? `, Node ${node}` : ""}`;
  if (stdlambda !== version) {
    return [{ status: "warn", what, detail: `${detail}; this is ${version}`, remedy: rebuild }];
  }
  if (node === undefined) return [{ status: "ok", what, detail }];
  return [{ ...ageOf(node, releasedOf(node), now, rebuild), what, detail }];
}

/** Release days are known for the versions that this stdlambda includes; any other is older. */
function releasedOf(node: string): string | undefined {
  return nodeMajors
    .map((major) => pinnedNode(major, lambdaDefaults.architecture))
    .find(({ version }) => version === node)?.released;
}

function ageOf(
  node: string,
  released: string | undefined,
  now: number,
  renew: string,
): Pick<Finding, "status" | "remedy"> {
  const end = endOfLife[node.split(".")[0] ?? ""];
  if (end !== undefined && Date.parse(end) < now) {
    return { status: "fail", remedy: `This line of Node got its last fix on ${end}: ${renew}` };
  }
  if (released === undefined) {
    return { status: "warn", remedy: `It is not the Node that this version brings: ${renew}` };
  }
  const days = Math.floor((now - Date.parse(released)) / dayMs);
  if (days <= oldAfterDays) return { status: "ok" };
  return { status: "warn", remedy: `It is ${days} days old, and there may be fixes: ${renew}` };
}
