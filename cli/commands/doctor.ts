// `stdlambda doctor`: what of a set-up will not work, and what to do about it.
import { resolve } from "node:path";
import { checkAws } from "../doctor/check-aws.ts";
import { checkFunctions } from "../doctor/check-functions.ts";
import { checkInstallation } from "../doctor/check-installation.ts";
import { checkLayers } from "../doctor/check-layers.ts";
import { checkSettings } from "../doctor/check-settings.ts";
import type { Finding } from "../doctor/finding.ts";
import { createPalette, type Palette, write } from "../output.ts";
import { requireDirectory } from "../require-directory.ts";
import type { ClientOptions } from "../service-client.ts";
import type { EndpointOptions } from "../service-endpoint.ts";
import type { Surroundings } from "../surroundings.ts";

export interface DoctorOptions extends EndpointOptions, ClientOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Looks at this machine alone, unless a service is named. The exit status is 1 for a failure. */
export async function doctor(
  directory: string,
  options: DoctorOptions,
  { stdout, env, signal }: Surroundings,
): Promise<number> {
  const folder = await requireDirectory(resolve(directory));
  const findings = [
    ...(await checkInstallation(env)),
    ...(await checkFunctions(folder, env)),
    ...checkSettings(env),
    ...checkAws(options, env),
    ...(await checkLayers(resolve(folder, "dist"))),
  ];
  if (options.remote || options.endpointUrl !== undefined) {
    const { checkRemote } = await import("../doctor/check-remote.ts");
    findings.push(...(await checkRemote(options, env, signal)));
  }
  const isWell = findings.every(({ status }) => status !== "fail");
  const text = options.json
    ? JSON.stringify({ ok: isWell, findings }, null, 2)
    : describe(findings, options, createPalette(stdout, env));
  if (text !== "") await write(stdout, `${text}\n`);
  return isWell ? 0 : 1;
}

function describe(
  findings: readonly Finding[],
  { quiet }: DoctorOptions,
  { dim, red, yellow }: Palette,
): string {
  const colours = { ok: dim, warn: yellow, fail: red };
  return findings
    .filter(({ status }) => !quiet || status !== "ok")
    .flatMap(({ status, what, detail, remedy }) => [
      `${colours[status](status.padEnd(4))}  ${what}: ${detail}`,
      ...(remedy === undefined ? [] : [`      -> ${remedy}`]),
    ])
    .join("\n");
}
