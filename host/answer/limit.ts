// The size of a buffered response: 6 MB and the 100 bytes of Lambda's own envelope
// (aws-lambda-runtime-interface-emulator, interop/model.go).

export const maximumResponseBytes = 6 * 1024 * 1024 + 100;
