/**
 * `-m set --match-set NAME src,dst`: a key in an ipset. Follows ipset(8) "SET TYPES" and the kernel's net/netfilter/ipset/ip_set_core.c (ip_set_test),
 * ip_set_getport.c, ip_set_hash_*.c, ip_set_bitmap_*.c, ip_set_list_set.c; golden case m8.
 */
import type { Expression } from '../model/expression.ts';
import { ipsetParts } from '../model/ipset.ts';
import type { NamedSet } from '../model/ruleset.ts';
import type { Statement } from '../model/statement.ts';
import { addressField, type CompileContext, familyFacts, fieldTerm, setOf, termOf } from './compile-term.ts';
import { all, any, type Condition, FALSE, facts, test } from './condition.ts';
import { FACT } from './facts.ts';
import {
  DPORT,
  ICMP_CODE,
  ICMP_TYPE,
  ICMPV6_CODE,
  ICMPV6_TYPE,
  IIF,
  L4PROTO,
  MARK,
  OIF,
  SPORT,
  type Variable,
} from './fields.ts';
import { netmaskOf } from './ipset-netmask.ts';
import type { LookupSet } from './lookup-set.ts';
import { bits, constant, type Term } from './term.ts';
import { complementOf, type NameSet, type NumberSet } from './value-set.ts';

/** One way to make a key: the parts, and when this way is taken. */
export interface IpsetKey {
  readonly when: Condition;
  readonly terms: readonly Term[];
}

/** ipset's members of one list are sets; deeper lists are refused by the kernel. */
const MAX_MEMBERS_DEPTH = 2;

export interface IpsetQuestion {
  /** How many lists the set is in. */
  readonly depth?: number;
  /** `--return-nomatch`: kernel: of types with networks, an element that is `nomatch` is found, and no other. */
  readonly excepted?: boolean;
}

/** Whether the packet's key is in the ipset. `negated` is the caller's: kernel: a key that cannot be made is not in the set, and `!` then matches. */
export function ipsetCondition(
  name: string,
  directions: readonly boolean[],
  context: CompileContext,
  source: Statement,
  { depth = 0, excepted = false }: IpsetQuestion = {},
): Condition {
  const set = context.setNamed(name, true);
  if (!set) return unlisted(name, directions, context, source);
  const type = set.key.types[0] ?? '';
  if (type.startsWith('list:')) {
    if (depth >= MAX_MEMBERS_DEPTH) return FALSE;
    return any(
      set.elements.map(({ key }) =>
        key.kind === 'set-reference'
          ? ipsetCondition(key.name, directions, context, source, { depth: depth + 1, excepted })
          : FALSE,
      ),
    );
  }
  const lookup = context.lookupOf(set);
  const wanted = excepted && lookup.order === 'longest' ? ({ excepted: true } as const) : {};
  return any(
    ipsetKeys(set, directions, context, source).map(({ when, terms }) =>
      all([when, { kind: 'lookup', key: terms, set: lookup, ...wanted, source }]),
    ),
  );
}

/** A set that no dump has: its type is not known, so the key is taken to be what the directions say of the addresses. */
function unlisted(name: string, directions: readonly boolean[], context: CompileContext, source: Statement): Condition {
  const set: LookupSet = setOf({ kind: 'set-reference', name, ipset: true }, context);
  const key = directions.map((src) => termOf(addressField(context.table.family, src ? 'saddr' : 'daddr'), context));
  return { kind: 'lookup', key: key.length === 0 ? [constant(0)] : key, set, source };
}

/**
 * The keys that a packet has for a set, with the directions of the match (`true`: source). Kernel: ip_set_test(): too few directions or the other family's
 * set: not in the set. More directions than parts are ignored.
 */
export function ipsetKeys(
  set: NamedSet,
  directions: readonly boolean[],
  context: CompileContext,
  source: Statement,
): IpsetKey[] {
  const type = set.key.types[0] ?? '';
  const parts = ipsetParts(type);
  if (directions.length < parts.length || !familyFits(set, context)) return [];
  let keys: IpsetKey[] = [{ when: facts(0), terms: [] }];
  parts.forEach((part, i) => {
    const ways = partWays(part, directions[i] as boolean, type, set, context, source);
    keys = keys.flatMap(({ when, terms }) =>
      ways.map((way) => ({ when: all([when, way.when]), terms: [...terms, ...way.terms] })),
    );
  });
  return keys;
}

