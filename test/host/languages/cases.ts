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
      errorMessage: /^Unable to import module 'broken': No module named 'boto17'\. Install it/,
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

const ruby: LanguageCase = {
  name: "Ruby",
  program: "ruby",
  file: "ruby.rb",
  handlers: { handler: "ruby.handler", text: "ruby.text", plain: "ruby.plain" },
  keepsState: true,
  parses: true,
  answersJson: true,
  failure: {
    errorType: "Function<ArgumentError>",
    errorMessage: /^it failed: é$/,
    frame: /ruby\.rb:\d+:in `handler'$/,
  },
  memory: /^Function<(NoMemoryError|ArgumentError)>$/,
  broken: [
    {
      what: "an exception",
      source: 'raise KeyError, "no such table"\n',
      errorType: /^Init<KeyError>$/,
      errorMessage: /^no such table$/,
    },
    {
      what: "a syntax error",
      source: "def handler(event:, context:\n",
      errorType: /^Init<SyntaxError>$/,
      errorMessage: /broken\.rb:\d+: syntax error/,
    },
    {
      what: "a file that is not there",
      source: 'require "no_such_gem"\n',
      errorType: /^Init<LoadError>$/,
      errorMessage: /cannot load such file -- no_such_gem/,
    },
    {
      what: "an exit",
      source: "exit 5\n",
      errorType: /^Function\.Exit5$/,
      errorMessage: /exit status 5/,
    },
  ],
  listed: ["handler", "main", "plain"],
};

const perl: LanguageCase = {
  name: "Perl",
  program: "perl",
  file: "perl.pl",
  handlers: { handler: "perl.handler", text: "perl.text", plain: "perl.plain" },
  keepsState: true,
  parses: true,
  answersJson: true,
  failure: {
    errorType: "Error",
    errorMessage: /^it failed: é at .*perl\.pl line \d+\.$/,
    frame: /^main::handler at .*perl\.pl line \d+$/,
  },
  // Perl gives up as a whole: "panic: memory wrap" or "Out of memory".
  memory: /^(Error|Function\.Exit1)$/,
  broken: [
    {
      what: "an exception",
      source: 'die "no such table";\n',
      errorType: /^Error$/,
      errorMessage: /^no such table at .*broken\.pl line 1\.$/,
    },
    {
      what: "a syntax error",
      source: "sub handler { my ( }\n",
      errorType: /^Error$/,
      errorMessage: /syntax error at .*broken\.pl line 1/,
    },
    {
      what: "a module that is not there",
      source: "use No::Such::Module;\n1;\n",
      errorType: /^Error$/,
      errorMessage: /^Can't locate No\/Such\/Module\.pm/,
    },
    {
      what: "an exit",
      source: "exit 5;\n",
      errorType: /^Function\.Exit5$/,
      errorMessage: /exit status 5/,
    },
  ],
  listed: ["handler", "main", "plain"],
};

const php: LanguageCase = {
  name: "PHP",
  program: "php",
  file: "php.php",
  handlers: { handler: "php.handler", text: "php.text", plain: "php.plain" },
  keepsState: true,
  parses: true,
  answersJson: true,
  failure: {
    errorType: "DomainException",
    errorMessage: /^it failed: é$/,
    frame: /^#0 .*php\.php\(\d+\): fails\(\)$/,
  },
  memory: /^(Fatal|Error|Function\.Exit255)$/,
  broken: [
    {
      what: "an exception",
      source: '<?php throw new OutOfBoundsException("no such table");\n',
      errorType: /^OutOfBoundsException$/,
      errorMessage: /^no such table$/,
    },
    {
      what: "a syntax error",
      source: "<?php function handler($event,\n",
      errorType: /^ParseError$/,
      errorMessage: /Unclosed/,
    },
    {
      what: "a class that is not there",
      source: "<?php new NoSuchClass();\n",
      errorType: /^Error$/,
      errorMessage: /^Class "NoSuchClass" not found$/,
    },
    {
      what: "an exit",
      source: "<?php exit(5);\n",
      errorType: /^Function\.Exit5$/,
      errorMessage: /exit status 5/,
    },
  ],
  listed: ["handler", "main", "plain"],
};

const shell = (name: string, program: string, file: string): LanguageCase => ({
  name,
  program,
  file,
  handlers: {
    handler: `${file.split(".")[0]}.handler`,
    text: `${file.split(".")[0]}.text`,
    plain: `${file.split(".")[0]}.plain`,
  },
  keepsState: false,
  parses: false,
  answersJson: false,
  failure: { errorType: "Function.Exit1", errorMessage: /^it failed: é$/, frame: undefined },
  // dash counts on an endless stack.
  memory: /^Function\.Exit(2|139)$/,
  memoryNeedsLimit: true,
  broken: [
    {
      what: "a command that fails",
      source: "set -e\necho no such table >&2\nfalse\n",
      errorType: /^Function\.Exit1$/,
      errorMessage: /^no such table$/,
    },
    {
      what: "a syntax error",
      source: "handler() { echo\n",
      errorType: /^(Runtime\.UserCodeSyntaxError|Function\.Exit2)$/,
      errorMessage: /[Ss]yntax error/,
    },
    {
      what: "an exit",
      source: "exit 5\n",
      errorType: /^Function\.Exit5$/,
      errorMessage: /exit status 5/,
    },
  ],
  listed: ["handler", "main", "plain"],
});

const lua: LanguageCase = {
  name: "Lua",
  program: "lua5.4",
  file: "lua.lua",
  handlers: { handler: "lua.handler", text: "lua.text", plain: "lua.plain" },
  keepsState: true,
  parses: false,
  answersJson: false,
  failure: {
    errorType: "Error",
    errorMessage: /lua\.lua:\d+: it failed: é$/,
    frame: /lua\.lua:\d+: in /,
  },
  memory: /^Error$/,
  broken: [
    {
      what: "an exception",
      source: 'error("no such table")\n',
      errorType: /^Error$/,
      errorMessage: /broken\.lua:1: no such table$/,
    },
    {
      what: "a syntax error",
      source: "local function handler(\n",
      errorType: /^Runtime\.UserCodeSyntaxError$/,
      errorMessage: /broken\.lua:\d+: /,
    },
    {
      what: "a module that is not there",
      source: 'require("no.such.module")\n',
      errorType: /^Error$/,
      errorMessage: /module 'no\.such\.module' not found/,
    },
    {
      what: "an exit",
      source: "os.exit(5)\n",
      errorType: /^Function\.Exit5$/,
      errorMessage: /exit status 5/,
    },
  ],
  listed: ["handler", "main", "plain"],
};

const lisp: LanguageCase = {
  name: "Common Lisp",
  program: "sbcl",
  file: "lisp.lisp",
  handlers: {
    handler: "lisp.lisp-tests::handler",
    text: "lisp.lisp-tests::text",
    plain: "lisp.lisp-tests::plain",
  },
  keepsState: true,
  parses: false,
  answersJson: false,
  failure: {
    errorType: "SIMPLE-ERROR",
    errorMessage: /^it failed: é$/,
    frame: /^\(LISP-TESTS::HANDLER /,
  },
  memory: /^(SB-KERNEL::HEAP-EXHAUSTED-ERROR|TYPE-ERROR|SIMPLE-TYPE-ERROR|SB-INT:.*|SIMPLE-ERROR)$/,
  broken: [
    {
      what: "an exception",
      source: '(error "no such table")\n',
      errorType: /ERROR/,
      errorMessage: /no such table/,
    },
    {
      what: "a syntax error",
      source: "(defun handler (text headers)\n",
      errorType: /END-OF-FILE|ERROR/,
      errorMessage: /end of file/,
    },
    {
      what: "a system that is not there",
      source: '(require "no-such-system")\n',
      errorType: /ERROR|EXTENSION-FAILURE/,
      errorMessage: /[Nn][Oo]-[Ss][Uu][Cc][Hh]-[Ss][Yy][Ss][Tt][Ee][Mm]/,
    },
    {
      what: "an exit",
      source: "(sb-ext:exit :code 5)\n",
      errorType: /^Function\.Exit5$/,
      errorMessage: /exit status 5/,
    },
  ],
  listed: ["handler", "main", "plain"],
};

const picolisp: LanguageCase = {
  name: "PicoLisp",
  program: "picolisp",
  file: "picolisp.l",
  handlers: { handler: "picolisp.handler", text: "picolisp.text", plain: "picolisp.plain" },
  keepsState: true,
  keepsProcess: true,
  keepsBytes: false,
  parses: true,
  answersJson: false,
  failure: { errorType: "Error", errorMessage: /^it failed: é$/, frame: undefined },
  memory: /^Function\.Exit1$/,
  memoryNeedsLimit: true,
  broken: [
    {
      what: "an exception",
      source: '(quit "no such table")\n',
      errorType: /^Error$/,
      errorMessage: /^no such table$/,
    },
    {
      what: "a file that is not there",
      source: '(load "no-such-file.l")\n',
      errorType: /^Error$/,
      errorMessage: /No such file/,
    },
    {
      what: "an exit",
      source: "(bye 5)\n",
      errorType: /^Function\.Exit5$/,
      errorMessage: /exit status 5/,
    },
  ],
  listed: ["handler", "main", "plain"],
};

export const languageCases: readonly LanguageCase[] = [
  python,
  ruby,
  perl,
  php,
  shell("bash", "bash", "shell.sh"),
  shell("dash", "dash", "dash.sh"),
  lua,
  lisp,
  picolisp,
];
