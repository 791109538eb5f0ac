// One version of a function as an execution environment needs it.

export interface SandboxedFunction {
  readonly name: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  /** Changes with each change of the code. */
  readonly revision: string;
  readonly accountId: string;
  readonly region: string;
  readonly handler: string;
  /** AWS's identifier: `provided.al2023`, `nodejs24.x`. */
  readonly runtime: string;
  readonly memoryMB: number;
  readonly timeoutSeconds: number;
  /** The function's own variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** The absolute folder that becomes /var/task. */
  readonly taskRoot: string;
  /** Absolute folders that become /opt, the first below the second. */
  readonly layers: readonly string[];
  /** npm packages above a folder that is served in place. */
  readonly packages: string | undefined;
  /** Served from a folder of scripts that brings no runtime: ours is used, as from a layer. */
  readonly servedInPlace: boolean;
  readonly logGroup: string;
  readonly logFormat: "text" | "json";
  readonly applicationLogLevel: string | undefined;
  readonly systemLogLevel: string | undefined;
  /** Managed Instances: invocations at a time in one environment. Undefined: one, the classic way. */
  readonly maxConcurrency: number | undefined;
  readonly snapStart: boolean;
}
