// Why there is no package: every fault that was found, each with what to do about it.

export class BuildError extends Error {
  override name = "BuildError";
  readonly faults: readonly string[];

  constructor(name: string, faults: readonly string[], options?: ErrorOptions) {
    super(faults.map((fault) => `${name}: ${fault}`).join("\n"), options);
    this.faults = faults;
  }
}
