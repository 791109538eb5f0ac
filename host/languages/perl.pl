# The adapter of Perl: loads a file once and calls its sub for each event.
# (The protocol: docs/languages.md.)
package Stdlambda::Adapter;
use strict;
use warnings;
no warnings qw(void);

my ($source, $sink, $convention, $path, $export, @arguments) = @ARGV;
open(my $requests, '<:raw', $source) or die "$source: $!";
open(my $replies,  '>:raw', $sink)   or die "$sink: $!";
my $own_process = $$;
my $json;
my @frames;

sub json {
    # JSON::PP costs 20 ms, so it is loaded when an event needs it.
    return $json ||= do {
        require JSON::PP;
        JSON::PP->new->utf8->allow_nonref->canonical->allow_blessed->convert_blessed;
    };
}

sub reply {
    my $data = join '', @_;
    # A process that the function has forked is not the one that was asked.
    if ($$ != $own_process) { require POSIX; POSIX::_exit(1) }
    while (length $data) {
        my $written = syswrite $replies, $data;
        die "the host is gone: $!" unless defined $written;
        substr($data, 0, $written) = '';
    }
}

sub fail {
    my ($id, $type, $message, @stack) = @_;
    my @parts = ($type, $message, join "\n", @stack);
    utf8::is_utf8($_) and utf8::encode($_) for @parts;
    reply("error $id ", join(' ', map { length } @parts), "\n", @parts);
}

# Who called whom, up to this file; Perl tells it only while it dies.
sub remember {
    my @stack;
    for (my $level = 1; my ($package, $file, $line) = caller $level; $level++) {
        last if $file eq __FILE__;
        my $name = (caller $level + 1)[3] // 'main';
        push @stack, "$name at $file line $line";
        last if @stack == 100;
    }
    @frames = @stack;
}

