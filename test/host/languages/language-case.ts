// What every language's tests need to know of it; its functions are in test/fixtures/languages/.

export interface LanguageCase {
  readonly name: string;
  /** The interpreters, any of which may be missing here. */
  readonly program: string;
  /** The file of its functions, and how it names them. */
  readonly file: string;
  readonly handlers: {
    /** Told by the event what to do. */
    readonly handler: string;
    /** `(text, headers)`. */
    readonly text: string;
    /** `()`, with stdin and stdout. */
    readonly plain: string;
  };
  /** Whether a counter of the module goes on from event to event. */
  readonly keepsState: boolean;
  /** Whether an exit ends the event alone, and its process goes on. */
  readonly keepsProcess?: true;
  /** False where text cannot hold bytes that are not UTF-8. */
  readonly keepsBytes?: false;
  /** Whether the event is parsed, so that one that is not JSON is an error. */
  readonly parses: boolean;
  /** The answer of `{"does":"log"}` and so on is JSON. */
  readonly answersJson: boolean;
  /** What `{"does":"fail"}` is reported as. */
  readonly failure: {
    readonly errorType: string;
    readonly errorMessage: RegExp;
    readonly frame: RegExp | undefined;
  };
  /** What happens when memory runs out. */
  readonly memory: RegExp;
  /** It takes all there is, unless it is given a limit. */
  readonly memoryNeedsLimit?: true;
  /** Files that cannot be loaded: source, and what is posted. */
  readonly broken: readonly {
    readonly what: string;
    readonly source: string;
    readonly errorType: RegExp;
    readonly errorMessage: RegExp;
  }[];
  /** The names that a missing export's error must list. */
  readonly listed: readonly string[];
}
