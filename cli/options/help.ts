// The examples under each command's `--help`.

export const programHelp = `
Examples:
  $ stdlambda init my-function -t ts -y
  $ stdlambda invoke hello.ts -d '{"name":"World"}'
  $ stdlambda dev
  $ stdlambda deploy --role arn:aws:iam::123456789012:role/my-role
  $ stdlambda logs hello --follow
  $ stdlambda resolve index.handler
  $ stdlambda events show s3-put

stdlambda COMMAND --help says more.`;

export const invokeHelp = `
The event comes from -d, -f or -x, or from stdin when that is no terminal; without one it is {}.
The response goes to stdout byte for byte, the log to stderr. Settings of the host (STDLAMBDA_…) and
AWS's credentials are taken over from your environment; beyond PATH, HOME and LANG nothing else is.

A name or an ARN that is no handler here, or any with an option of a service, is asked of a service:
--endpoint-url, else AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL, else stdlambda dev on
http://127.0.0.1:9000; with --remote AWS's own. It is called once, never tried again.

Exit status: 0 for a response, 1 for a function error or a call that the service refused or did not
answer, 2 for a mistake in the call.

Examples:
  $ stdlambda invoke hello.ts -d '{"name":"World"}'
  $ stdlambda invoke report.sh -f event.json > report.txt
  $ stdlambda invoke upload.py -x s3-put --set Records.0.s3.bucket.name=mine
  $ jq -c .detail event.json | stdlambda invoke index.handler --root build
  $ stdlambda invoke cmd:jq,.Records[].body --env STAGE=test --timeout 5
  $ STDLAMBDA_MODE=spawn stdlambda invoke hello.ts -d '{}'
  $ stdlambda invoke hello --tail
  $ stdlambda invoke hello --remote --region eu-central-1 --qualifier live --async`;

export const eventsHelp = `
The samples are written in the shapes that AWS documents; none is fetched. PATH of --set leads through
objects and lists (Records.0.body or Records[0].body, ["a.b"] for a name with dots); VALUE is JSON, or
else a text. The last name may be new; the index after the last item adds one.

Exit status: 0, or 2 for a mistake in the call.

Examples:
  $ stdlambda events
  $ stdlambda events list --json
  $ stdlambda events show sqs --set Records.0.body='{"orderId":7}' > event.json
  $ stdlambda invoke hello.ts -x sqs`;

export const resolveHelp = `
Exit status: 0 when the handler was found, 1 when it was not, 2 for a mistake in the call.

Examples:
  $ stdlambda resolve hello.ts
  $ stdlambda resolve src/app.handler --root build`;

export const devHelp = `
Each script in the directory is a function of its name (hello.ts: hello), unless stdlambda.config.json,
stdlambda.config.ts or a SAM template.yaml names them. Functions can also be created through the API.
What the service keeps is in DIR/.stdlambda. Saved files apply to the next invocation.

Functions see Lambda's own paths where bubblewrap (bwrap) is installed; their environment is Lambda's,
with AWS's credentials and STDLAMBDA_… settings taken over from yours.

Examples:
  $ stdlambda dev
  $ stdlambda dev functions --port 9001 --env STAGE=test
  $ stdlambda dev --apis-only
  $ stdlambda dev --host 0.0.0.0 --token "$TOKEN"`;

export const logsHelp = `
The service is --endpoint-url, else AWS_ENDPOINT_URL_CLOUDWATCH_LOGS, AWS_ENDPOINT_URL, else stdlambda
dev on http://127.0.0.1:9000; with --remote AWS's own.

Exit status: 0, 1 when the log is not there or the service does not answer, 2 for a mistake in the call.

Examples:
  $ stdlambda logs hello
  $ stdlambda logs hello --follow
  $ stdlambda logs hello --since 1h --filter ERROR
  $ stdlambda logs hello --remote --region eu-central-1`;
