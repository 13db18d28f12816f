/**
 * What a table declares besides chains and rules, from nft's JSON: the types of sets, and named objects with the text that nft lists for them.
 * Follows obj_print and set_print_declaration of nftables' src/rule.c.
 */
import type { Expression } from '../../model/expression.ts';
import { dataType, type FieldType, fieldType } from '../../model/field-types.ts';
import type { Family, Hook } from '../../model/hook.ts';
import type { SetType } from '../../model/ruleset.ts';
import { bytesText, durationText, spellExpression, spellStatement, typesOfSet } from '../../model/spell.ts';
import { priorityText } from '../nft/print-blocks.ts';
import { expression, NO_TYPES } from './expressions.ts';
import { words } from './fields.ts';
import { type Json, JsonList, JsonObject } from './json.ts';
import { fail, integer, only, optionalInteger, text } from './parts.ts';
import { limit, stateStatement } from './state.ts';
import { synproxyParts } from './statements.ts';

/** `"ipv4_addr"`, `["ipv4_addr", "inet_service"]` or `{"typeof": ...}`. Throws NOT_READ. */
export function setType(json: Json | undefined): SetType {
  if (typeof json === 'string') return { types: json.split(' . ') };
  if (json instanceof JsonList) return { types: words(json) ?? fail() };
  const found = only(json ?? fail());
  if (found?.key !== 'typeof') return fail();
  const of = expression(found.body, NO_TYPES);
  return { types: typeNames(of), typeof: spellExpression(of) };
}

/** The data types behind a `typeof`: nft's names, or the field's own where its type is a plain integer. */
function typeNames(expression: Expression): string[] {
  switch (expression.kind) {
    case 'concat':
      return expression.parts.flatMap(typeNames);
    case 'field': {
      const { type } = fieldType(expression.name);
      return [dataType(type) && type !== 'integer' ? type : expression.name];
    }
    case 'bitwise':
      return typeNames(expression.left);
    case 'value':
      return [String(expression.value)];
    default:
      return ['integer'];
  }
}

/** The types of a map's data for its elements; verdicts have none. */
export function dataTypes(data: SetType): readonly FieldType[] {
  return data.types[0] === 'verdict' ? NO_TYPES : typesOfSet(data);
}

/** `policy memory`, `size 65536`, `timeout 5m`, ... in the listing's order. */
export function setOptions(body: JsonObject): string[] {
  const options: string[] = [];
  const policy = body.get('policy');
  if (typeof policy === 'string' && policy !== 'performance') options.push(`policy ${policy}`);
  const size = optionalInteger(body.get('size'));
  if (size !== null) options.push(`size ${size}`);
  const statements = body.get('stmt');
  const state = (statements instanceof JsonList ? statements.items : []).map((each) => {
    const found = only(each) ?? fail();
    return spellStatement(stateStatement(found.key, found.body) ?? fail());
  });
  if (state.length > 0) options.push(state.join(' '));
  const timeout = optionalInteger(body.get('timeout'));
  if (timeout !== null) options.push(`timeout ${durationText(timeout * 1000)}`);
  const interval = optionalInteger(body.get('gc-interval'));
  if (interval !== null) options.push(`gc-interval ${durationText(interval * 1000)}`);
  if (body.get('auto-merge') === true) options.push('auto-merge');
  return options;
}

/** The kinds of named objects that a table can hold. */
export const OBJECT_KINDS: ReadonlySet<string> = new Set([
  'counter',
  'quota',
  'limit',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'synproxy',
  'secmark',
  'flowtable',
  'tunnel',
]);

/** The lines between the object's braces in nft's listing. Throws NOT_READ. */
export function objectText(kind: string, body: JsonObject, family: Family): string {
  const comment = body.get('comment');
  const lines = objectLines(kind, body, family);
  if (typeof comment === 'string') lines.unshift(`comment "${comment}"`);
  return lines.filter((line) => line !== '').join('\n');
}

