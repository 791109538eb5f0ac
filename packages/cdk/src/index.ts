// What the package exports to a CDK app.
export { ScriptFunction, type ScriptFunctionProps } from "./script-function.ts";
export { StdlambdaLayer, type StdlambdaLayerProps } from "./stdlambda-layer.ts";
