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
    summary: "a script in Python",
    about: "A Lambda function that is a script in Python.",
    function: "hello",
    handler: "hello.py",
    timeout: 10,
    byHand: "functions/hello.py < event.json",
    expected: '{"greeting": "Hello, Ada!"}',
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
