// A script may do nothing: it has succeeded, and its response is empty.
