;;; Starts the adapter of Common Lisp from its compiled code, which is there three times sooner than its
;;; source. It lies beside this file, where whoever builds a layer or an image has put it (docs/languages.md);
;;; else it is compiled once for this machine.
(let* ((source (merge-pathnames "lisp-adapter.lisp" *load-truename*))
       (name (format nil "lisp-adapter-~A-~A" (lisp-implementation-version) (machine-type)))
       (beside (make-pathname :name name :type "fasl" :defaults source))
       (folder (format nil "~A/stdlambda-~D/" (string-right-trim "/" (or (sb-ext:posix-getenv "TMPDIR") "/tmp")) (sb-unix:unix-getuid)))
       (kept (make-pathname :name (format nil "~A-~D" name (file-write-date source)) :type "fasl" :defaults folder)))
  (cond ((probe-file beside) (load beside))
        (t (unless (probe-file kept)
             (let ((made (make-pathname :type (format nil "~D" (sb-unix:unix-getpid)) :defaults kept))
                   (*compile-verbose* nil) (*compile-print* nil) (*error-output* (make-broadcast-stream)))
               (sb-unix:unix-mkdir folder #o700)
               (with-compilation-unit (:policy '(optimize (debug 1) (compilation-speed 2)))
                 (compile-file source :output-file made))
               (rename-file made kept)))
           (load kept))))

;; SBCL has taken its own options away.
(apply (find-symbol "SERVE" "STDLAMBDA") (rest sb-ext:*posix-argv*))

;; Without a request to come there is nothing to read from a terminal either.
(sb-ext:exit :abort t)
