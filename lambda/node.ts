// Which Node runs the host.

/** The oldest that strips types as the host needs it. host/require-node.cjs has it too: it is read by older ones. */
export const oldestNode = { major: 22, minor: 19 } as const;

/** Releases with long-term support, as AWS has runtimes for them. */
export const nodeMajors = ["22", "24", "26"] as const;

export type NodeMajor = (typeof nodeMajors)[number];

/** In the layer and in images, if nothing else is asked for. */
export const usualNode: NodeMajor = "24";
