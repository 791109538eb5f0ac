// The version in the User-Agent of each poll, which the platform reads; a test holds it to package.json.

export const version = "0.1.0";
