// The defaults for a handler that is run once.

/**
 * Seconds. Lambda's own default of 3 is too short when a first start fills caches and a person
 * debugs.
 */
export const defaultTimeout = 30;
