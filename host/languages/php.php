<?php
// The adapter of PHP: loads a file once and calls its function for each event.
// (The protocol: docs/languages.md.)

final class LambdaContext
{
    public ?string $awsRequestId;
    public ?string $invokedFunctionArn;
    public ?string $traceId;
    public ?string $tenantId;
    public int $deadlineMs;
    public $functionName;
    public $functionVersion;
    public $memoryLimitInMB;
    public $logGroupName;
    public $logStreamName;
    public $clientContext;
    public $identity;

    public function __construct(array $headers)
    {
        $this->awsRequestId = $headers['lambda-runtime-aws-request-id'] ?? null;
        $this->invokedFunctionArn = $headers['lambda-runtime-invoked-function-arn'] ?? null;
        $this->traceId = $headers['lambda-runtime-trace-id'] ?? null;
        $this->tenantId = $headers['lambda-runtime-aws-tenant-id'] ?? null;
        $this->deadlineMs = (int) ($headers['lambda-runtime-deadline-ms'] ?? 0);
        $this->functionName = getenv('AWS_LAMBDA_FUNCTION_NAME') ?: null;
        $this->functionVersion = getenv('AWS_LAMBDA_FUNCTION_VERSION') ?: null;
        $this->memoryLimitInMB = getenv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE') ?: null;
        $this->logGroupName = getenv('AWS_LAMBDA_LOG_GROUP_NAME') ?: null;
        $this->logStreamName = getenv('AWS_LAMBDA_LOG_STREAM_NAME') ?: null;
        $this->clientContext = json_decode($headers['lambda-runtime-client-context'] ?? '', true);
        $this->identity = json_decode($headers['lambda-runtime-cognito-identity'] ?? '', true);
    }

    public function getAwsRequestId(): string
    {
        return (string) $this->awsRequestId;
    }

    public function getInvokedFunctionArn(): string
    {
        return (string) $this->invokedFunctionArn;
    }

    public function getTraceId(): string
    {
        return (string) $this->traceId;
    }

    public function getRemainingTimeInMillis(): int
    {
        return max(0, $this->deadlineMs - (int) (microtime(true) * 1000));
    }
}

final class StdlambdaFault extends Exception
{
    public string $type;

    public function __construct(string $type, string $message)
    {
        parent::__construct($message);
        $this->type = $type;
    }
}

final class StdlambdaAdapter
{
    private $requests;
    private $replies;
    private string $convention;
    private array $arguments;
    private int $process;
    private $system = null;
    private ?int $log = null;

    public function __construct(string $source, string $sink, string $convention, array $arguments)
    {
        // "e": what the function starts does not inherit them.
        $this->requests = fopen($source, 're');
        $this->replies = fopen($sink, 'we');
        stream_set_write_buffer($this->replies, 0);
        $this->convention = $convention;
        $this->arguments = $arguments;
        $this->process = getmypid();
    }

    public function serve(string $path, string $export): void
    {
        try {
            $function = $this->load($path, $export);
        } catch (Throwable $error) {
            $this->fail('0', $error);
            return;
        }
        $this->reply('ready');
        while (($line = fgets($this->requests)) !== false) {
            [, $id, $head, $length] = explode(' ', rtrim($line));
            [$headers, $files] = $this->prepare(stream_get_contents($this->requests, (int) $head));
            $body = $length === '0' ? '' : stream_get_contents($this->requests, (int) $length);
            try {
                $this->answer($id, $function, $headers, $files, $body);
            } catch (Throwable $error) {
                $this->fail($id, $error);
            }
            unset($error, $headers, $files, $body);
        }
    }

    private function load(string $path, string $export)
    {
        $root = getenv('LAMBDA_TASK_ROOT') ?: getcwd();
        set_include_path($root . PATH_SEPARATOR . get_include_path());
        $GLOBALS['argv'] = $_SERVER['argv'] = [$path, ...$this->arguments];
        $GLOBALS['argc'] = $_SERVER['argc'] = count($GLOBALS['argv']);
        $functions = get_defined_functions()['user'];
        $returned = (static fn() => require $path)();
        $name = str_replace('.', '::', $export);
        if (is_callable($name) && (strpos($name, '::') !== false || $this->isOfUser($name))) {
            return $name;
        }
        if (is_array($returned) && is_callable($returned[$export] ?? null)) {
            return $returned[$export];
        }
        if ($this->convention !== 'main' && is_callable($returned)) {
            return $returned;
        }
        $defined = array_diff(get_defined_functions()['user'], $functions);
        $list = $defined === [] ? 'no function' : implode(', ', $defined);
        throw new StdlambdaFault('Runtime.HandlerNotFound', "$path neither returns a callable nor defines $export. It defines: $list");
    }

    private function isOfUser(string $name): bool
    {
        return in_array(strtolower($name), get_defined_functions()['user'], true);
    }

