// Lambda's quotas, in the units that its API speaks.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html

const megabyte = 1024 * 1024;

/** 6,291,556: the body of a synchronous request and of its response. */
export const maximumPayloadBytes = 6 * megabyte + 100;
/** An event of an asynchronous invocation. */
export const maximumAsynchronousBytes = megabyte;
/** An error that a runtime posts on Managed Instances (AWS's emulator for them, rapi/server.go). */
export const maximumConcurrentErrorBytes = megabyte;
/** A streamed response. */
export const maximumStreamedBytes = 200 * megabyte;
/** The request line and the headers of a call, and the head of a response of the Runtime API. */
export const maximumHeadBytes = megabyte;
/** Before it is encoded as base64. */
export const maximumClientContextBytes = 3583;

/** A zip in a request; a bucket takes larger ones. */
export const maximumZipBytes = 50 * megabyte;
/** 262,144,000: code and layers together, unpacked. */
export const maximumUnpackedBytes = 250 * megabyte;
export const maximumLayers = 5;
/** All variables of a function, as JSON. */
export const maximumEnvironmentBytes = 4 * 1024;
export const maximumHandlerLength = 128;
/** Of one execution environment. */
export const maximumExtensions = 10;

/** Megabytes. */
export const memory = { minimum: 128, maximum: 10_240, managedMaximum: 32_768 } as const;
/** Seconds. */
export const timeout = { minimum: 1, maximum: 900 } as const;
/** Megabytes of /tmp. */
export const storage = { minimum: 512, maximum: 10_240 } as const;
/** Seconds that an asynchronous event may wait, tries included. */
export const eventAge = { minimum: 60, maximum: 21_600 } as const;
/** Of an asynchronous event, after the first try. */
export const retryAttempts = { minimum: 0, maximum: 2 } as const;
/** Invocations at a time in one environment of Managed Instances. */
export const environmentConcurrency = { minimum: 1, maximum: 1600 } as const;

/** How much of the end of a log a caller may ask for. */
export const maximumLogTailBytes = 4 * 1024;
/** The policy of a function, a version or an alias. */
export const maximumPolicyBytes = 20 * 1024;
export const maximumTags = 50;
/** In characters. */
export const maximumTagKeyLength = 128;
export const maximumTagValueLength = 256;

/** How long an init may take, and one with SnapStart or on Managed Instances. */
export const maximumInitMs = 10_000;
export const maximumLongInitMs = 130_000;
export const maximumRestoreMs = 10_000;
