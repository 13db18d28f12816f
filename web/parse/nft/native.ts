/**
 * A rule that was read from iptables-save as statements that `nft -f` loads, or the reason why there are none. Follows nftables' src/evaluate.c
 * (what it refuses) and iptables' xtables-translate. What can be said in nft only by several rules is not split up: it has no equivalent here.
 */
import { pushAll } from '../../base/lists.ts';
import { PROTOCOLS } from '../../model/constants.ts';
import { TRANSPORT_HEADERS } from '../../model/dependencies.ts';
import type { Expression } from '../../model/expression.ts';
import { fieldType, isIptablesField } from '../../model/field-types.ts';
import { finishedProxy } from '../../model/normal-rule.ts';
import type { Rule } from '../../model/ruleset.ts';
import type { Match, Statement } from '../../model/statement.ts';
import { eachExpressionOf } from '../../model/walk.ts';

export type Native =
  | { readonly kind: 'body'; readonly body: readonly Statement[] }
  | { readonly kind: 'none' /** What nft has no ...: a noun phrase. */; readonly missing: string };

/** nft keeps times in 32 bits of milliseconds. */
const LONGEST_TIME = 0xffffffff;

/** The rule's statements as they are where the listing is nft's own: a placeholder there is printed as nft printed it. Linear in the rule. */
export function nativeBody(rule: Rule): Native {
  if (rule.chain.table.listing === 'nft') return { kind: 'body', body: rule.body };
  const body: Statement[] = [];
  let protocol = false;
  for (const statement of finishedProxy(rule.body)) {
    if (statement.kind === 'match') protocol ||= tellsProtocol(statement);
    const missing = missingFor(statement) ?? (protocol ? null : missingProtocol(statement));
    if (missing !== null) return { kind: 'none', missing };
    const native = nativeStatement(statement);
    if (native) body.push(native);
  }
  return withConnectionLast(body);
}

/**
 * nft takes `ct protocol udp` for the packet's protocol from there on, and refuses `tcp dport` behind it: such comparisons go behind the others, as far
 * as no other statement is between them.
 */
function withConnectionLast(body: readonly Statement[]): Native {
  if (!body.some((each) => connectionProtocol(each) !== null)) return { kind: 'body', body };
  const ordered: Statement[] = [];
  let last: Statement[] = [];
  let asked: number | null = null;
  for (const statement of body) {
    const protocol = connectionProtocol(statement);
    if (protocol !== null) {
      last.push(statement);
      continue;
    }
    if (statement.kind !== 'match') {
      pushAll(ordered, last);
      asked = last.map(connectionProtocol).pop() ?? asked;
      last = [];
    }
    const header: number | null = asked === null ? null : comparedProtocol(statement);
    if (header !== null && header !== asked)
      return { kind: 'none', missing: 'way to tell the connection’s protocol from the packet’s here' };
    ordered.push(statement);
  }
  return { kind: 'body', body: [...ordered, ...last] };
}

function connectionProtocol(statement: Statement): number | null {
  if (statement.kind !== 'match' || statement.op !== '==' || statement.left.kind !== 'field') return null;
  const { left, right } = statement;
  if (!/^ct (?:original |reply )?protocol$/.test(left.name) || right.kind !== 'value') return null;
  return typeof right.value === 'number' ? right.value : null;
}

/** The number of the transport header of which the statement compares or writes a field. */
function comparedProtocol(statement: Statement): number | null {
  let found: number | null = null;
  eachExpressionOf(statement, (expression) => {
    const header = expression.kind === 'field' ? expression.name.slice(0, expression.name.indexOf(' ')) : '';
    if (TRANSPORT_HEADERS.has(header)) found ??= PROTOCOLS.byName.get(header) ?? null;
  });
  return found;
}

const PROTOCOL_FIELD = /^(?:meta l4proto|ip protocol|ip6 nexthdr|ct (?:original |reply )?protocol)$/;
const PORT_HEADER = /^(?:tcp|udp|udplite|sctp|dccp) /;

const WITH_PORTS: ReadonlySet<unknown> = new Set([6, 17, 33, 132, 136]);

function tellsProtocol({ left, op, right }: Match): boolean {
  if (op !== '==' || left.kind !== 'field') return false;
  return (
    PORT_HEADER.test(left.name) ||
    (PROTOCOL_FIELD.test(left.name) && right.kind === 'value' && WITH_PORTS.has(right.value))
  );
}

/** nft knows the type of `ct original proto-src` by the rule's protocol alone. */
function missingProtocol(statement: Statement): string | null {
  const ports =
    statement.kind === 'match' && compares(statement.left, (name) => /^ct \w+ proto-(?:src|dst)$/.test(name));
  return ports ? 'type for the ports of a connection of any protocol' : null;
}

