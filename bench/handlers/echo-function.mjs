// A function in AWS's own convention that answers with its event.

/** @param {unknown} event */
export const handler = async (event) => event;

// The same for the `string` convention.
/** @param {string} body */
export const text = (body) => body;
