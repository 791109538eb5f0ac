# The adapter of Python: loads a module once and calls its function for each event. It behaves as AWS's
# runtime does under `aws`. (The protocol: docs/languages.md.)
import os
import sys
import time

requests = open(sys.argv[1], "rb")
replies = open(sys.argv[2], "wb", buffering=0)
convention, path, export, *arguments = sys.argv[3:]
own_process = os.getpid()
request_id = None


def reply(text, *parts):
    # A process that the function has forked is not the one that was asked.
    if os.getpid() != own_process:
        os._exit(1)
    data = memoryview(b"".join((text.encode(), b"\n", *parts)))
    while data:
        data = data[replies.write(data):]


def fail(id, kind, message, frames=()):
    texts = [kind, message, "".join(frame + "\0" for frame in frames)]
    parts = [text.encode("utf-8", "surrogatepass") for text in texts]
    reply("error %s %d %d %d" % (id, *map(len, parts)), *parts)


def fail_by(id, error):
    import traceback
    stack = traceback.extract_tb(error.__traceback__)
    while stack and (stack[0].filename == __file__ or stack[0].filename.startswith("<frozen importlib")):
        del stack[0]
    try:
        message = str(error)
    except Exception:
        message = "(the exception has no text)"
    # Of its four parts, as AWS's client has it: without the marks below a line.
    frames = [(frame.filename, frame.lineno, frame.name, frame.line) for frame in stack]
    fail(id, type(error).__name__, message, traceback.format_list(frames))


class Fault(Exception):
    """An error of AWS's runtime itself."""


# What AWS's runtime does with `logging`, done when it is first imported: that costs 10 ms.
class LoggingFinder:
    def find_spec(self, name, path=None, target=None):
        if name != "logging":
            return None
        sys.meta_path.remove(self)
        from importlib.util import find_spec
        spec = find_spec(name)
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            set_up(module)

        spec.loader.exec_module = exec_module
        return spec


def set_up(logging):
    json_format = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"

    class LambdaLoggerHandler(logging.Handler):
        def emit(self, record):
            text = self.format(record)
            # One record is one line, as the host writes its own.
            stream = sys.stderr if convention in ("stdio", "main") else sys.stdout
            stream.write(text.replace("\r\n", "\n").replace("\n", "\r") + "\n")

    class JsonFormatter(logging.Formatter):
        own = set(logging.makeLogRecord({}).__dict__) | {"aws_request_id", "message", "asctime", "taskName"}

        def format(self, record):
            level = min(50, max(0, record.levelno)) // 10 * 10
            error = record.exc_info
            fields = {
                "timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
                "level": logging.getLevelName(level),
                "message": record.getMessage(),
                "logger": record.name,
                "stackTrace": error and __import__("traceback").format_tb(error[2]),
                "errorType": error and error[0] and error[0].__name__,
                "errorMessage": error and str(error[1]),
                "requestId": request_id,
                "location": error and f"{record.pathname}:{record.funcName}:{record.lineno}",
            }
            fields.update((key, value) for key, value in record.__dict__.items() if key not in self.own and key not in fields)
            import json
            return json.dumps({key: value for key, value in fields.items() if value is not None}, ensure_ascii=False)

    logging.Formatter.converter = time.gmtime
    if json_format:
        formatter = JsonFormatter()
    else:
        formatter = logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S")
    handler = LambdaLoggerHandler()
    handler.setFormatter(formatter)

    def with_request(record):
        record.aws_request_id = request_id
        return True

    handler.addFilter(with_request)
    root = logging.getLogger()
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    level = {"TRACE": "DEBUG", "WARN": "WARNING", "FATAL": "CRITICAL"}.get(level, level)
    if isinstance(logging.getLevelName(level), int):
        root.setLevel(level)
    root.addHandler(handler)


class Record:
    def __init__(self, values=None):
        for name in self.__slots__:
            setattr(self, name, (values or {}).get(name))

    def __repr__(self):
        fields = ",".join(f"{name}={getattr(self, name)}" for name in self.__slots__)
        return f"{type(self).__name__}([{fields}])"


class CognitoIdentity(Record):
    __slots__ = ["cognito_identity_id", "cognito_identity_pool_id"]


class Client(Record):
    __slots__ = ["installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"]


class ClientContext(Record):
    __slots__ = ["custom", "env", "client"]


