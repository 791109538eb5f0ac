// Which Node runs the host.

/** The oldest that works. host/require-node.cjs repeats it, since older ones read that file. */
export const oldestNode = { major: 22, minor: 19 } as const;

/**
 * Releases that our layers, functions and images can contain: from 25 on the official programs are
 * linked against libatomic.so.1, which Amazon Linux does not have.
 */
export const nodeMajors = ["22", "24"] as const;

export type NodeMajor = (typeof nodeMajors)[number];

/** The release for layers and images, unless another is asked for. */
export const usualNode: NodeMajor = "24";
