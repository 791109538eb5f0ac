// What a handler that is run once gets when no option says otherwise.

/** Seconds. Lambda's own default of 3 is soon over where a first start fills caches and a person debugs. */
export const defaultTimeout = 30;
