// What a function URL gives at most.

/** The status, headers and cookies before a streamed body, delimiter included. */
export const maximumPreludeBytes = 16 * 1024;
