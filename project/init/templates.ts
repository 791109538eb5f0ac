// What `stdlambda init` can make: the functions, and the ways to their deployment.

export interface Template {
  /** One line for `--help` and for the question on a terminal. */
  readonly summary: string;
  /** The generated README's first words. */
  readonly about: string;
  /** What the function gets and returns, if it does not take a script's event and response. */
  readonly convention?: string;
  /** The function's name. */
  readonly function: string;
  readonly handler: string;
  /** Seconds, as in the template's stdlambda.config.json. */
  readonly timeout: number;
  /** What calls it on AWS: the infrastructure's files have sections for it. */
  readonly trigger?: "url" | "queue" | "schedule";
  /** A command that runs the script by hand, if possible. */
  readonly byHand?: string;
  /** What that prints. @default expected */
  readonly byHandOutput?: string;
  /** A request, as arguments of `stdlambda invoke --http`, and the answer as a client sees it. */
  readonly request?: string;
  readonly answer?: string;
  /** The answer to the template's event.json. */
  readonly expected: string;
  /** AWS's runtime, for another language: then the project has a script beside the function. */
  readonly runtime?: string;
  readonly script?: string;
  /** Further ways to call it while `stdlambda dev` runs. */
  readonly tryService?: string;
}

const greeting = '{"greeting":"Hello, Ada!"}';
const html = "text/html; charset=utf-8";
const page = "<!doctype html>\n<title>Hello</title>\n<h1>Hello, Ada!</h1>";

export const templates = {
  ts: {
    summary: "a script in TypeScript",
    about: "A Lambda function that is a script in TypeScript: run as it is, without a build.",
    function: "hello",
    handler: "hello.ts",
    timeout: 10,
    byHand: "npx tsx functions/hello.ts < event.json",
    expected: greeting,
  },
  sh: {
    summary: "a shell script",
    about: "A Lambda function that is a shell script.",
    function: "hello",
    handler: "hello.sh",
    timeout: 10,
    byHand: "functions/hello.sh < event.json",
    expected: greeting,
  },
  python: {
    summary: "a function and a script in Python",
    about: "Two Lambda functions in Python: one as AWS calls it, and a script.",
    function: "hello",
    handler: "hello.lambda_handler",
    runtime: "python3.13",
    script: "shout.py",
    timeout: 10,
    byHand: "python3 functions/hello.py < event.json",
    expected: '{"greeting": "Hello, Ada!"}',
  },
  ruby: {
    summary: "a function and a script in Ruby",
    about: "Two Lambda functions in Ruby: one as AWS calls it, and a script.",
    function: "hello",
    handler: "hello.lambda_handler",
    runtime: "ruby3.4",
    script: "shout.rb",
    timeout: 10,
    byHand: "ruby functions/hello.rb < event.json",
    expected: greeting,
  },
  http: {
    summary: "answers HTTP requests, by the Fetch API, with a URL of its own (TypeScript)",
    about: "A Lambda function with a URL: a function of the Fetch API, in TypeScript.",
    convention:
      "The convention: the function gets a `Request` and returns a `Response`; what it prints is the log.",
    function: "web",
    handler: "web.fetch",
    timeout: 10,
    trigger: "url",
    request: "'/?name=Ada'",
    answer: `HTTP/1.1 200 OK\ncontent-type: application/json\n\n${greeting}`,
    expected: JSON.stringify({
      statusCode: 200,
      headers: { "content-type": "application/json" },
      cookies: [],
      body: greeting,
      isBase64Encoded: false,
    }),
    tryService: "curl 'http://127.0.0.1:9000/lambda-url/web/?name=Ada'",
  },
  cgi: {
    summary: "a web page, with a URL of its own (shell)",
    about: "A Lambda function with a URL: a web page that a shell script prints, as CGI has it.",
    convention:
      "The convention: the request is the environment (`REQUEST_METHOD`, `PATH_INFO`, `QUERY_STRING`, `HTTP_*`), the event is stdin, stdout is the answer, stderr is the log.",
    function: "page",
    handler: "page.sh",
    timeout: 10,
    trigger: "url",
    byHand: "QUERY_STRING=name=Ada functions/page.sh",
    byHandOutput: `Content-Type: ${html}\n\n${page}`,
    request: "'/?name=Ada'",
    answer: `HTTP/1.1 200 OK\nContent-Type: ${html}\n\n${page}`,
    expected: JSON.stringify({
      statusCode: 200,
      headers: { "Content-Type": html },
      cookies: [],
      body: `${page}\n`,
      isBase64Encoded: false,
    }),
    tryService: "curl 'http://127.0.0.1:9000/lambda-url/page/?name=Ada'",
  },
  sqs: {
    summary: "a worker on a queue, run once for each message (TypeScript)",
    about:
      "A Lambda function that takes orders from an SQS queue, in TypeScript. It is run once for each message, and only messages that failed come back.",
    convention:
      "The convention: a message's body is stdin, its id is `STDLAMBDA_RECORD_ID`, stdout and stderr are the log, the exit status says whether the message is done. `STDLAMBDA_BATCH` and `STDLAMBDA_STDIN` among the function's variables make it so.",
    function: "worker",
    handler: "worker.ts",
    timeout: 30,
    trigger: "queue",
    byHand: `echo '{"item":"lamp","count":2}' | npx tsx functions/worker.ts`,
    byHandOutput: "",
    expected: '{"batchItemFailures":[{"itemIdentifier":"22222222-2222-4222-8222-222222222222"}]}',
  },
  cron: {
    summary: "a nightly job (shell)",
    about: "A Lambda function that a schedule calls each night at three (UTC): a shell script.",
    function: "nightly",
    handler: "nightly.sh",
    timeout: 300,
    trigger: "schedule",
    byHand: "functions/nightly.sh < event.json",
    expected: '{"done":"2026-01-01T03:00:00Z"}',
  },
} as const satisfies Record<string, Template>;

export type TemplateName = keyof typeof templates;

export const templateNames = Object.keys(templates) as readonly TemplateName[];

/** By its name under `--iac`. */
export const infrastructures = {
  none: "stdlambda deploy, or AWS's own commands",
  sam: "AWS SAM: template.yaml and a Makefile",
  cdk: "AWS CDK: a stack in TypeScript",
  terraform: "Terraform or OpenTofu: main.tf",
  serverless: "Serverless Framework (osls): serverless.yml",
} as const;

export type Infrastructure = keyof typeof infrastructures;

export const infrastructureNames = Object.keys(infrastructures) as readonly Infrastructure[];
