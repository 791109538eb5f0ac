// What scripts of Roswell and functions with files beside them find in sbcl alone.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { temporaryFiles } from "../temporary-files.ts";

const skip = missingTool(["sbcl"]);

const roswell = (body: string) => `#!/bin/sh
#|-*- mode:lisp -*-|#
#|
exec ros -Q -- $0 "$@"
|#
(progn ;;init forms
  (ros:ensure-asdf))
(defpackage :ros.script.test.3723612865
  (:use :cl))
(in-package :ros.script.test.3723612865)
(defvar *count* 0)
${body}
;;; vim: set ft=lisp lisp:
`;

const root = temporaryFiles({
  "empty.ros": roswell("(defun main (&rest argv) (declare (ignorable argv)))"),
  "echo.ros": roswell(`(defun main (&rest argv)
  (declare (ignore argv))
  (handler-case (loop (write-char (read-char)))
    (end-of-file () (progn))))`),
  "hello.ros": roswell(`(defun main (&rest argv)
  (format t "Hello World! ~D~%argv=~S~%" (incf *count*) argv)
  (format t "~A~%" (cdr (assoc :lambda-runtime-aws-request-id aws-lambda-runtime:*header-alist*))))`),
  "launch.lisp": `#!/usr/bin/cl -E main
(defun main (argv) (format t "~S ~A~%" argv (read-line)))
`,
  "wrapped.lisp": `":" ; exec cl-launch -Q -- "$@"
(uiop:define-package :wrapped (:use :cl))
(in-package :wrapped)
(defun main (argv) (format t "~A ~A" (uiop:getenv "LAMBDA_RUNTIME_AWS_REQUEST_ID") argv))
`,
  "fasls/main.lisp": `(eval-when (:load-toplevel :execute)
  (aws-lambda-function-util:load-fasls-in-directory *load-pathname*))
(defun handler (text headers)
  (declare (ignore headers))
  (format nil "~A ~A" (part-of text) aws-lambda-runtime:*aws-lambda-function-name*))
`,
  "beside.lisp": `(load (merge-pathnames "part.fasl" *load-truename*))
(defun handler (text headers) (declare (ignore headers)) (part-of text))
`,
  "part.lisp": `(defun part-of (text) (list :part (length text) "q\\"" 1.5d0))
`,
  "whole.lisp": `(defun handler (text headers) (format nil "~A ~A" text (not (null (assoc :lambda-runtime-deadline-ms headers)))))
`,
  "system/bundled.asd": '(asdf:defsystem "bundled" :components ((:file "bundled")))',
  "system/bundled.lisp":
    '(defpackage :bundled (:use :cl) (:export #:name)) (in-package :bundled) (defun name () "from the system")',
  "asdf.lisp": `(require :asdf)
(asdf:initialize-output-translations '(:output-translations (t ("/tmp" "stdlambda-test-fasl")) :ignore-inherited-configuration))
(asdf:load-asd (merge-pathnames "system/bundled.asd" *load-truename*))
(asdf:load-system "bundled")
(defun handler (text headers) (declare (ignore text headers)) (uiop:symbol-call :bundled :name))
`,
  "parsed.lisp": `(defun handler (event headers) (declare (ignore headers))
  (list (cdr (assoc "a" event :test #'equal)) (cdr (assoc "l" event :test #'equal)) (cdr (assoc "f" event :test #'equal))))
`,
});

const run = async (handler: string, events: readonly (string | Buffer)[], env = {}) => {
  await using host = await startHost({ handler, root, env });
  const bodies = [];
  for (const event of events) bodies.push((await host.invoke(event)).body);
  return bodies;
};

describe("scripts of Roswell, without Roswell", { skip }, () => {
  it("have stdin and stdout, raw bytes and nothing included", async () => {
    const events = [
      "line\nanother é\n",
      "",
      Buffer.from([0x61, 0xff, 0xc3, 0x28, 0x0a]),
      "x".repeat(200_000),
    ];
    const bodies = await run("echo.ros", events);
    for (const [at, event] of events.entries())
      assert.ok(bodies[at]?.equals(Buffer.from(event)), String(at));
    assert.deepEqual((await run("empty.ros", ["{}"])).map(String), [""]);
  });

  it("are loaded once, and get the handler's arguments and the event's headers", async () => {
    await using host = await startHost({ handler: "script:hello.ros,a,b%20c", root });
    for (const count of [1, 2]) {
      const { body, requestId } = await host.invoke("{}");
      assert.equal(body.toString(), `Hello World! ${count}\nargv=("a" "b c")\n${requestId}\n`);
    }
  });
});

describe("scripts of cl-launch", { skip }, () => {
  const env = { STDLAMBDA_MODE: "main" };

  it("have a main that takes one list", async () => {
    const [body] = await run("script:launch.lisp,one,two", ["first\n"], env);
    assert.equal(String(body), '("one" "two") first\n');
  });

  it("have UIOP, and may begin as a shell script", async () => {
    await using host = await startHost({ handler: "wrapped.lisp", root, env });
    const { body, requestId } = await host.invoke("{}");
    assert.equal(body.toString(), `${requestId} NIL`);
  });
});

describe("functions of Common Lisp", { skip }, () => {
  const compile = (name: string) =>
    execFileSync(
      "sbcl",
      [
        "--noinform",
        "--non-interactive",
        "--no-userinit",
        "--eval",
        `(compile-file "${join(root, name)}")`,
      ],
      { stdio: "ignore" },
    );

  it("may load a .fasl beside them; what is not a string is printed with prin1", async () => {
    compile("part.lisp");
    assert.equal(String((await run("beside.handler", ["four"]))[0]), '(:PART 4 "q\\"" 1.5d0)');
  });

  it("may load all that lie beside them, and find the function's environment in variables", async () => {
    compile("part.lisp");
    cpSync(join(root, "part.fasl"), join(root, "fasls/part.fasl"));
    const [body] = await run("fasls/main.handler", ["four"]);
    assert.equal(String(body), '(PART 4 q" 1.5d0) test');
  });

  it("may be one big .fasl", async () => {
    compile("whole.lisp");
    assert.equal(String((await run("module:whole.fasl#handler", ["é"]))[0]), "é T");
  });

  it("may come with a system of ASDF", async () => {
    assert.equal(String((await run("asdf.handler", ["{}"]))[0]), "from the system");
  });

  it("get the event parsed under the convention `json`", async () => {
    const env = { STDLAMBDA_CONVENTION: "json" };
    const event = '{"a":"\\u00e9\\ud83d\\ude00","l":[1,{"b":true},null,-2.5e1],"f":false}';
    assert.equal(
      String((await run("parsed.handler", [event], env))[0]),
      '("é\u{1F600}" #(1 (("b" . T)) NIL -25.0d0) :FALSE)',
    );
    for (const bad of ["{", "[1,]", "nul", "1 2"]) {
      const { errorType } = JSON.parse(String((await run("parsed.handler", [bad], env))[0]));
      assert.equal(errorType, "Runtime.UnmarshalError", bad);
    }
  });
});
