// `stdlambda deploy` and `stdlambda diff`: functions as they are declared here, on Lambda.

import { resolve } from "node:path";
import { hideSecrets } from "../../deploy/change.ts";
import { type Deployment, deployFunction } from "../../deploy/deploy-function.ts";
import { hostLayer } from "../../deploy/host-layer.ts";
import { layerZip } from "../../deploy/layer-zip.ts";
import { wantFunction } from "../../deploy/wanted-function.ts";
import { compareCode, listCode } from "../../deploy/zip-difference.ts";
import { incorrectUsage } from "../../host/expected-error.ts";
import { exampleAccountId } from "../../lambda/account.ts";
import { roleArn } from "../../lambda/arns.ts";
import { declareFunctions } from "../../project/declare-functions.ts";
import type { DeclaredFunction, DeclaredFunctions } from "../../project/declared-function.ts";
import { requireDeployable, selectFunctions } from "../../project/select-functions.ts";
import { hostBootstrap } from "../options/host-location.ts";
import { requireDirectory } from "../options/require-directory.ts";
import { type DeploySession, withSession } from "../service/deploy-session.ts";
import { createPalette } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import type { DeployCommandOptions } from "./deploy-options.ts";
import { readOverrides } from "./deploy-overrides.ts";
import { packageOf } from "./deploy-package.ts";
import { describeOutcome, describePlan } from "./deploy-report.ts";

export function deploy(
  names: readonly string[],
  options: DeployCommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return run(names, options, surroundings, options.dryRun === true);
}

/** The exit status is 1 for differences with `--exit-code`, as of `git diff`. */
export function diff(
  names: readonly string[],
  options: DeployCommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return run(names, options, surroundings, true);
}

async function run(
  names: readonly string[],
  options: DeployCommandOptions,
  surroundings: Surroundings,
  dryRun: boolean,
): Promise<number> {
  const { env } = surroundings;
  const overrides = await readOverrides(options);
  const root = await requireDirectory(resolve(options.root));
  return withSession(options, surroundings, async (session) => {
    const { endpoint, region } = session;
    const place = `${endpoint.url ?? "AWS"}, ${region}`;
    session.progress.step(`${dryRun ? "Comparing with" : "Deploying to"} ${place}`);
    const declared = await declareFunctions(root, env);
    for (const warning of declared.warnings) session.progress.warn(warning);
    const functions = selectFunctions(declared, names, root, env.PATH);
    refuseAmbiguity(functions, options);
    const deployments: Deployment[] = [];
    const wantedFunctions = functions.map((one) =>
      wantFunction(one, kindOf(one, declared), {
        ...overrides,
        // A service on this machine asks nobody for roles, and a new function needs one all the same.
        ...(!session.endpoint.isRemote && {
          roleAtCreation: roleArn(exampleAccountId, "stdlambda"),
        }),
      }),
    );
    // Of all functions, before the first of them is changed.
    for (const [at, { environment }] of wantedFunctions.entries()) {
      requireDeployable({
        ...(functions[at] as DeclaredFunction),
        environment: environment.variables,
      });
    }
    for (const [at, wanted] of wantedFunctions.entries()) {
      const one = functions[at] as DeclaredFunction;
      session.about(wanted.name);
      if (one.maxConcurrency !== undefined) {
        session.progress.warn(
          `${wanted.name}: maxConcurrency is for Managed Instances; it is deployed without, as that needs a capacity provider`,
        );
      }
      const deployment = await deployFunction(
        one,
        wanted,
        {
          named: namedLayers(options.layer),
          makeHostLayer: (mode, architecture) =>
            hostLayer(mode, architecture, {
              bootstrap: hostBootstrap(),
              env,
              signal: session.signal,
              steps: session.steps,
              onPart: session.progress.at,
            }),
          makeZip: (path) => layerZip(path, resolve(options.out)),
          makePackage: (one, architecture) => packageOf(one, architecture, options, session),
          target: session.uploadTarget(options.s3Bucket),
          dryRun,
          onPlan: async ({ warnings }) => warnings.forEach(session.progress.warn),
        },
        session,
      );
      const shown = dryRun ? await withFiles(deployment, session) : deployment;
      deployments.push(shown);
      if (!options.json) await print(shown, dryRun, options, session, surroundings);
    }
    if (options.json) {
      const functions = deployments.map((one) => asJson(one, options.showValues === true));
      await session.print(
        `${JSON.stringify({ region: session.region, dryRun, functions }, null, 2)}\n`,
      );
    }
    const differs = deployments.some(({ plan }) => plan.action !== "none");
    return options.exitCode && differs ? 1 : 0;
  });
}

/** One that was asked for by its handler is declared by nothing but its file. */
function kindOf(one: DeclaredFunction, { functions, kind }: DeclaredFunctions) {
  return functions.includes(one) ? kind : "directory";
}

/** `none` is the list without layers. */
function namedLayers(layers: readonly string[] | undefined): readonly string[] | undefined {
  if (!layers?.includes("none")) return layers;
  if (layers.length === 1) return [];
  throw incorrectUsage("--layer none goes with no other --layer");
}

function refuseAmbiguity(
  functions: readonly DeclaredFunction[],
  { name, zip }: DeployCommandOptions,
): void {
  if (functions.length === 1) return;
  const names = functions.map((declared) => declared.name).join(", ");
  for (const [option, value] of Object.entries({ name, zip })) {
    if (value === undefined) continue;
    throw incorrectUsage(`--${option} is for one function, and these are ${functions.length}`, {
      remedy: `Name the one that is meant: ${names}`,
    });
  }
}

/** The files that differ stand behind the hash that tells of them. */
async function withFiles(deployment: Deployment, session: DeploySession): Promise<Deployment> {
  const { plan, current } = deployment;
  if (!plan.changes.some(({ field }) => field === "CodeSha256")) return deployment;
  session.progress.step(`Comparing the code of ${plan.name}`);
  const files =
    current === undefined
      ? await listCode(plan.package.path)
      : await compareCode(current.codeLocation, plan.package.path, session.signal);
  return { ...deployment, plan: { ...plan, changes: [...plan.changes, ...(files ?? [])] } };
}

async function print(
  deployment: Deployment,
  dryRun: boolean,
  { quiet, showValues = false }: DeployCommandOptions,
  session: DeploySession,
  { stdout, env }: Surroundings,
): Promise<void> {
  const palette = createPalette(stdout, env);
  const { plan } = deployment;
  const shown = quiet && !dryRun ? { ...plan, changes: [] } : plan;
  await session.print(describePlan(shown, { showValues, isDone: !dryRun }, palette));
  if (!dryRun) await session.print(describeOutcome(deployment, palette));
}

function asJson({ plan, current, applied }: Deployment, showValues: boolean): object {
  const { name, action, changes, warnings, wanted } = plan;
  return {
    name,
    action,
    arn: applied?.arn ?? current?.configuration.FunctionArn,
    alias: wanted.alias,
    version: applied?.version ?? current?.alias?.FunctionVersion,
    url: applied === undefined ? current?.url?.FunctionUrl : applied.url,
    architecture: plan.architecture,
    codeSha256: plan.package.codeSha256,
    changes: showValues ? changes : hideSecrets(changes),
    warnings,
  };
}