function objectLines(kind: string, body: JsonObject, family: Family): string[] {
  switch (kind) {
    case 'counter':
      return [`packets ${integer(body.get('packets'))} bytes ${integer(body.get('bytes'))}`];
    case 'quota':
      return [quotaText(body)];
    case 'limit':
      return [spellStatement(limit(body)).replace(/^limit /, '')];
    case 'synproxy':
      return synproxyParts(body);
    case 'secmark':
      return [`"${text(body, 'context')}"`];
    case 'ct helper':
      return [`type "${text(body, 'type')}" protocol ${text(body, 'protocol')}`, ...layer(body)];
    case 'ct timeout':
      return [`protocol ${text(body, 'protocol')}`, ...layer(body), policyText(body.get('policy'))];
    case 'ct expectation':
      return [
        `protocol ${text(body, 'protocol')}`,
        `dport ${integer(body.get('dport'))}`,
        `timeout ${durationText(integer(body.get('timeout')))}`,
        `size ${integer(body.get('size'))}`,
        ...layer(body),
      ];
    case 'flowtable':
      return flowtableLines(body, family);
    case 'tunnel':
      return tunnelLines(body);
    default:
      return fail();
  }
}

function layer(body: JsonObject): string[] {
  const protocol = body.get('l3proto');
  return typeof protocol === 'string' ? [`l3proto ${protocol}`] : [];
}

function quotaText(body: JsonObject): string {
  const used = optionalInteger(body.get('used')) ?? 0;
  const over = body.get('inv') === true ? 'over ' : '';
  return `${over}${bytesText(integer(body.get('bytes')))}${used === 0 ? '' : ` used ${bytesText(used)}`}`;
}

function policyText(policy: Json | undefined): string {
  if (!(policy instanceof JsonObject) || policy.keys.length === 0) return '';
  const states = policy.keys.map((state, i) => `${state} : ${integer(policy.values[i])}`);
  return `policy = { ${states.join(', ')} }`;
}

const TUNNEL_ENDS = new Map([
  ['src', 'saddr'],
  ['src-ipv4', 'saddr'],
  ['src-ipv6', 'saddr'],
  ['dst', 'daddr'],
  ['dst-ipv4', 'daddr'],
  ['dst-ipv6', 'daddr'],
]);

/** nft's text leaves out what is 0. */
function tunnelLines(body: JsonObject): string[] {
  const lines = [`id ${integer(body.get('id'))}`];
  for (const [i, key] of body.keys.entries()) {
    const end = TUNNEL_ENDS.get(key);
    const address = body.values[i];
    if (end !== undefined && typeof address === 'string')
      lines.push(`${address.includes(':') ? 'ip6' : 'ip'} ${end} ${address}`);
  }
  for (const key of ['sport', 'dport', 'tos', 'ttl']) {
    const number = optionalInteger(body.get(key)) ?? 0;
    if (number !== 0) lines.push(`${key} ${number}`);
  }
  const type = body.get('type');
  if (typeof type === 'string') lines.push(`${type} {`, ...tunnelOptions(body.get('tunnel')), '}');
  return lines;
}

const TUNNEL_OPTIONS = new Map([
  ['dir', 'direction'],
  ['hwid', 'id'],
]);

/** `gbp 200`, `version 1`, ..., or one line for each option of geneve. */
function tunnelOptions(json: Json | undefined): string[] {
  if (json instanceof JsonList) return json.items.map(geneveOption);
  if (!(json instanceof JsonObject)) return fail();
  return json.keys.map((key, i) => `${TUNNEL_OPTIONS.get(key) ?? key} ${String(json.values[i])}`);
}

function geneveOption(json: Json): string {
  if (!(json instanceof JsonObject)) return fail();
  const hex = (key: string): string => `0x${integer(json.get(key)).toString(16)}`;
  return `class ${hex('class')} opt-type ${hex('opt-type')} data "${text(json, 'data')}"`;
}

/** nft 1.0 has no counter and no flags in its JSON of a flowtable. */
function flowtableLines(body: JsonObject, family: Family): string[] {
  const hook = body.get('hook');
  const priority = optionalInteger(body.get('prio'));
  const devices = words(body.get('dev')) ?? [];
  const lines: string[] = [];
  if (typeof hook === 'string')
    lines.push(`hook ${hook} priority ${priorityText(family, hook as Hook, priority ?? 0)}`);
  if (devices.length > 0) lines.push(`devices = { ${devices.map((name) => `"${name}"`).join(', ')} }`);
  const flags = words(body.get('flags')) ?? [];
  if (flags.length > 0) lines.push(`flags ${flags.join(', ')}`);
  return lines;
}
