// Where the host's own files lie: host/ in a checkout, the bundle's folder otherwise.

export const ownDirectory = import.meta.dirname;
