export interface Visitor {
  name: string;
  language: string;
}
