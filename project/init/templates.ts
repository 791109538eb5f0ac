// What `stdlambda init` can make: the functions, and the ways to their deployment.

export interface Template {
  /** One line for `--help` and for the question on a terminal. */
  readonly summary: string;
  /** The generated README's first words. */
  readonly about: string;
  /** The function's name. */
  readonly function: string;
  readonly handler: string;
  /** Seconds, as in the template's stdlambda.config.json. */
  readonly timeout: number;
  /** What calls it on AWS: sections of the infrastructure's files are written for it. */
  readonly trigger?: "url" | "queue" | "schedule";
  readonly byHand: string;
  /** The answer to the template's event.json. */
  readonly expected: string;
  /** AWS's runtime, where it is of another language: then the project has a script beside the function. */
  readonly runtime?: string;
  readonly script?: string;
  /** Further ways to call it while `stdlambda dev` runs. */
  readonly tryService?: string;
}

const greeting = '{"greeting":"Hello, Ada!"}';

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
    summary: "an answer to HTTP requests, with a URL of its own (TypeScript)",
    about: "A Lambda function with a URL: a script in TypeScript that answers HTTP requests.",
    function: "web",
    handler: "web.ts",
    timeout: 10,
    trigger: "url",
    byHand: "npx tsx functions/web.ts < event.json",
    expected:
      '{"statusCode":200,"headers":{"content-type":"application/json"},"body":"{\\"greeting\\":\\"Hello, Ada!\\"}"}',
    tryService: "curl 'http://127.0.0.1:9000/lambda-url/web/?name=Ada'",
  },
  sqs: {
    summary: "a worker on a queue, which returns what failed (TypeScript)",
    about:
      "A Lambda function that takes orders from an SQS queue, in TypeScript. It names the messages that failed, so that only they come back.",
    function: "worker",
    handler: "worker.ts",
    timeout: 30,
    trigger: "queue",
    byHand: "npx tsx functions/worker.ts < event.json",
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