class LambdaContext:
    def __init__(self, headers):
        self.aws_request_id = request_id
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn") or None
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id") or None
        self.client_context = None
        client = parsed(headers, "lambda-runtime-client-context", "Client Context")
        if client is not None:
            self.client_context = ClientContext(client)
            if client.get("client") is not None:
                self.client_context.client = Client(client["client"])
        identity = parsed(headers, "lambda-runtime-cognito-identity", "Cognito Identity") or {}
        self.identity = CognitoIdentity({
            "cognito_identity_id": identity.get("cognitoIdentityId"),
            "cognito_identity_pool_id": identity.get("cognitoIdentityPoolId"),
        })
        self._epoch_deadline_time_in_ms = int(headers.get("lambda-runtime-deadline-ms") or 0)

    def get_remaining_time_in_millis(self):
        return max(0, self._epoch_deadline_time_in_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        names = ["aws_request_id", "log_group_name", "log_stream_name", "function_name", "memory_limit_in_mb",
                 "function_version", "invoked_function_arn", "client_context", "identity", "tenant_id"]
        fields = ",".join(f"{name}={getattr(self, name)}" for name in names)
        return f"LambdaContext([{fields}])"


def parsed(headers, name, title):
    text = headers.get(name)
    if not text:
        return None
    import json
    try:
        return json.loads(text)
    except Exception as error:
        raise Fault("Runtime.LambdaContextUnmarshalError", f"Unable to parse {title} JSON: {error}")


def parse_event(body):
    if not body:
        return None
    import json
    try:
        return json.loads(body)
    except Exception as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}")


scalars = {str, int, float, bool, type(None)}


def has_record(value):
    """Whether a namedtuple is in it, which json would make a list and AWS's client an object."""
    kind = type(value)
    if kind is dict:
        return any(type(item) not in scalars and has_record(item) for item in value.values())
    if kind is list or kind is tuple:
        return any(type(item) not in scalars and has_record(item) for item in value)
    if hasattr(value, "_asdict"):
        return True
    if isinstance(value, dict):
        return any(has_record(item) for item in value.values())
    return isinstance(value, (list, tuple)) and any(map(has_record, value))


