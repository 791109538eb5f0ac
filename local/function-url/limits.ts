// The limits of a function URL.

/** The status, headers and cookies before a streamed body, delimiter included. */
export const maximumPreludeBytes = 16 * 1024;
