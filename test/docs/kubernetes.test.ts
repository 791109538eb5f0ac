// The manifests of docs/kubernetes/ are what the published schemas of Kubernetes and Knative allow.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Service as KnativeService } from "@kubernetes-models/knative/serving.knative.dev/v1";
import { execa } from "execa";
import { Deployment } from "kubernetes-models/apps/v1";
import { Service } from "kubernetes-models/v1";
import { parseAllDocuments } from "yaml";
import { serveSettings } from "../../local/serve/settings.ts";

const checkout = join(import.meta.dirname, "../..");
const folder = join(checkout, "docs/kubernetes");

interface Model {
  new (manifest: never): { validate(): void };
}

const models: Readonly<Record<string, Model>> = {
  "serving.knative.dev/v1 Service": KnativeService,
  "apps/v1 Deployment": Deployment,
  "v1 Service": Service,
};

/** The same as types: a field too many is an error of the compiler. */
const types: Readonly<Record<string, [module: string, type: string]>> = {
  "serving.knative.dev/v1 Service": [
    "@kubernetes-models/knative/serving.knative.dev/v1",
    "IService",
  ],
  "apps/v1 Deployment": ["kubernetes-models/apps/v1", "IDeployment"],
  "v1 Service": ["kubernetes-models/v1", "IService"],
};

async function typeErrors(source: string): Promise<string> {
  // Below the checkout, where the packages are found.
  const directory = mkdtempSync(join(checkout, "node_modules/.cache/kubernetes-"));
  try {
    const path = join(directory, "manifests.ts");
    writeFileSync(path, source);
    const options = [
      "--ignoreConfig",
      "--noEmit",
      "--strict",
      "--module",
      "nodenext",
      "--skipLibCheck",
    ];
    const tsc = join(checkout, "node_modules/.bin/tsc");
    const { stdout } = await execa(tsc, [...options, path], { reject: false, cwd: directory });
    return stdout;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: { readonly template?: { readonly spec: PodSpec } };
}

interface PodSpec {
  readonly timeoutSeconds?: number;
  readonly terminationGracePeriodSeconds?: number;
  readonly containerConcurrency?: number;
  readonly containers: readonly {
    readonly env: readonly { readonly name: string; readonly value: string }[];
  }[];
}

function manifests(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(join(folder, file), "utf8")).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS() as Manifest;
  });
}

function validate(manifest: Manifest): void {
  const kind = `${manifest.apiVersion} ${manifest.kind}`;
  const Kind = models[kind];
  assert.ok(Kind, `there is no schema for ${kind}`);
  new Kind(manifest as never).validate();
}

for (const file of ["knative-service.yaml", "deployment.yaml"]) {
  test(`${file} is valid`, () => {
    for (const manifest of manifests(file)) validate(manifest);
  });

  test(`${file} with a mistake is not`, () => {
    const [first] = manifests(file);
    const spec = first?.spec.template?.spec as { containers: unknown };
    spec.containers = "hello";
    assert.throws(() => validate(first as Manifest), /containers/);
  });

  test(`${file} has no fields that the schemas do not know`, async () => {
    const lines = manifests(file).map((manifest, at) => {
      const [module, type] = types[`${manifest.apiVersion} ${manifest.kind}`] as [string, string];
      return `import type { ${type} as T${at} } from "${module}";\nexport const m${at}: T${at} = ${JSON.stringify(manifest)};`;
    });
    assert.equal(await typeErrors(lines.join("\n")), "");
    assert.match(await typeErrors(lines.join("\n").replace('"image"', '"imag"')), /"imag"/);
  });

  test(`${file} agrees with itself, and with the settings`, () => {
    const [first] = manifests(file);
    const pod = first?.spec.template?.spec as PodSpec;
    const env = Object.fromEntries(
      (pod.containers[0]?.env ?? []).map(({ name, value }) => [name, value]),
    );
    const known: readonly string[] = serveSettings.map(({ name }) => name);
    for (const name of Object.keys(env)) {
      const isSetting = name.startsWith("STDLAMBDA_SERVE_") && name !== "STDLAMBDA_SERVE_ENV";
      if (isSetting) assert.ok(known.includes(name), name);
    }
    if (pod.containerConcurrency !== undefined) {
      assert.equal(String(pod.containerConcurrency), env.STDLAMBDA_SERVE_CONCURRENCY);
      assert.ok((pod.timeoutSeconds ?? 0) > Number(env.STDLAMBDA_SERVE_TIMEOUT));
    } else {
      // The wait of its preStop hook is of the same time.
      const grace = pod.terminationGracePeriodSeconds ?? 0;
      assert.ok(grace > Number(env.STDLAMBDA_SERVE_GRACE) + 5);
    }
  });
}
