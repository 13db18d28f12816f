/** The canonical nft spelling of statements. Follows nftables' src/statement.c; see spell-expression.ts for expressions. */
import { assertNever } from '../base/assert.ts';
import type { Expression, Value } from './expression.ts';
import { type FieldType, fieldType, integerType } from './field-types.ts';
import {
  flagList,
  flagNames,
  scalarText,
  spellElement,
  spellExpression,
  spellTyped,
  spellVerdict,
  typesOf,
} from './spell-expression.ts';
import type { Duplicate, Limit, Log, Match, Nat, Quota, SetUpdate, Statement, Tproxy } from './statement.ts';

const PORT = fieldType('th dport');
const IFNAME = fieldType('meta iifname');
const ADDRESSES = { 32: fieldType('ip saddr'), 128: fieldType('ip6 saddr') } as const;

/** One statement as `nft list ruleset` prints it. An `xt` placeholder is printed as nft does; an opaque one as its text. */
export function spellStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'match':
      return matchText(statement);
    case 'counter':
      if (statement.name) return `counter name ${objectName(statement.name)}`;
      return statement.packets === null
        ? 'counter'
        : `counter packets ${statement.packets} bytes ${statement.bytes ?? 0}`;
    case 'comment':
      return `comment "${statement.text}"`;
    case 'verdict':
      return spellVerdict(statement.verdict);
    case 'vmap':
      return `${spellExpression(statement.key)} vmap ${spellExpression(statement.map, statement.key)}`;
    case 'mangle':
      return `${spellExpression(statement.target)} set ${mangleValue(statement.value, fieldType(statement.target.name))}`;
    case 'nat':
      return natText(statement);
    case 'reject':
      if (!statement.with) return 'reject';
      return `reject with ${statement.with}${statement.code === null ? '' : ` ${statement.code}`}`;
    case 'log':
      return logText(statement);
    case 'limit':
      return limitText(statement);
    case 'quota':
      return quotaText(statement);
    case 'connlimit':
      return `ct count ${statement.over ? 'over ' : ''}${statement.count}`;
    case 'notrack':
      return 'notrack';
    case 'tproxy':
      return `tproxy${statement.family ? ` ${statement.family}` : ''} to ${endpointText(statement, true)}`;
    case 'dup':
    case 'fwd':
      return duplicateText(statement);
    case 'synproxy':
      return statement.text === '' ? 'synproxy' : `synproxy ${statement.text}`;
    case 'flow':
      return `flow add @${statement.name}`;
    case 'object':
      return objectText(statement.type, statement.name);
    case 'set-update':
      return setUpdateText(statement);
    case 'xt':
      return statement.spelled ?? `xt ${statement.role} "${statement.name}"`;
    case 'opaque':
      return statement.text;
    default:
      return assertNever(statement, 'statement');
  }
}

function matchText(match: Match): string {
  const types = typesOf(match.left);
  const type = types[0];
  const left = spellExpression(match.left);
  if (match.op === 'any-bit' || match.op === 'no-bit') {
    const bits = match.right.kind === 'value' && type ? flagList(match.right, type) : spellTyped(match.right, types);
    return match.op === 'any-bit' ? `${left} ${bits}` : `${left} ! ${bits}`;
  }
  const existence = fibExistence(match);
  if (existence) return `${left} ${existence}`;
  const flags = type?.bitmask ? flagComparison(match, type) : null;
  if (flags) return flags;
  const right = rightText(match.right, type, types);
  if (match.op !== '==') return `${left} ${match.op} ${right}`;
  // nft reads flags without an operator as "any of them", also in a set of one.
  const exact = match.right.kind === 'value' || (match.right.kind === 'set' && match.right.elements.length === 1);
  const equals = match.left.kind === 'bitwise' || (type?.bitmask === true && types.length === 1 && exact);
  return equals ? `${left} == ${right}` : `${left} ${right}`;
}

/** A comparison with several bits is a number in a listing: `tcp flags == 0x12`. */
function rightText(right: Expression, type: FieldType | undefined, types: readonly FieldType[]): string {
  if (right.kind === 'value' && right.spelled === undefined && type?.bitmask && typeof right.value === 'number') {
    const names = flagNames(right.value, type);
    return names?.length === 1 ? (names[0] as string) : `0x${right.value.toString(16)}`;
  }
  return spellTyped(right, types);
}

/** `fib saddr . iif oif missing`: the route's interface is 0. */
function fibExistence(match: Match): string | null {
  if (match.left.kind !== 'field' || match.right.kind !== 'value' || match.right.value !== 0) return null;
  if (match.right.spelled !== undefined || !match.left.name.startsWith('fib ') || match.left.name.endsWith(' type'))
    return null;
  if (match.op === '==') return 'missing';
  return match.op === '!=' ? 'exists' : null;
}

/** `tcp flags syn / fin,syn,rst,ack` for `tcp flags & (fin|syn|rst|ack) == syn`. */
function flagComparison(match: Match, type: FieldType): string | null {
  const { left, right, op } = match;
  if (left.kind !== 'bitwise' || left.op !== 'and' || right.kind !== 'value' || left.right.kind !== 'value')
    return null;
  const mask = left.right;
  if (mask.spelled?.startsWith('(') || typeof mask.value !== 'number' || (op !== '==' && op !== '!=')) return null;
  const names = flagNames(mask.value, type);
  if (!names || names.length < 2) return null;
  return `${spellExpression(left.left)} ${op === '!=' ? '!= ' : ''}${flagList(right, type)} / ${flagList(mask, type)}`;
}

function mangleValue(value: Expression, type: FieldType): string {
  if (type.bitmask && value.kind === 'value') return flagList(value, type);
  return spellTyped(value, [type]);
}

