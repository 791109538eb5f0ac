;; A function: it gets the event as text and the headers as an alist, and returns the response.

(defun shout (text headers)
  (declare (ignore headers))
  (string-upcase text))
