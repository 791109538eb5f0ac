// Which Node runs the host.

/** The oldest that works. host/require-node.cjs repeats it, since older ones read that file. */
export const oldestNode = { major: 22, minor: 19 } as const;

/**
 * Releases that a layer, a function or an image of ours can hold: from 25 on the official programs are
 * linked against libatomic.so.1, which Amazon Linux does not have.
 */
export const nodeMajors = ["22", "24"] as const;

export type NodeMajor = (typeof nodeMajors)[number];

/** In the layer and in images, if nothing else is asked for. */
export const usualNode: NodeMajor = "24";