function missingFor(statement: Statement): string | null {
  switch (statement.kind) {
    case 'xt':
      return statement.known && statement.role === 'match' && statement.name !== ''
        ? null
        : `equivalent of the iptables ${statement.role} ${statement.name}`;
    case 'opaque':
      return 'translation for this text';
    case 'set-update':
      return statement.set.ipset === true ? 'access to ipsets' : null;
    case 'match':
      return missingForMatch(statement);
    case 'mangle':
      if (statement.target.name.endsWith(' zone') && statement.value.kind !== 'value')
        return 'way to take the zone from the mark';
      if (statement.value.kind === 'sum') return 'way to count a field up or down';
      if (!/^(?:meta|ct) /.test(statement.target.name) && statement.value.kind === 'bitwise')
        return 'way to change single bits of a header';
      return hasVariableOperand(statement.value) ? 'bitwise operation on two fields at once' : null;
    case 'nat':
      return statement.portBase === undefined ? null : 'shifted port ranges';
    case 'log':
      return statement.prefix?.includes('"') ? 'way to write a quote in a prefix' : null;
    case 'tproxy':
      return statement.address || statement.port ? null : "proxy to the packet's own port";
    case 'synproxy':
      return /\becn\b/.test(statement.text) ? 'word for the ECN of SYNPROXY' : null;
    case 'quota':
      return statement.spelled === undefined ? null : `quota of ${statement.spelled} bytes`;
    default:
      return null;
  }
}

function missingForMatch({ left, right, op, orAbsent }: Match): string | null {
  if (right.kind === 'set-reference' && right.ipset === true) return 'access to ipsets';
  if (compares(left, isIptablesField)) return `name for what iptables compares here`;
  if (orAbsent) return 'match of packets without the field';
  if (left.kind === 'field' && right.kind === 'value' && right.value === 0 && (op === 'any-bit' || op === 'no-bit'))
    return 'test of no bits';
  if (isAnyName(right) && op === '!=') return 'match that no interface meets';
  if (isBeyond(left, right) && op !== '<') return 'match that is never true';
  if (left.kind === 'field' && left.name === 'ct expiration' && reaches(right, LONGEST_TIME))
    return 'time as long as that';
  // Kernel: the pairs of `--ports` overlap, which a set with intervals refuses (EEXIST).
  if (left.kind === 'concat' && right.kind === 'set' && right.elements.length > 2)
    return 'match of several ports in either direction';
  return null;
}

function compares(left: Expression, test: (name: string) => boolean): boolean {
  if (left.kind === 'field') return test(left.name);
  return left.kind === 'concat' ? left.parts.some((part) => compares(part, test)) : false;
}

function reaches(expression: Expression, limit: number): boolean {
  if (expression.kind === 'value') return Number(expression.value) > limit;
  return expression.kind === 'range' && Number(expression.to) > limit;
}

/** nft 1.0 evaluates `a & constant`, but `a ^ b` only with a constant b. */
function hasVariableOperand(expression: Expression): boolean {
  if (expression.kind !== 'bitwise') return false;
  return expression.right.kind !== 'value' || hasVariableOperand(expression.left);
}

/** `--probability 1`: always drawn. */
function isBeyond(left: Expression, right: Expression): boolean {
  return left.kind === 'numgen' && right.kind === 'value' && Number(right.value) >= left.modulus;
}

/** Ranges are cut to what the field can hold: iptables takes `--rt-segsleft 0:4294967295`. */
function withinField(match: Match): Match {
  const { left, right } = match;
  if (left.kind !== 'field' || right.kind !== 'range' || typeof right.to !== 'number') return match;
  const { width } = fieldType(left.name);
  const last = width > 0 && width < 32 ? 2 ** width - 1 : 0xffffffff;
  return right.to > last && Number(right.from) <= last ? { ...match, right: { ...right, to: last } } : match;
}

function isAnyName(expression: Expression): boolean {
  return expression.kind === 'wildcard' && expression.stem === '';
}

/** null: the statement says nothing (`-m tcp`, `-i +`, `--probability 1`), and nft has no words for that. */
function nativeStatement(statement: Statement): Statement | null {
  if (statement.kind === 'xt') return null;
  if (statement.kind !== 'match') return statement;
  if (isAnyName(statement.right) || isBeyond(statement.left, statement.right)) return null;
  // `--probability 0.5` is spelled as iptables does; nft compares the number.
  if (statement.left.kind === 'numgen' && statement.right.kind === 'value') {
    return { ...statement, right: { kind: 'value', value: statement.right.value } };
  }
  return withinField(inSet(statement));
}

/** nft takes a concatenation for a look-up only: `icmp type . icmp code != { 3 . 1 }`. */
function inSet(match: Match): Match {
  if (match.right.kind !== 'concat') return match;
  return { ...match, right: { kind: 'set', elements: [{ key: match.right }] } };
}