/** A NAT address: its type follows from its width, IPv4 as a number and IPv6 as a bigint. */
function natAddress(address: Expression, brackets: boolean): string {
  switch (address.kind) {
    case 'value':
      if (typeof address.value === 'string') return address.spelled ?? address.value;
      return address.spelled ?? bracketed(address.value, brackets);
    case 'range':
      return `${natAddress({ kind: 'value', value: address.from }, brackets)}-${natAddress({ kind: 'value', value: address.to }, brackets)}`;
    case 'map':
      return mapText(address);
    default:
      return spellExpression(address);
  }
}

function bracketed(address: number | bigint, brackets: boolean): string {
  if (typeof address === 'number') return scalarText(address, ADDRESSES[32]);
  const text = scalarText(address, ADDRESSES[128]);
  return brackets ? `[${text}]` : text;
}

/** A map whose data are NAT addresses (and ports). */
function mapText(lookup: Extract<Expression, { kind: 'map' }>): string {
  if (lookup.map.kind === 'set-reference') return spellExpression(lookup);
  const key = typesOf(lookup.key);
  const elements = lookup.map.elements.map((element) => {
    const wide = element.data?.kind === 'concat' ? element.data.parts[0] : element.data;
    return spellElement(element, key, [addressType(wide), PORT]);
  });
  return `${spellExpression(lookup.key)} map { ${elements.join(', ')} }`;
}

function addressType(data: unknown): FieldType {
  const sample = data as { kind?: string; value?: unknown; from?: unknown } | undefined;
  const scalar = sample?.kind === 'range' ? sample.from : sample?.value;
  return typeof scalar === 'bigint' ? ADDRESSES[128] : ADDRESSES[32];
}

function portText(port: Expression): string {
  return spellTyped(port, [PORT]);
}

/** nft puts IPv6 addresses in brackets where a port follows; always in tproxy. */
function endpointText({ address, port }: Pick<Tproxy, 'address' | 'port'>, brackets: boolean): string {
  return `${address ? natAddress(address, brackets) : ''}${port ? `:${portText(port)}` : ''}`;
}

function natText(nat: Nat): string {
  let text: string = nat.type;
  if (nat.family) text += ` ${nat.family}`;
  if (nat.prefix) text += ' prefix';
  const endpoint = endpointText(nat, nat.port !== null);
  if (endpoint !== '') text += ` to ${endpoint}`;
  return nat.flags.length > 0 ? `${text} ${nat.flags.join(',')}` : text;
}

function logText(log: Log): string {
  let text = 'log';
  if (log.prefix !== null) text += ` prefix "${log.prefix}"`;
  if (log.group !== null) text += ` group ${log.group}`;
  for (const option of log.options) text += ` ${option}`;
  return text;
}

function limitText(limit: Limit): string {
  if (limit.name) return `limit name ${objectName(limit.name)}`;
  if (limit.spelled !== undefined) return limit.spelled;
  const rate = limit.bytes ? `${bytesText(limit.rate)}/${limit.per}` : `${limit.rate}/${limit.per}`;
  let text = `limit rate ${limit.over ? 'over ' : ''}${rate}`;
  if (limit.burst !== null) text += ` burst ${limit.bytes ? bytesText(limit.burst) : `${limit.burst} packets`}`;
  return text;
}

/** Kernel: nftables prints a byte count in the largest of bytes, kbytes, mbytes that divides it. */
export function bytesText(bytes: number): string {
  if (bytes !== 0 && bytes % 1_048_576 === 0) return `${bytes / 1_048_576} mbytes`;
  return bytes !== 0 && bytes % 1024 === 0 ? `${bytes / 1024} kbytes` : `${bytes} bytes`;
}

function quotaText(quota: Quota): string {
  if (quota.name) return `quota name ${objectName(quota.name)}`;
  if (quota.spelled !== undefined) return quota.spelled;
  const used = quota.used === null ? '' : ` used ${bytesText(quota.used)}`;
  return `quota ${quota.over ? 'over ' : ''}${bytesText(quota.bytes)}${used}`;
}

function duplicateText({ kind, family, address, device }: Duplicate): string {
  if (!address) return `${kind} to ${device ? spellTyped(device, [IFNAME]) : ''}`;
  const told = kind === 'fwd' ? ` ${family ?? (wideAddress(address) ? 'ip6' : 'ip')}` : '';
  const text = `${kind}${told} to ${natAddress(address, false)}`;
  return device ? `${text} device ${spellTyped(device, [IFNAME])}` : text;
}

function wideAddress(address: Expression): boolean {
  return address.kind === 'value' && typeof address.value === 'bigint';
}

/** Objects are named by strings, which nft quotes, also as a map's data. */
function objectName(name: Expression): string {
  if (name.kind === 'value') return (name as Value).spelled ?? `"${name.value}"`;
  return spellTyped(name, [IFNAME]);
}

function objectText(type: string, name: Expression): string {
  if (type === 'last') return name.kind === 'opaque-expression' && name.text !== '' ? `last ${name.text}` : 'last';
  if (type === 'reset') return `reset ${spellExpression(name)}`;
  if (type === 'secmark') return `meta secmark set ${objectName(name)}`;
  return `${type} ${type.startsWith('ct ') ? 'set' : 'name'} ${objectName(name)}`;
}

function setUpdateText(update: SetUpdate): string {
  const head =
    update.meter === undefined ? `${update.op} @${update.set.name}` : `meter ${update.set.name}${update.meter}`;
  const { data, ...bare } = update.element;
  let text = spellElement(bare);
  for (const statement of update.statements) text += ` ${spellStatement(statement)}`;
  if (data) text += spellElement({ key: { kind: 'opaque-expression', text: '' }, data }, [], [integerType(0)]);
  return `${head} { ${text} }`;
}
