;;; The adapter of Common Lisp, for SBCL: loads a file once and calls its function for each event.
;;; lisp.lisp loads it, compiled.
;;; (The protocol: docs/languages.md.)

(defpackage :aws-lambda-runtime
  (:use :cl)
  (:export #:*header-alist* #:*_handler* #:*aws-region* #:*aws-execution-env* #:*aws-lambda-function-name*
           #:*aws-lambda-function-memory-size* #:*aws-lambda-function-version* #:*aws-lambda-log-group-name*
           #:*aws-lambda-log-stream-name* #:*lambda-task-root*))

(defpackage :aws-lambda-function-util
  (:use :cl)
  (:export #:load-fasls-in-directory))

;; What scripts of Roswell call.
(defpackage :ros
  (:use :cl)
  (:export #:ensure-asdf #:quit #:opt #:*argv* #:include))

(defpackage :stdlambda
  (:use :cl))

(in-package :stdlambda)

(defvar aws-lambda-runtime:*header-alist* nil "The headers of the running event, as in the function's second argument.")

;; The environment of the function, as variables.
(do-external-symbols (symbol :aws-lambda-runtime)
  (unless (boundp symbol)
    (proclaim (list 'special symbol))
    (setf (symbol-value symbol) (sb-ext:posix-getenv (substitute #\_ #\- (string-trim "*" (symbol-name symbol)))))))

(defun aws-lambda-function-util:load-fasls-in-directory (path)
  (mapc #'load (sort (directory (make-pathname :name :wild :type "fasl" :defaults path)) #'string< :key #'namestring)))

(defvar ros:*argv* nil)
(defun ros:ensure-asdf () (require :asdf))
(defun ros:quit (&optional (status 0)) (sb-ext:exit :code status :abort t))
(defun ros:opt (name) (declare (ignore name)) nil)
(defun ros:include (&rest names) (declare (ignore names)) nil)

(defvar *requests*)
(defvar *replies*)
(defvar *convention*)
(defvar *arguments*)
(defvar *output* nil "What an event has printed and not yet given away.")

(define-condition fault (error)
  ((type :initarg :type :reader fault-type)
   (text :initarg :text :reader fault-text)))

(defun fault (type format &rest arguments)
  (error 'fault :type type :text (apply #'format nil format arguments)))

;;; Text. Bytes that are not UTF-8 are kept as U+DC80 to U+DCFF, as Python does.

(defun continuation-p (bytes index)
  (and (< index (length bytes)) (= (logand (aref bytes index) #xC0) #x80)))

(defun decode-byte-by-byte (bytes)
  (with-output-to-string (text)
    (loop with index = 0
          while (< index (length bytes))
          do (let* ((byte (aref bytes index))
                    (more (cond ((< byte #x80) 0) ((<= #xC2 byte #xDF) 1) ((<= #xE0 byte #xEF) 2) ((<= #xF0 byte #xF4) 3)))
                    (whole (and more (loop for each from 1 to more always (continuation-p bytes (+ index each)))))
                    (code (and whole
                               (loop with sum = (if (zerop more) byte (logand byte (ash #x3F (- more))))
                                     for each from 1 to more
                                     do (setf sum (logior (ash sum 6) (logand (aref bytes (+ index each)) #x3F)))
                                     finally (return sum)))))
               (cond ((and code (<= (aref #(0 #x80 #x800 #x10000) more) code #x10FFFF) (not (<= #xD800 code #xDFFF)))
                      (write-char (code-char code) text)
                      (incf index (1+ more)))
                     (t (write-char (code-char (+ #xDC00 byte)) text)
                        (incf index)))))))

(defun decode (bytes)
  (handler-case (sb-ext:octets-to-string bytes :external-format :utf-8)
    (error () (decode-byte-by-byte bytes))
    (:no-error (text)
      ;; Some releases replace what they cannot decode, and do not say so.
      (if (find #.(code-char #xFFFD) text) (decode-byte-by-byte bytes) text))))

(defun escaped-p (char)
  (<= #xDC80 (char-code char) #xDCFF))

(defun encode (text)
  (if (notany #'escaped-p text)
      (sb-ext:string-to-octets text :external-format :utf-8)
      (apply #'concatenate '(vector (unsigned-byte 8))
             (loop for start = 0 then end
                   while (< start (length text))
                   for escaped = (escaped-p (char text start))
                   for end = (or (position-if (lambda (char) (not (eq escaped (escaped-p char)))) text :start start) (length text))
                   collect (if escaped
                               (map 'vector (lambda (char) (- (char-code char) #xDC00)) (subseq text start end))
                               (sb-ext:string-to-octets text :start start :end end :external-format :utf-8))))))

;;; The two pipes.

(defun reply (line &rest parts)
  (finish-output *standard-output*)
  (finish-output *error-output*)
  (write-sequence (sb-ext:string-to-octets (format nil "~A~%" line) :external-format :utf-8) *replies*)
  (dolist (part parts) (write-sequence part *replies*))
  (finish-output *replies*))

(defun fail (id type text &optional (frames ""))
  (let ((parts (mapcar #'encode (list type text frames))))
    (apply #'reply (format nil "error ~A~{ ~D~}" id (mapcar #'length parts)) parts)))

(defun read-line-of-bytes ()
  (let ((line (loop for byte = (read-byte *requests* nil) until (or (null byte) (= byte 10)) collect (code-char byte))))
    (and line (coerce line 'string))))

(defun read-bytes (count)
  (let ((bytes (make-array count :element-type '(unsigned-byte 8))))
    (read-sequence bytes *requests*)
    bytes))

(defun split (text separator)
  (loop for start = 0 then (1+ end)
        for end = (position separator text :start start)
        collect (subseq text start end)
        while end))

;;; The event.

(defun set-variable (name value)
  (sb-alien:alien-funcall
   (sb-alien:extern-alien "setenv" (function sb-alien:int sb-alien:c-string sb-alien:c-string sb-alien:int)) name value 1))

(defun unset-variable (name)
  (sb-alien:alien-funcall (sb-alien:extern-alien "unsetenv" (function sb-alien:int sb-alien:c-string)) name))

(defun prepare (head)
  (let (headers input output)
    (dolist (line (split head #\Newline) (values (nreverse headers) input output))
      (unless (string= line "")
        (let ((first (char line 0)) (mark (position #\= line)))
          (cond ((char= first #\<) (setf input (subseq line 1)))
                ((char= first #\>) (setf output (subseq line 1)))
                ((lower-case-p first)
                 (let ((end (search ": " line)))
                   (push (cons (intern (string-upcase (subseq line 0 end)) :keyword) (subseq line (+ end 2))) headers)))
                (mark (set-variable (subseq line 0 mark) (subseq line (1+ mark))))
                (t (unset-variable line))))))))

;;; JSON, for the convention `json`: objects are alists with string keys, arrays are vectors.

(defun parse-json (text)
  (let ((at 0))
    (labels ((bad () (fault "Runtime.UnmarshalError" "The event is not valid JSON at character ~D." at))
             (peek () (if (< at (length text)) (char text at) (bad)))
             (skip () (loop while (and (< at (length text)) (find (char text at) '(#\Space #\Tab #\Newline #\Return))) do (incf at)))
             (take (char) (skip) (if (char= (peek) char) (incf at) (bad)))
             (hex () (prog1 (or (and (<= (+ at 4) (length text)) (ignore-errors (parse-integer text :start at :end (+ at 4) :radix 16))) (bad))
                       (incf at 4)))
             (text-value ()
               (take #\")
               (with-output-to-string (out)
                 (loop
                   (let ((char (peek)))
                     (incf at)
                     (cond ((char= char #\") (return))
                           ((char/= char #\\) (write-char char out))
                           (t (let ((code (peek)))
                                (incf at)
                                (if (char= code #\u)
                                    (let ((number (hex)))
                                      (when (and (<= #xD800 number #xDBFF) (eql (mismatch "\\u" text :start2 at) 2))
                                        (incf at 2)
                                        (setf number (+ #x10000 (ash (- number #xD800) 10) (- (hex) #xDC00))))
                                      (write-char (code-char number) out))
                                    (write-char (or (cdr (assoc code '((#\n . #\Newline) (#\t . #\Tab) (#\r . #\Return) (#\b . #\Backspace)
                                                                       (#\f . #\Page) (#\" . #\") (#\\ . #\\) (#\/ . #\/))))
                                                    (bad))
                                                out)))))))))
             (members (close read)
               (incf at)
               (skip)
               (if (char= (peek) close)
                   (progn (incf at) nil)
                   (loop collect (funcall read)
                         do (skip)
                         until (char= (peek) close)
                         do (take #\,)
                         finally (incf at))))
             (number-value ()
               (let* ((end (or (position-if-not (lambda (char) (find char "0123456789+-.eE")) text :start at) (length text)))
                      (number (let ((*read-default-float-format* 'double-float) (*read-eval* nil))
                                (and (< at end) (ignore-errors (read-from-string text t nil :start at :end end))))))
                 (unless (numberp number) (bad))
                 (setf at end)
                 number))
             (value ()
               (skip)
               (case (peek)
                 (#\" (text-value))
                 (#\{ (members #\} (lambda () (skip) (let ((name (text-value))) (take #\:) (cons name (value))))))
                 (#\[ (coerce (members #\] #'value) 'vector))
                 (t (loop for (word . result) in '(("true" . t) ("false" . :false) ("null" . nil))
                          when (eql (or (mismatch word text :start2 at) (length word)) (length word))
                            do (incf at (length word)) (return result)
                          finally (return (number-value)))))))
      (skip)
      (unless (= at (length text))
        (prog1 (value)
          (skip)
          (unless (= at (length text)) (bad)))))))

;;; The function.

(defun defined-in (package)
  (let (names)
    (do-symbols (symbol package (sort names #'string<))
      (when (and (fboundp symbol) (eq (symbol-package symbol) package))
        (push (string-downcase (symbol-name symbol)) names)))))

(defun find-function (path export before)
  (let* ((name (string-upcase (subseq export (let ((mark (search ":" export :from-end t))) (if mark (1+ mark) 0)))))
         (named (and (find #\: export) (find-package (string-upcase (subseq export 0 (position #\: export))))))
         (candidates (if (find #\: export)
                         (and named (list (find-symbol name named)))
                         (cons (find-symbol name :cl-user) (find-all-symbols name))))
         (symbol (find-if (lambda (symbol)
                            (and symbol (fboundp symbol) (not (eq (symbol-package symbol) (find-package :stdlambda)))))
                          candidates)))
    (or symbol
        (let ((packages (remove-if (lambda (package) (member package before)) (list-all-packages))))
          (fault "Runtime.HandlerNotFound" "~A does not define ~A. It defines: ~:[no function.~;~:*~{~A~^, ~}~]"
                 path export
                 (append (defined-in (find-package :cl-user))
                         (loop for package in packages
                               append (loop for each in (defined-in package)
                                            collect (format nil "~(~A~)::~A" (package-name package) each)))))))))

(defun launched-p (path)
  "Whether it is a script of cl-launch, which has ASDF and UIOP always there."
  (with-open-file (in path :external-format :latin-1)
    (let ((line (read-line in nil "")))
      (or (search "cl-launch" line) (search "/bin/cl " line)))))

(defun load-function (path export)
  (when (launched-p path) (require :asdf))
  (let ((before (list-all-packages)) (*package* (find-package :cl-user)) (*readtable* (copy-readtable)))
    ;; A first line for the kernel.
    (set-dispatch-macro-character #\# #\! (lambda (stream &rest rest) (declare (ignore rest)) (read-line stream) (values)))
    (setf sb-ext:*posix-argv* (list* "sbcl" *arguments*) ros:*argv* *arguments*)
    (handler-bind ((warning #'muffle-warning))
      (load path :external-format :utf-8))
    (find-function path export before)))

(defun call-main (symbol)
  (let* ((function (symbol-function symbol))
         (parameters (sb-kernel:%fun-lambda-list function)))
    ;; cl-launch gives the arguments as one list, Roswell one by one.
    (if (and (= (length parameters) 1) (not (member (first parameters) lambda-list-keywords)))
        (funcall function *arguments*)
        (apply function *arguments*))))

(defun move (opened descriptor)
  (sb-alien:alien-funcall (sb-alien:extern-alien "dup2" (function sb-alien:int sb-alien:int sb-alien:int)) opened descriptor)
  (sb-unix:unix-close opened))

(defun put (file flags descriptor)
  (multiple-value-bind (opened problem) (sb-unix:unix-open file flags 0)
    (unless opened (error "~A cannot be opened: ~A" file (sb-int:strerror problem)))
    (move opened descriptor)))

(defclass event-output (sb-gray:fundamental-character-output-stream)
  ((text :initform (make-string-output-stream) :reader event-text)
   (count :initform 0 :accessor event-count))
  (:documentation "What an event prints, on its way to descriptor 1: with bytes that are not UTF-8, and in bounded memory."))

(defun give-output ()
  "Writes what the event has printed where its descriptor 1 leads."
  (when *output*
    (let ((bytes (encode (get-output-stream-string (event-text *output*))))
          (out (sb-sys:make-fd-stream 1 :output t :buffering :full :element-type '(unsigned-byte 8))))
      (setf (event-count *output*) 0)
      (write-sequence bytes out)
      (finish-output out))))

(defmethod sb-gray:stream-write-string ((stream event-output) string &optional (start 0) end)
  (write-string string (event-text stream) :start start :end end)
  (when (> (incf (event-count stream) (- (or end (length string)) start)) 65536) (give-output))
  string)

(defmethod sb-gray:stream-write-char ((stream event-output) char)
  (write-char char (event-text stream))
  (when (> (incf (event-count stream)) 65536) (give-output))
  char)

(defmethod sb-gray:stream-line-column ((stream event-output)) nil)
(defmethod sb-gray:stream-finish-output ((stream event-output)) (give-output))
(defmethod sb-gray:stream-force-output ((stream event-output)) (give-output))

(defun call-with-files (function input output)
  (let ((log (sb-unix:unix-dup 1))
        (event (with-open-file (in input :element-type '(unsigned-byte 8))
                 (let ((bytes (make-array (file-length in) :element-type '(unsigned-byte 8))))
                   (read-sequence bytes in)
                   bytes))))
    (finish-output *standard-output*)
    (put input sb-unix:o_rdonly 0)
    (put output sb-unix:o_wronly 1)
    (unwind-protect
         (let* ((*output* (make-instance 'event-output))
                (*standard-input* (make-string-input-stream (decode event)))
                (*standard-output* *output*))
           (unwind-protect (funcall function)
             (give-output)))
      (move log 1)
      (put "/dev/null" sb-unix:o_rdonly 0))))

;; What the function starts writes behind what it has printed itself.
(sb-int:encapsulate 'sb-ext:run-program 'stdlambda
                    (lambda (function &rest arguments)
                      (give-output)
                      (apply function arguments)))

(defun answer (id symbol headers input output body)
  (let ((aws-lambda-runtime:*header-alist* headers))
    (cond ((equal *convention* "main")
           (call-with-files (lambda () (call-main symbol)) input output)
           (reply (format nil "done ~A 0" id)))
          ((equal *convention* "stdio")
           (call-with-files symbol input output)
           (reply (format nil "done ~A 0" id)))
          (t (let* ((event (if (equal *convention* "json") (parse-json (decode body)) (decode body)))
                    (result (funcall symbol event headers))
                    (bytes (encode (if (stringp result) result (prin1-to-string result)))))
               (reply (format nil "response ~A ~D" id (length bytes)) bytes))))))

(defun backtrace-of-function ()
  "The calls between the error and this file, the innermost first."
  (let ((*print-length* 8) (*print-level* 3) (*print-pretty* nil))
    (let (lines)
      (dolist (frame (sb-debug:list-backtrace :count 100))
        (let ((name (if (consp frame) (first frame) frame))
              (text (handler-case (remove #\Newline (prin1-to-string frame)) (error () ""))))
          (cond ((or (search "STDLAMBDA" text) (search "EVAL-TLF" text)) (when lines (return)))
                ((or (search "SB-KERNEL::%SIGNAL" text) (member name '(error signal cerror sb-debug:list-backtrace))))
                (t (push text lines)))))
      (format nil "~{~A~^~%~}" (nreverse lines)))))

(defun protected (id function)
  "Calls the function; an error becomes a reply. True when there was none."
  (block nil
    (handler-bind ((serious-condition
                     (lambda (condition)
                       (typecase condition
                         (fault (fail id (fault-type condition) (fault-text condition)))
                         (t (fail id (princ-to-string (let ((*package* (find-package :cl))) (type-of condition)))
                                  (handler-case (princ-to-string condition) (error () "(the condition has no text)"))
                                  (handler-case (backtrace-of-function) (error () "")))))
                       (return nil))))
      (funcall function)
      t)))

(defun serve (source sink convention path export &rest arguments)
  (setf *requests* (open source :element-type '(unsigned-byte 8))
        *replies* (open sink :element-type '(unsigned-byte 8) :direction :output :if-exists :append)
        *convention* convention
        *arguments* arguments
        sb-impl::*default-external-format* :utf-8
        *standard-output* (sb-sys:make-fd-stream 1 :output t :buffering :line :external-format :utf-8)
        *error-output* (sb-sys:make-fd-stream 2 :output t :buffering :line :external-format :utf-8)
        *standard-input* (sb-sys:make-fd-stream 0 :input t :external-format :utf-8))
  (let (symbol)
    (when (protected "0" (lambda () (setf symbol (load-function path export))))
      (reply "ready")
      (loop for line = (read-line-of-bytes)
            while line
            do (destructuring-bind (word id head length) (split line #\Space)
                 (declare (ignore word))
                 (let ((lines (decode (read-bytes (parse-integer head))))
                       (body (read-bytes (parse-integer length))))
                   (multiple-value-bind (headers input output) (prepare lines)
                     (protected id (lambda () (answer id symbol headers input output body))))))))))