def without_records(value):
    """Also without keys that are bytes."""
    if isinstance(value, list):
        return [without_records(item) for item in value]
    if callable(getattr(value, "_asdict", None)):
        value = value._asdict()
    if isinstance(value, dict):
        return {key.decode() if isinstance(key, bytes) else key: without_records(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [without_records(item) for item in value]
    return value


number_mark = "number:" + os.urandom(16).hex() + ":"


def encode_other(value):
    decimal = sys.modules.get("decimal")
    if decimal is not None and isinstance(value, decimal.Decimal):
        # json cannot be told to write a number's own digits: they are marked, and the quotes taken off.
        return float("nan") if value.is_nan() else number_mark + str(value)
    if isinstance(value, bytes):
        return value.decode()
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def to_json(value):
    import json
    try:
        try:
            if type(value) not in scalars and has_record(value):
                value = without_records(value)
        except RecursionError:
            pass  # json tells a circle from what is merely deep.
        try:
            text = dumps(json, value)
        except TypeError:
            text = dumps(json, without_records(value))
        if number_mark in text:
            import re
            text = re.sub(f'"{number_mark}([^"]*)"', r"\1", text)
        try:
            return text.encode()
        except UnicodeEncodeError:
            return json.dumps(json.loads(text)).encode()
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}")


# AWS's older runtimes write other characters than ASCII by their numbers.
only_ascii = os.environ.get("AWS_EXECUTION_ENV") in [f"AWS_Lambda_python3.{minor}" for minor in (9, 10, 11)]


def dumps(json, value):
    return json.dumps(value, ensure_ascii=only_ascii, default=encode_other)


def load():
    root = os.environ.get("LAMBDA_TASK_ROOT") or os.getcwd()
    version = "python%d.%d" % sys.version_info[:2]
    layers = ["/opt/python", *filter(None, os.environ.get("PYTHONPATH", "").split(":"))]
    sys.path[:1] = [root, *(place for layer in layers for place in (f"{layer}/lib/{version}/site-packages", layer))]
    sys.argv[:] = [path, *arguments]
    sys.meta_path.insert(0, LoggingFinder())
    stem = path[:-len(".py")]
    stem = stem[len(root):].strip("/") if stem.startswith(root.rstrip("/") + "/") else os.path.basename(stem)
    name = stem.removesuffix("/__init__").replace("/", ".")
    if name.split(".")[0] in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict", f"Cannot use built-in module {stem} as a handler module")
    # Not by its name: the file is known, and another of that name may be loaded already.
    from importlib.util import module_from_spec, spec_from_file_location
    spec = spec_from_file_location(name, path)
    module = module_from_spec(spec)
    try:
        before = sys.modules.get(name)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            if before is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = before
            raise
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{stem}': {error}{advice(error, root)}")
    except SyntaxError as error:
        frame = '  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text or "")
        raise Fault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{stem}': {error}", [frame])
    value = module
    for part in export.split("."):
        try:
            value = getattr(value, part)
        except AttributeError:
            raise Fault("Runtime.HandlerNotFound", f"Handler '{export}' missing on module '{stem}'. {defined(module)}")
    if not callable(value):
        raise Fault("Runtime.HandlerNotFound", f"Handler '{export}' of module '{stem}' is a {type(value).__name__}, not a function. {defined(module)}")
    return value


def advice(error, root):
    """What to do about a module that is not there; AWS's own words stand before it."""
    name = error.name if isinstance(error, ModuleNotFoundError) else None
    first, _, inner = (name or "").partition(".")
    if not first:
        return ""
    if inner:
        return built_for_another(name)
    if first in ("boto3", "botocore", "s3transfer", "jmespath"):
        return ". Lambda's own Python runtimes bring boto3; here it is missing: python3 -m pip install boto3, or put it into the function or a layer."
    for folder in {os.path.dirname(path), root}:
        if os.path.exists(os.path.join(folder, "requirements.txt")):
            return f". Install what {os.path.join(folder, 'requirements.txt')} lists (python3 -m pip install -r), or pack it with the function (-t {root}) or in a layer."
    return ". Install it (python3 -m pip install), or put it into the function or a layer."


def built_for_another(name):
    parent, _, last = name.rpartition(".")
    folders = getattr(sys.modules.get(parent), "__path__", ())
    found = [file for folder in folders for file in os.listdir(folder) if file.startswith(last + ".") and file.endswith(".so")]
    return f". There is {found[0]}, which is built for another Python or processor; this is {sys.implementation.cache_tag} on {os.uname().machine}." if found else ""


def defined(module):
    names = [name for name, value in vars(module).items() if callable(value) and getattr(value, "__module__", None) == module.__name__]
    return f"The file defines: {', '.join(names)}." if names else "The file defines no function."


def set_environment(lines):
    headers, files = {}, {}
    for line in lines:
        first = line[:1]
        if first == "<" or first == ">":
            files[first] = line[1:]
        elif first.islower():
            name, _, value = line.partition(": ")
            headers[name] = value
        else:
            name, equals, value = line.partition("=")
            if equals:
                os.environ[name] = value
            else:
                os.environ.pop(name, None)
    return headers, files


def put(file, flags, descriptor):
    opened = os.open(file, flags)
    os.dup2(opened, descriptor)
    os.close(opened)


def call_with_files(function, files):
    log = os.dup(1)
    put(files["<"], os.O_RDONLY, 0)
    # The end, then the start: only a seek that leaves the buffer empties it.
    sys.stdin.seek(0, 2)
    sys.stdin.seek(0)
    put(files[">"], os.O_WRONLY, 1)
    status = 0
    try:
        result = function(*(arguments if convention == "main" and takes_arguments(function) else []))
        if convention == "main" and isinstance(result, int) and not isinstance(result, bool):
            # As `sys.exit(main())` means it.
            status = result & 255
    finally:
        try:
            sys.stdout.flush()
        finally:
            os.dup2(log, 1)
            os.close(log)
            put(os.devnull, os.O_RDONLY, 0)
    return status


def takes_arguments(function):
    import inspect
    try:
        inspect.signature(function).bind(*arguments)
        return True
    except TypeError:
        return False


def answer(function, id, headers, files, body):
    if convention == "stdio" or convention == "main":
        try:
            status = call_with_files(function, files)
        except SystemExit as exit:
            if exit.code is not None and not isinstance(exit.code, int):
                print(exit.code, file=sys.stderr)
            status = 0 if exit.code is None else exit.code & 255 if isinstance(exit.code, int) else 1
        return reply("done %s %d" % (id, status))
    if convention == "string":
        result = function(body.decode("utf-8", "surrogateescape"), headers)
    elif convention == "json":
        result = function(parse_event(body), headers)
    else:
        result = function(parse_event(body), LambdaContext(headers))
    if isinstance(result, bytes if convention == "aws" else (bytes, bytearray, memoryview)):
        data = bytes(result)
    elif convention != "aws" and isinstance(result, str):
        data = result.encode("utf-8", "surrogateescape")
    else:
        data = to_json(result)
    sys.stdout.flush()
    reply("response %s %d" % (id, len(data)), data)


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # The function has closed it.


def serve():
    global request_id
    sys.stdout.reconfigure(line_buffering=True)
    if convention == "stdio" or convention == "main":
        put(os.devnull, os.O_RDONLY, 0)
        sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)
    try:
        function = load()
    except Fault as fault:
        flush()
        return fail("0", *fault.args)
    except Exception as error:
        flush()
        return fail_by("0", error)
    flush()
    reply("ready")
    while True:
        line = requests.readline()
        if not line:
            return
        _, id, head, length = line.decode().split()
        lines = requests.read(int(head)).decode("utf-8", "surrogateescape").split("\n")
        body = requests.read(int(length))
        headers, files = set_environment(filter(None, lines))
        request_id = headers.get("lambda-runtime-aws-request-id")
        try:
            answer(function, id, headers, files, body)
        except Fault as fault:
            flush()
            fail(id, *fault.args)
        except Exception as error:
            flush()
            fail_by(id, error)
            error = None


serve()