function familyFits(set: NamedSet, { table }: CompileContext): boolean {
  const type = set.key.types[0] ?? '';
  if (type === 'bitmap:port' || type === 'hash:mac') return true;
  const v6 = set.options.includes('family inet6') || set.options.includes('family ipv6');
  return table.family === 'inet' || (table.family === 'ip6') === v6;
}

function always(...terms: Term[]): IpsetKey[] {
  return [{ when: facts(0), terms }];
}

function partWays(
  part: string,
  src: boolean,
  type: string,
  set: NamedSet,
  context: CompileContext,
  source: Statement,
): IpsetKey[] {
  switch (part) {
    case 'ip':
    case 'net': {
      const v6 = set.options.includes('family inet6');
      const address = termOf(addressField(v6 ? 'ip6' : 'ip', src ? 'saddr' : 'daddr'), context);
      return [{ when: facts(familyFacts(v6 ? 'ip6' : 'ip')), terms: [netmasked(address, set)] }];
    }
    case 'port':
      return portWays(src, type, source);
    case 'mac':
      return [{ when: facts(FACT.FRAME), terms: [fieldTerm(src ? 'ether saddr' : 'ether daddr', context)] }];
    case 'iface': {
      const device = src ? IIF : OIF;
      const term: Term = { kind: 'variable', variable: device, needs: 0 };
      return [{ when: named(device, source), terms: [term] }];
    }
    case 'mark': {
      const mark: Term = { kind: 'variable', variable: MARK, needs: 0 };
      const mask = Number(optionOf(set, 'markmask') ?? 0xffffffff);
      return always(mask === 0xffffffff ? mark : bits('and', mark, constant(mask)));
    }
    default:
      return [];
  }
}

/** Kernel: a hook without the interface has no key. */
function named(device: Variable, source: Statement): Condition {
  const empty: NameSet = { kind: 'names', exact: new Set(['']), stems: [], complement: true };
  return test({ variable: device, needs: 0 }, null, empty, source);
}

function optionOf(set: NamedSet, name: string): string | undefined {
  return set.options.find((option) => option.startsWith(`${name} `))?.slice(name.length + 1);
}

/** What is compared of the address. */
function netmasked(address: Term, set: NamedSet): Term {
  const mask = netmaskOf(set);
  return mask === null ? address : bits('and', address, constant(mask));
}

const PORTED: NumberSet = { kind: 'numbers', ranges: [6, 6, 17, 17, 132, 132, 136, 136] };
const OTHERS = complementOf({ kind: 'numbers', ranges: [1, 1, 6, 6, 17, 17, 58, 58, 132, 132, 136, 136] }, 8);
const PROTOCOL = { variable: L4PROTO, needs: FACT.IP };
const PROTOCOL_TERM: Term = { kind: 'variable', ...PROTOCOL };

/** Kernel: get_port(): ports of tcp, udp, udplite and sctp; ICMP's type and code; 0 for any other protocol. A bitmap of ports takes tcp and udp only. */
function portWays(src: boolean, type: string, source: Statement): IpsetKey[] {
  const port = variableTerm(src ? SPORT : DPORT, FACT.TRANSPORT);
  if (type === 'bitmap:port') return [{ when: any([facts(FACT.TCP), facts(FACT.UDP)]), terms: [port] }];
  const icmp = (kind: Variable, code: Variable, fact: number): IpsetKey => ({
    when: facts(fact),
    terms: [
      PROTOCOL_TERM,
      bits('or', { kind: 'shift', of: variableTerm(kind, fact), by: 8, width: 16 }, variableTerm(code, fact)),
    ],
  });
  return [
    { when: test(PROTOCOL, null, PORTED, source), terms: [PROTOCOL_TERM, port] },
    icmp(ICMP_TYPE, ICMP_CODE, FACT.ICMP),
    icmp(ICMPV6_TYPE, ICMPV6_CODE, FACT.ICMPV6),
    { when: test(PROTOCOL, null, OTHERS, source), terms: [PROTOCOL_TERM, constant(0)] },
  ];
}

function variableTerm(variable: Variable, needs: number): Term {
  return { kind: 'variable', variable, needs };
}

/** `src,dst` as booleans; null where a part of the key is no direction. */
export function directionsOf(key: Expression): boolean[] | null {
  const parts = key.kind === 'concat' ? key.parts : [key];
  const found: boolean[] = [];
  for (const part of parts) {
    if (part.kind !== 'field' || (part.name !== 'ipset src' && part.name !== 'ipset dst')) return null;
    found.push(part.name === 'ipset src');
  }
  return found;
}
