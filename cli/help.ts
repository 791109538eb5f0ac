// The examples under each command's `--help`.

export const programHelp = `
Examples:
  $ stdlambda invoke hello.ts -d '{"name":"World"}'
  $ stdlambda resolve index.handler

stdlambda invoke --help and stdlambda resolve --help say more.`;

export const invokeHelp = `
The event comes from -d, from -f, or from stdin when that is no terminal; without one it is {}.
The response goes to stdout byte for byte, the log to stderr. Settings of the host (STDLAMBDA_…) and
AWS's credentials are taken over from your environment; beyond PATH, HOME and LANG nothing else is.

Exit status: 0 for a response, 1 for a function error, 2 for a mistake in the call.

Examples:
  $ stdlambda invoke hello.ts -d '{"name":"World"}'
  $ stdlambda invoke report.sh -f event.json > report.txt
  $ jq -c .detail event.json | stdlambda invoke index.handler --root build
  $ stdlambda invoke cmd:jq,.Records[].body --env STAGE=test --timeout 5
  $ STDLAMBDA_MODE=spawn stdlambda invoke hello.ts -d '{}'`;

export const resolveHelp = `
Exit status: 0 when the handler was found, 1 when it was not, 2 for a mistake in the call.

Examples:
  $ stdlambda resolve hello.ts
  $ stdlambda resolve src/app.handler --root build`;
