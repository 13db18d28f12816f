/** Taking a JSON tree apart: what is not there, or is something else, throws NOT_READ. */
import { type Json, JsonObject } from './json.ts';

/** Thrown where JSON is no expression or statement that the model has. Never leaves this folder. */
export const NOT_READ = new Error('not read');

export function fail(): never {
  throw NOT_READ;
}

/** The one key of `{"key": ...}` and its value. An object of several keys is none of nft's expressions and statements. */
export function only(json: Json): { key: string; body: Json } | null {
  if (!(json instanceof JsonObject) || json.keys.length !== 1) return null;
  return { key: json.keys[0] as string, body: json.values[0] as Json };
}

/** The value of a key that must be there. */
export function required(body: JsonObject, key: string): Json {
  const found = body.get(key);
  return found === undefined ? fail() : found;
}

/** An integer; those beyond 2^53 lose their last digits, as everywhere in the model's counters. */
export function integer(json: Json | undefined): number {
  if (typeof json === 'bigint') return Number(json);
  return typeof json === 'number' && Number.isInteger(json) ? json : fail();
}

/** As `integer`, or null where there is none. */
export function optionalInteger(json: Json | undefined): number | null {
  return json === undefined || json === null ? null : integer(json);
}

/** A string that must be there. */
export function text(body: JsonObject, key: string): string {
  const found = body.get(key);
  return typeof found === 'string' ? found : fail();
}
