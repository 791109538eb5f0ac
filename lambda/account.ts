// The account that everything on this machine belongs to.

/** AWS's own example number; no account has it. */
export const exampleAccountId = "012345678912";
