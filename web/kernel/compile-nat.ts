/** NAT statements as actions. Follows nft(8) "NAT STATEMENTS" and the kernel's net/netfilter/nft_nat.c, nft_masq.c, nft_redir.c, xt_nat.c, xt_NETMAP.c. */
import { type Expression, isVerdict, type SetElement } from '../model/expression.ts';
import { spellExpression } from '../model/spell.ts';
import type { Nat } from '../model/statement.ts';
import type { NatAction, NatAddress, NatPort, NatSource, NatTarget } from './action.ts';
import { type CompileContext, keyTerms, setOf, termOf } from './compile-term.ts';
import { expressionValues } from './lookup-set.ts';

type MapLookup = Extract<Expression, { kind: 'map' }>;

export function natAction(nat: Nat, context: CompileContext): NatAction {
  const { table } = context;
  return {
    kind: 'nat',
    type: nat.type,
    family: nat.family ?? (table.family === 'ip' || table.family === 'ip6' ? table.family : null),
    target: natSource(nat, context),
    prefix: nat.prefix ?? false,
    random: nat.flags.includes('random') || nat.flags.includes('fully-random'),
    persistent: nat.flags.includes('persistent'),
    source: nat,
  };
}

function natSource(nat: Nat, context: CompileContext): NatSource {
  const { address, port } = nat;
  if (address?.kind === 'map') {
    const rest: NatTarget = { address: null, port: port ? portOf(port) : null };
    return { ...mapSource(address, context), part: nat.concat ? 'both' : 'address', rest };
  }
  if (port?.kind === 'map') {
    const rest: NatTarget = { address: address ? addressOf(address, nat.prefix ?? false) : null, port: null };
    return { ...mapSource(port, context), part: 'port', rest };
  }
  const fixed: NatTarget = {
    address: address ? addressOf(address, nat.prefix ?? false) : null,
    port: port ? portOf(port, nat.portBase) : null,
  };
  if ((address && !fixed.address) || (port && !fixed.port)) return computed(nat, context);
  return { kind: 'fixed', target: fixed };
}

function mapSource(map: MapLookup, context: CompileContext) {
  return { kind: 'map', key: keyTerms(map.key, context), set: setOf(map.map, context) } as const;
}

/** `dnat to ip saddr : numgen inc mod 3 offset 8000`. */
function computed({ address, port }: Nat, context: CompileContext): NatSource {
  const terms = [address, port].map((part) => (part ? termOf(part, context) : null));
  const unread = terms.find((term) => term?.kind === 'unknown' || term?.kind === 'absent');
  if (unread) {
    const text = [address, port].map((part) => (part ? spellExpression(part) : '')).join(':');
    return { kind: 'unknown', text };
  }
  return { kind: 'terms', address: terms[0] ?? null, port: terms[1] ?? null };
}

/** A constant address or range; null for anything else. `byPrefix`: the host's bits stay. */
export function addressOf(expression: Expression, byPrefix: boolean): NatAddress | null {
  switch (expression.kind) {
    case 'value':
      return typeof expression.value === 'string'
        ? null
        : { kind: 'range', from: expression.value, to: expression.value };
    case 'range':
      return typeof expression.from === 'string' || typeof expression.to === 'string'
        ? null
        : { kind: 'range', from: expression.from, to: expression.to };
    case 'prefix': {
      const { address, length, width } = expression;
      if (byPrefix) return { kind: 'prefix', address, length, width };
      const range = expressionValues(expression);
      return range && range.kind !== 'names'
        ? { kind: 'range', from: range.ranges[0] as number, to: range.ranges[1] as number }
        : null;
    }
    default:
      return null;
  }
}

/** A constant port or range; null for anything else. `base`: of iptables' shifted ranges. */
export function portOf(expression: Expression, base?: number): NatPort | null {
  switch (expression.kind) {
    case 'value':
      return typeof expression.value === 'number'
        ? { kind: 'range', from: expression.value, to: expression.value }
        : null;
    case 'range':
      if (typeof expression.from !== 'number' || typeof expression.to !== 'number') return null;
      return base === undefined
        ? { kind: 'range', from: expression.from, to: expression.to }
        : { kind: 'shifted', from: expression.from, to: expression.to, base };
    default:
      return null;
  }
}

/** What an element of a NAT map maps to; null where its data are no constants. */
export function targetOfElement(
  { data }: SetElement,
  { part, rest }: Extract<NatSource, { kind: 'map' }>,
  byPrefix: boolean,
): NatTarget | null {
  if (!data || isVerdict(data)) return null;
  if (data.kind === 'concat') {
    const [first, second] = data.parts;
    const address = first ? addressOf(first, byPrefix) : null;
    const port = second ? portOf(second) : null;
    return address && (port || !second) ? { address, port: port ?? rest.port } : null;
  }
  if (part === 'port') {
    const port = portOf(data);
    return port && { address: rest.address, port };
  }
  const address = addressOf(data, byPrefix);
  return address && { address, port: rest.port };
}
