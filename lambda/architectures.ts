// Lambda's processors, and what others call them.

export const architectures = ["x86_64", "arm64"] as const;

export type Architecture = (typeof architectures)[number];

/** `process.arch` of Node, and `cpu` of an npm package. */
export const nodeArchitectures = { x86_64: "x64", arm64: "arm64" } as const;

/** Of container images (OCI, Go's GOARCH). */
export const imageArchitectures = { x86_64: "amd64", arm64: "arm64" } as const;

/** Of the kernel (`uname -m`), and so of Python's packages. */
export const kernelArchitectures = { x86_64: "x86_64", arm64: "aarch64" } as const;

/** The first bytes of an ELF file, read as latin1. */
export const elfMagic = "\x7fELF";

/** `e_machine` in the header of an ELF file. */
const elfMachines = { x86_64: 62, arm64: 183 } as const;

export function machineOf(code: number): Architecture | `machine ${number}` {
  return architectures.find((name) => elfMachines[name] === code) ?? `machine ${code}`;
}

/** The architecture of a machine from `process.arch`; Lambda has no third one. */
export function architectureOf(arch: string): Architecture {
  return arch === nodeArchitectures.arm64 ? "arm64" : "x86_64";
}
