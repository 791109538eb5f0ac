// The languages, each with what is its own; the tests are the same for all.
import type { LanguageCase } from "./language-case.ts";

const python: LanguageCase = {
  name: "Python",
  program: "python3",
  file: "python.py",
  handlers: { handler: "python.handler", text: "python.text", plain: "python.plain" },
  keepsState: true,
  parses: true,
  answersJson: true,
  failure: {
    errorType: "ValueError",
    errorMessage: /^it failed: é$/,
    frame: /^ {2}File ".*python\.py", line \d+, in handler\n {4}fail\(\)\n/,
  },
  memory: /^MemoryError$/,
  broken: [
    {
      what: "an exception",
      source: 'import os\nraise KeyError("no such table")\n',
      errorType: /^KeyError$/,
      errorMessage: /no such table/,
    },
    {
      what: "a syntax error",
      source: "def handler(event, context:\n",
      errorType: /^Runtime\.UserCodeSyntaxError$/,
      errorMessage: /^Syntax error in module 'broken': .*line 1/,
    },
    {
      what: "a module that is not there",
      source: "import boto17\n",
      errorType: /^Runtime\.ImportModuleError$/,
      errorMessage: /^Unable to import module 'broken': No module named 'boto17'$/,
    },
    {
      what: "an exit",
      source: "import os\nos._exit(5)\n",
      errorType: /^Function\.Exit5$/,
      errorMessage: /exit status 5/,
    },
  ],
  listed: ["handler", "main", "plain"],
};

export const languageCases: readonly LanguageCase[] = [python];