sub fail_by {
    my ($id, $error) = @_;
    my $type = ref $error || 'Error';
    my $message = eval { "$error" } // '(the error has no text)';
    if (ref $error && eval { $error->can('message') }) { $message = eval { $error->message } // $message }
    $message =~ s/\n\z//;
    fail($id, $type, $message, @frames);
}

sub fault { die bless [@_], 'Stdlambda::Fault' }

sub subs_of {
    my ($package) = @_;
    no strict 'refs';
    return grep { defined &{"${package}::$_"} } sort keys %{"${package}::"};
}

sub load_function {
    my $root = $ENV{LAMBDA_TASK_ROOT} // '.';
    unshift @INC, $root, "$root/lib", "$root/local/lib/perl5", '/opt/lib/perl5', '/opt/perl5/lib';
    @ARGV = @arguments;
    my %before = map { $_ => 1 } subs_of('main');
    package main;
    my $done = do $path;
    package Stdlambda::Adapter;
    die $@ if $@;
    fault('Runtime.ImportModuleError', "$path cannot be read: $!") if !defined $done && $! && !-r $path;
    (my $name = $export) =~ s/\./::/g;
    $name = "main::$name" unless $name =~ /::/;
    no strict 'refs';
    return \&{$name} if defined &{$name} && $name !~ /^Stdlambda::/;
    my @defined = grep { !$before{$_} } subs_of('main');
    my $list = @defined ? join(', ', @defined) : 'no sub.';
    fault('Runtime.HandlerNotFound', "$path does not define the sub $export. It defines: $list");
}

sub prepare {
    my (%headers, %files);
    for my $line (split /\n/, $_[0]) {
        if ($line =~ /^([<>])(.*)/) { $files{$1} = $2 }
        elsif ($line =~ /^([a-z][^:]*): (.*)/) { $headers{$1} = $2 }
        elsif ($line =~ /^([^=]+)=(.*)/s) { $ENV{$1} = $2 }
        else { delete $ENV{$line} }
    }
    return (\%headers, \%files);
}

sub parse_event {
    my ($body) = @_;
    return undef if $body eq '';
    my $event = eval { json()->decode($body) };
    if (my $error = $@) {
        $error =~ s/ at \S+ line \d+\.?\n\z//;
        fault('Runtime.UnmarshalError', "The event is not valid JSON: $error");
    }
    return $event;
}

sub call {
    my ($function, @given) = @_;
    local $SIG{__DIE__} = \&remember;
    @frames = ();
    return scalar $function->(@given);
}

sub answer {
    my ($id, $function, $headers, $files, $body) = @_;
    if ($convention eq 'stdio' || $convention eq 'main') {
        open(my $log, '>&', \*STDOUT) or die $!;
        open(STDIN, '<', $files->{'<'}) or die "$files->{'<'}: $!";
        open(STDOUT, '>', $files->{'>'}) or die "$files->{'>'}: $!";
        STDOUT->autoflush(1);
        my $done = eval { call($function, $convention eq 'main' ? @arguments : ()); 1 };
        my $error = $@;
        STDOUT->flush;
        open(STDOUT, '>&', $log);
        STDOUT->autoflush(1);
        open(STDIN, '<', '/dev/null');
        die $error unless $done;
        return reply("done $id 0\n");
    }
    my $result;
    if ($convention eq 'string') {
        # Bytes that are not UTF-8 stay bytes.
        utf8::decode($body);
        $result = call($function, $body, $headers);
    }
    elsif ($convention eq 'json') { $result = call($function, parse_event($body), $headers) }
    else { $result = call($function, parse_event($body), context($headers)) }
    my $data;
    if ($convention ne 'aws' && defined $result && !ref $result) { $data = $result }
    else { $data = json()->encode($result) }
    utf8::encode($data) if utf8::is_utf8($data);
    reply("response $id ", length $data, "\n", $data);
}

sub context {
    my ($headers) = @_;
    my $parsed = sub { $headers->{$_[0]} ? json()->decode($headers->{$_[0]}) : undef };
    return bless {
        aws_request_id => $headers->{'lambda-runtime-aws-request-id'},
        invoked_function_arn => $headers->{'lambda-runtime-invoked-function-arn'},
        function_name => $ENV{AWS_LAMBDA_FUNCTION_NAME},
        function_version => $ENV{AWS_LAMBDA_FUNCTION_VERSION},
        memory_limit_in_mb => $ENV{AWS_LAMBDA_FUNCTION_MEMORY_SIZE},
        log_group_name => $ENV{AWS_LAMBDA_LOG_GROUP_NAME},
        log_stream_name => $ENV{AWS_LAMBDA_LOG_STREAM_NAME},
        deadline_ms => $headers->{'lambda-runtime-deadline-ms'},
        trace_id => $headers->{'lambda-runtime-trace-id'},
        tenant_id => $headers->{'lambda-runtime-aws-tenant-id'},
        client_context => $parsed->('lambda-runtime-client-context'),
        identity => $parsed->('lambda-runtime-cognito-identity'),
    }, 'Stdlambda::Context';
}

sub Stdlambda::Context::get_remaining_time_in_millis {
    require Time::HiRes;
    my $left = int(($_[0]{deadline_ms} // 0) - 1000 * Time::HiRes::time());
    return $left > 0 ? $left : 0;
}

sub report {
    my ($id, $error) = @_;
    if (ref $error eq 'Stdlambda::Fault') { fail($id, @$error) }
    else { fail_by($id, $error) }
}

sub serve {
    require IO::Handle;
    STDOUT->autoflush(1);
    open(STDIN, '<', '/dev/null');
    # Makes STDERR the handle read last: die would else add the line of a pipe to its message.
    tell STDERR;
    my $function;
    {
        local $SIG{__DIE__} = \&remember;
        $function = eval { load_function() };
    }
    return report(0, $@) unless $function;
    reply("ready\n");
    while (defined(my $line = readline $requests)) {
        my (undef, $id, $head, $length) = split ' ', $line;
        my ($lines, $body) = ('', '');
        read $requests, $lines, $head;
        read $requests, $body, $length if $length;
        tell STDERR;
        my ($headers, $files) = prepare($lines);
        eval { answer($id, $function, $headers, $files, $body); 1 } or report($id, $@);
    }
}

serve();
