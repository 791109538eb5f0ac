/** The exit status that a shell reports for a process that a signal ended: its number added to 128. */
export const signalStatus = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
