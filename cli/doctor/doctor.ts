// `stdlambda doctor`: what will not work in this setup, and what to do about it.
import { resolve } from "node:path";
import { requireDirectory } from "../options/require-directory.ts";
import type { ClientOptions } from "../service/service-client.ts";
import type { EndpointOptions } from "../service/service-endpoint.ts";
import { createPalette, type Palette, write } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import { checkAws } from "./check-aws.ts";
import { checkFunctions } from "./check-functions.ts";
import { checkInstallation } from "./check-installation.ts";
import { checkLayers } from "./check-layers.ts";
import { checkSettings } from "./check-settings.ts";
import type { Finding } from "./finding.ts";

export interface DoctorOptions extends EndpointOptions, ClientOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Checks only this machine, unless a service is named. The exit status is 1 for a failure. */
export async function doctor(
  directory: string,
  options: DoctorOptions,
  { stdout, env, signal }: Surroundings,
): Promise<number> {
  const folder = await requireDirectory(resolve(directory), "argument");
  const findings = [
    ...(await checkInstallation(env)),
    ...(await checkFunctions(folder, env)),
    ...checkSettings(env),
    ...(await checkAws(options, env)),
    ...(await checkLayers(resolve(folder, "dist"))),
  ];
  if (options.remote || options.endpointUrl !== undefined) {
    const { checkRemote } = await import("./check-remote.ts");
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
