// How a container of the image is started.
import { imageArchitectures } from "../../lambda/architectures.ts";
import type { DeclaredFunction } from "../../project/declared-function.ts";
import type { ImageConfig } from "./image-types.ts";
import type { WrittenLayer } from "./write-layer.ts";

export interface ConfigOptions {
  readonly declared: DeclaredFunction;
  readonly architecture: keyof typeof imageArchitectures;
  readonly base: ImageConfig | undefined;
  readonly layers: readonly WrittenLayer[];
  readonly hasOwnRuntime: boolean;
}

/** Lambda's own (AWS: "Defined runtime environment variables"). */
const lambdaVariables = {
  PATH: "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
  LD_LIBRARY_PATH:
    "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
  LAMBDA_TASK_ROOT: "/var/task",
  LAMBDA_RUNTIME_DIR: "/var/runtime",
} as const;

/**
 * Without it a version of the image could not be published with SnapStart; the host has its hooks.
 */
const snapStartLabel = { "com.amazonaws.lambda.feature.snapstart": "Allow" };

/** A fixed time, so that the same input gives the same image. */
const created = "1970-01-01T00:00:00Z";

export function imageConfig(options: ConfigOptions): ImageConfig {
  const { declared, architecture, base, layers, hasOwnRuntime } = options;
  return {
    ...base,
    created,
    architecture: imageArchitectures[architecture],
    os: "linux",
    config: {
      // Lambda has a user of its own; elsewhere nothing needs root.
      ...(base === undefined && { User: "993:990" }),
      ...base?.config,
      Env: variables(base?.config?.Env ?? [], declared),
      Entrypoint: [hasOwnRuntime ? "/var/task/bootstrap" : "/opt/bootstrap"],
      Cmd: [declared.handler],
      WorkingDir: "/var/task",
      ...(!hasOwnRuntime && { Labels: { ...base?.config?.Labels, ...snapStartLabel } }),
      ...(!hasOwnRuntime && {
        ExposedPorts: { ...base?.config?.ExposedPorts, "8080/tcp": {} },
      }),
    },
    rootfs: {
      type: "layers",
      diff_ids: [...(base?.rootfs.diff_ids ?? []), ...layers.map(({ diffId }) => diffId)],
    },
    history: [
      ...(base?.history ?? []),
      ...layers.map(({ createdBy }) => ({ created, created_by: createdBy })),
    ],
  };
}

/** Variables of the base image win; of the function's variables, only the host's settings are added. */
function variables(base: readonly string[], { environment, url }: DeclaredFunction): string[] {
  const all = new Map<string, string>(Object.entries(lambdaVariables));
  for (const entry of base) {
    const [name = "", ...value] = entry.split("=");
    all.set(name, value.join("="));
  }
  const path = all.get("PATH") ?? "";
  if (!path.split(":").includes("/opt/bin")) all.set("PATH", `${path}:/opt/bin`);
  all.set("LAMBDA_TASK_ROOT", lambdaVariables.LAMBDA_TASK_ROOT);
  if (url !== undefined) all.set("STDLAMBDA_SERVE_HTTP", "true");
  for (const [name, value] of Object.entries(environment)) {
    // Others are set on Lambda and may be secret, so they are not written into the image.
    if (name.startsWith("STDLAMBDA_")) all.set(name, value);
  }
  return [...all].map(([name, value]) => `${name}=${value}`);
}
