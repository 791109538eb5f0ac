// The account that everything on this machine belongs to.

/** AWS's own example number, which no account has. */
export const exampleAccountId = "012345678912";
