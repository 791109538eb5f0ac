// What the service stores of a function and of a layer. Records are values: a change makes a new
// one.
import type {
  AliasConfiguration,
  FunctionConfiguration,
  FunctionEventInvokeConfig,
  FunctionUrlConfig,
  LayerVersionsListItem,
} from "@aws-sdk/client-lambda";

/** Where the code of a version is: unpacked from a zip, or a folder that is served in place. */
export type Code =
  | {
      readonly kind: "zip";
      /** Base64, as CodeSha256. */
      readonly sha256: string;
      /** Bytes of the zip. */
      readonly size: number;
    }
  | {
      readonly kind: "directory";
      readonly root: string;
      /** Folders that become /opt, one over the other, beside the layers of the configuration. */
      readonly layers: readonly string[];
      /** Changes with every change of a file. */
      readonly revision: string;
    };

/**
 * A layer as a version of a function holds it: deleting the layer takes nothing from the function.
 */
export interface AttachedLayer {
  readonly arn: string;
  /** Base64, as CodeSha256: the key of `CodeStore`. */
  readonly sha256: string;
}

/** One version of a function; `$LATEST` is one too. */
export interface VersionRecord {
  /** As the API answers it, `Version` and the unqualified or qualified `FunctionArn` included. */
  readonly configuration: FunctionConfiguration;
  readonly code: Code;
  /** In the order of `configuration.Layers`; undefined: none came through the API. */
  readonly layers?: readonly AttachedLayer[];
}

export interface UrlRecord {
  /** An alias; undefined for the function itself. */
  readonly qualifier: string | undefined;
  readonly configuration: FunctionUrlConfig;
}

/** One statement of a resource policy, in IAM's own form. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: "*" | Readonly<Record<string, string>>;
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface PolicyRecord {
  /** A version or alias; undefined for the function itself. */
  readonly qualifier: string | undefined;
  readonly revisionId: string;
  readonly statements: readonly PolicyStatement[];
}

export interface EventInvokeRecord {
  /** `$LATEST`, a version or an alias. */
  readonly qualifier: string;
  /** `LastModified` in epoch seconds, so that the record is plain JSON. */
  readonly configuration: Omit<FunctionEventInvokeConfig, "LastModified"> & {
    readonly LastModified: number;
  };
}

export interface FunctionRecord {
  readonly name: string;
  /** `directory`: declared by a script or a configuration file, and served in place. */
  readonly origin: "api" | "directory";
  readonly latest: VersionRecord;
  /** Published versions, oldest first. */
  readonly versions: readonly VersionRecord[];
  /** The greatest number ever given to a version; numbers are not used twice. */
  readonly lastVersion: number;
  readonly aliases: readonly AliasConfiguration[];
  readonly urls: readonly UrlRecord[];
  readonly policies: readonly PolicyRecord[];
  readonly eventInvokeConfigs: readonly EventInvokeRecord[];
  /** Undefined: shares the account's unreserved concurrency. */
  readonly reservedConcurrency: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** A function that has been neither published nor shared. */
export function newFunctionRecord(
  created: Pick<FunctionRecord, "name" | "origin" | "latest"> & Partial<FunctionRecord>,
): FunctionRecord {
  return {
    versions: [],
    lastVersion: 0,
    aliases: [],
    urls: [],
    policies: [],
    eventInvokeConfigs: [],
    reservedConcurrency: undefined,
    tags: {},
    ...created,
  };
}

/** One version of a layer. */
export interface LayerVersionRecord extends LayerVersionsListItem {
  readonly Version: number;
  readonly LayerVersionArn: string;
  readonly sha256: string;
  readonly size: number;
}

export interface LayerRecord {
  readonly name: string;
  /** Oldest first. */
  readonly versions: readonly LayerVersionRecord[];
  readonly lastVersion: number;
}
