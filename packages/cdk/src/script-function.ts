// A function that is a script: `stdlambda build`, as a construct.
import { Stack } from "aws-cdk-lib";
import {
  Architecture,
  type CfnFunction,
  type FunctionOptions,
  type ILayerVersion,
  Function as LambdaFunction,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { builtCode } from "./built-code.ts";
import { StdlambdaLayer } from "./stdlambda-layer.ts";

export interface ScriptFunctionProps extends FunctionOptions {
  /** As stdlambda reads it: `hello.ts`, `index.handler`, `cmd:jq,.Records`. */
  readonly handler: string;
  /**
   * The folder `stdlambda build` is run in: with scripts, or with a stdlambda.config.json.
   * @default the app's working directory
   */
  readonly directory?: string;
  /** The function's name in that folder. @default the one that has this handler */
  readonly name?: string;
  /**
   * `full`: provided.al2023 and a layer with Node; `thin`: AWS's Node and a small layer;
   * `embedded`: no layer, the runtime is in the function; `none`: nothing of stdlambda's, AWS's
   * `runtime` calls the function itself. @default "full"
   */
  readonly mode?: "full" | "thin" | "embedded" | "none";
  /**
   * Such as `Runtime.PYTHON_3_13`: a script finds its interpreter there, a function needs no layer.
   * @default the mode's own
   */
  readonly runtime?: Runtime;
  /** Instead of the stack's own layer, which all of its functions share. */
  readonly runtimeLayer?: ILayerVersion;
  /** One file made by esbuild, instead of the script and what it imports. @default false */
  readonly bundle?: boolean;
  /**
   * The ARN of a capacity provider: the function runs on Lambda Managed Instances, with 2,048 MB where
   * no `memorySize` is given.
   */
  readonly capacityProviderArn?: string;
  /** On Managed Instances: how many events one environment serves at a time. @default Lambda's */
  readonly maxConcurrency?: number;
  /** More files for the package, as patterns. */
  readonly include?: readonly string[];
  /** Files to leave out, as patterns. */
  readonly exclude?: readonly string[];
}

export class ScriptFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: ScriptFunctionProps) {
    const { directory = ".", name, mode = "full", runtimeLayer, bundle, ...others } = props;
    const { include = [], exclude = [], capacityProviderArn, maxConcurrency, ...options } = others;
    if (maxConcurrency !== undefined && capacityProviderArn === undefined) {
      throw new Error(
        `${id}: maxConcurrency is for Managed Instances; give capacityProviderArn, too`,
      );
    }
    const { architecture = Architecture.X86_64, handler, layers = [] } = options;
    const args = ["build", name ?? handler, "--arch", architecture.name];
    if (bundle) args.push("--bundle");
    if (mode === "embedded") args.push("--embed");
    for (const pattern of include) args.push("--include", pattern);
    for (const pattern of exclude) args.push("--exclude", pattern);
    const code = builtCode(directory, args);
    const byLayer = mode === "full" || mode === "thin";
    const hostLayers = byLayer ? [runtimeLayer ?? sharedLayer(scope, props, mode)] : [];
    const usual = mode === "thin" ? Runtime.NODEJS_24_X : Runtime.PROVIDED_AL2023;
    const { runtime = usual } = options;
    // One of AWS's runtimes starts this instead of itself.
    const wrapper =
      mode === "none" || runtime.name.startsWith("provided")
        ? undefined
        : `${byLayer ? "/opt" : "/var/task"}/bootstrap`;
    super(scope, id, {
      ...(capacityProviderArn !== undefined && { memorySize: managedMemory }),
      ...options,
      architecture,
      code,
      runtime,
      layers: [...hostLayers, ...layers],
      environment: {
        ...(wrapper && { AWS_LAMBDA_EXEC_WRAPPER: wrapper }),
        ...options.environment,
      },
    });
    if (capacityProviderArn === undefined) return;
    const resource = this.node.defaultChild as CfnFunction;
    resource.capacityProviderConfig = {
      lambdaManagedInstancesCapacityProviderConfig: {
        capacityProviderArn,
        ...(maxConcurrency !== undefined && {
          perExecutionEnvironmentMaxConcurrency: maxConcurrency,
        }),
      },
    };
  }
}

/** The minimum on Managed Instances, in megabytes. */
const managedMemory = 2048;

function sharedLayer(
  scope: Construct,
  { directory, architecture = Architecture.X86_64 }: ScriptFunctionProps,
  mode: "full" | "thin",
): ILayerVersion {
  const stack = Stack.of(scope);
  const id = `Stdlambda-${mode}-${architecture.name}`;
  const present = stack.node.tryFindChild(id) as StdlambdaLayer | undefined;
  return present ?? new StdlambdaLayer(stack, id, { mode, architecture, directory });
}