    private function prepare(string $head): array
    {
        $headers = [];
        $files = [];
        foreach (explode("\n", $head) as $line) {
            if ($line === '') {
                continue;
            }
            if ($line[0] === '<' || $line[0] === '>') {
                $files[$line[0]] = substr($line, 1);
            } elseif ($line[0] >= 'a' && $line[0] <= 'z') {
                [$name, $value] = explode(': ', $line, 2) + [1 => ''];
                $headers[$name] = $value;
            } else {
                putenv($line);
                [$name, $value] = explode('=', $line, 2) + [1 => null];
                if ($value === null) {
                    unset($_SERVER[$name], $_ENV[$name]);
                } else {
                    $_SERVER[$name] = $_ENV[$name] = $value;
                }
            }
        }
        return [$headers, $files];
    }

    private function answer(string $id, $function, array $headers, array $files, string $body): void
    {
        if ($this->convention === 'stdio' || $this->convention === 'main') {
            $this->open($files['<'], $files['>']);
            try {
                $function(...($this->convention === 'main' ? $this->arguments : []));
            } finally {
                while (ob_get_level() > 0) {
                    ob_end_flush();
                }
                $this->close();
            }
            $this->reply("done $id 0");
            return;
        }
        if ($this->convention === 'string') {
            $result = $function($body, $headers);
        } elseif ($this->convention === 'json') {
            $result = $function($this->parse($body), $headers);
        } else {
            $result = $function($this->parse($body), new LambdaContext($headers));
        }
        $flags = JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;
        $data = $this->convention !== 'aws' && is_string($result) ? $result : json_encode($result, $flags);
        $this->reply("response $id " . strlen($data), $data);
    }

    private function parse(string $body)
    {
        if ($body === '') {
            return null;
        }
        try {
            return json_decode($body, true, 512, JSON_THROW_ON_ERROR);
        } catch (JsonException $error) {
            throw new StdlambdaFault('Runtime.UnmarshalError', "The event is not valid JSON: {$error->getMessage()}");
        }
    }

    // PHP has no dup2 of its own. With FFI the constants STDIN and STDOUT mean the event's; without,
    // closing descriptors 0 and 1 gives the next files their numbers, and only php://stdin, php://output
    // and what the function starts have the event's.
    private function open(string $in, string $out): void
    {
        if ($this->system === null) {
            $this->system = class_exists('FFI') && ini_get('ffi.enable') !== '0'
                ? FFI::cdef('int dup(int); int dup2(int, int); int open(const char *, int); int close(int);')
                : false;
        }
        if ($this->system) {
            $this->log ??= $this->cloexec($this->system->dup(1));
            $this->put($in, 0, 0);
            $this->put($out, 1, 1);
            return;
        }
        foreach ([0, 1] as $descriptor) {
            $this->held[$descriptor] ??= [STDIN, STDOUT][$descriptor];
            fclose($this->held[$descriptor]);
            $this->held[$descriptor] = fopen([$in, $out][$descriptor], ['r', 'w'][$descriptor]);
        }
    }

    private array $held = [];

    private function close(): void
    {
        if (!$this->system) {
            foreach ([0, 1] as $descriptor) {
                fclose($this->held[$descriptor]);
                $this->held[$descriptor] = fopen(['/dev/null', 'php://stderr'][$descriptor], ['r', 'w'][$descriptor]);
            }
            return;
        }
        $this->system->dup2($this->log, 1);
        $this->put('/dev/null', 0, 0);
        // What the function has not read is nobody's.
        do {
            $rest = fread(STDIN, 65536);
        } while ($rest !== '' && $rest !== false);
    }

    private function put(string $file, int $flags, int $descriptor): void
    {
        $opened = $this->system->open($file, $flags);
        $this->system->dup2($opened, $descriptor);
        $this->system->close($opened);
    }

    private function cloexec(int $descriptor): int
    {
        FFI::cdef('int fcntl(int, int, int);')->fcntl($descriptor, 2, 1);
        return $descriptor;
    }

    private function fail(string $id, Throwable $error): void
    {
        if ($error instanceof StdlambdaFault) {
            $parts = [$error->type, $error->getMessage(), ''];
        } else {
            $frames = [];
            if ($error instanceof ParseError || $error instanceof CompileError) {
                $frames[] = "#0 {$error->getFile()}({$error->getLine()})";
            } else {
                foreach (explode("\n", $error->getTraceAsString()) as $frame) {
                    if (strpos($frame, __FILE__) !== false) {
                        break;
                    }
                    $frames[] = $frame;
                }
                array_unshift($frames, "thrown at {$error->getFile()}({$error->getLine()})");
            }
            $parts = [get_class($error), $error->getMessage(), implode("\n", $frames)];
        }
        $this->reply("error $id " . implode(' ', array_map('strlen', $parts)), ...$parts);
    }

    private function reply(string $line, string ...$parts): void
    {
        // A process that the function has forked is not the one that was asked.
        if (getmypid() !== $this->process) {
            exit(1);
        }
        fwrite($this->replies, "$line\n" . implode('', $parts));
    }
}

(static function (array $argv): void {
    // The first is this file: PHP would keep it open for what the function starts if it ran it itself.
    [, , $source, $sink, $convention, $path, $export] = $argv;
    $adapter = new StdlambdaAdapter($source, $sink, $convention, array_slice($argv, 7));
    $adapter->serve($path, $export);
})($argv);
