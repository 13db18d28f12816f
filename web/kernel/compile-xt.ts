/**
 * iptables' extensions that the model keeps as text, as far as their readings (web/model/xt-reading.ts) tell. Kernel: the net/netfilter/xt_*.c of each.
 * Assumption: packets have no IPv6 extension headers, no IP options and no IPsec (packet.ts), so matches on these are false.
 */
import { assertNever } from '../base/assert.ts';
import type { Expression } from '../model/expression.ts';
import { field } from '../model/expression.ts';
import type { Xt } from '../model/statement.ts';
import type {
  ClusterReading,
  ConntrackReading,
  Condition as ReadCondition,
  RecentReading,
  RpfilterReading,
  SctpChunksReading,
  SetReading,
  XtReading,
} from '../model/xt-reading.ts';
import type { Instruction } from './action.ts';
import { ipsetCondition } from './compile-ipset.ts';
import { matchCondition } from './compile-match.ts';
import type { CompileContext } from './compile-term.ts';
import { all, any, type Condition, FALSE, facts, HAS_ENTRY, not, TRUE, test, unknown } from './condition.ts';
import { FACT } from './facts.ts';
import { CT_LABEL, CT_STATE, CT_STATUS, MARK, ORIGINAL, SCTP_CHUNK } from './fields.ts';
import { bits, constant, type Term } from './term.ts';
import { complementOf, numberRange, type ValueSet } from './value-set.ts';

type MatchReading = Exclude<
  XtReading,
  { kind: 'ct-target' | 'hmark' | 'set-map' | 'netmap' | 'prefix-translation' | 'bridge-target' }
>;

/** The text by which an extension is named where it cannot be decided. */
export function xtText({ role, name, options }: Xt): string {
  return `-${role === 'target' ? 'j' : 'm'} ${name}${options === '' ? '' : ` ${options}`}`;
}

/** What an extension's match does: mostly a condition alone. */
export function xtMatch(xt: Xt, context: CompileContext): Instruction[] {
  const match: Instruction = { kind: 'match', condition: xtCondition(xt, context) };
  const { reading } = xt;
  if (reading?.kind === 'connlabel') {
    const label: Term = { kind: 'variable', variable: CT_LABEL, needs: FACT.ENTRY };
    const value = bits('or', label, constant(1n << BigInt(reading.bit)));
    return [
      { kind: 'assign', variable: CT_LABEL, needs: FACT.ENTRY, value, optional: true, lenient: true },
      { kind: 'match', condition: reading.negated ? not(HAS_ENTRY) : HAS_ENTRY },
    ];
  }
  if (reading?.kind !== 'socket') return [match];
  const value: Term = { kind: 'unknown', text: `the mark of the socket (${xtText(xt)})`, needs: 0 };
  return [match, { kind: 'assign', variable: MARK, needs: 0, value, optional: true, lenient: true }];
}

/** The condition of an extension's match. */
function xtCondition(xt: Xt, context: CompileContext): Condition {
  // Kernel: net/ipv6/netfilter/ip6t_ah.c asks for the header.
  if (xt.name === 'ah' && context.table.family === 'ip6') return FALSE;
  if (xt.known) return TRUE;
  const { reading } = xt;
  return reading ? readCondition(reading as MatchReading, xt, context) : unknown(xtText(xt));
}

function readCondition(reading: MatchReading, xt: Xt, context: CompileContext): Condition {
  const open = (likely: boolean) => unknown(xtText(xt), { fresh: true, likely });
  switch (reading.kind) {
    case 'condition':
      return packetCondition(reading.condition, context);
    case 'conntrack':
      return conntrackCondition(reading, xt, context);
    case 'sctp-chunks':
      return all([facts(FACT.SCTP), chunkCondition(reading, xt)]);
    case 'routing-header':
    case 'header-options':
    case 'policy':
      return FALSE;
    case 'rpfilter':
      return reversePath(reading, context);
    case 'cluster':
      return clusterCondition(reading, xt);
    case 'set':
      return setCondition(reading, xt, context);
    case 'recent':
      return recentCondition(reading, xt);
    case 'hashlimit':
    case 'connlimit':
      return open(!reading.over);
    case 'nfacct':
      return unknown(xtText(xt), { likely: true });
    case 'socket':
      return unknown(xtText(xt), { program: true });
    case 'time':
    case 'u32':
    case 'bpf':
    case 'string':
    case 'osf':
    case 'ipvs':
      return unknown(xtText(xt));
    case 'connlabel':
      return TRUE;
    default:
      return assertNever(reading, 'reading');
  }
}

function packetCondition(condition: ReadCondition, context: CompileContext): Condition {
  switch (condition.kind) {
    case 'match':
      return matchCondition(condition, context);
    case 'all':
      return all(condition.of.map((part) => packetCondition(part, context)));
    case 'any':
      return any(condition.of.map((part) => packetCondition(part, context)));
    case 'not':
      return not(packetCondition(condition.of, context));
    default:
      return assertNever(condition, 'condition');
  }
}

/** Kernel: net/netfilter/xt_conntrack.c, conntrack_mt(). */
function conntrackCondition(reading: ConntrackReading, source: Xt, context: CompileContext): Condition {
  const some = complementOf(numberRange(0, 0), 32);
  const parts: Condition[] = [];
  if (reading.states !== 0) {
    parts.push(test({ variable: CT_STATE, needs: 0 }, reading.states, some, source));
  }
  if (reading.status !== 0) {
    parts.push(test({ variable: CT_STATUS, needs: FACT.ENTRY }, reading.status, some, source));
  }
  const state = reading.negated ? not(any(parts)) : any(parts);
  const rest = reading.rest.map((match) => matchCondition(match, context));
  return all([state, any([not(HAS_ENTRY), all([HAS_ENTRY, ...rest])])]);
}

/** Assumption: a packet has one chunk, whose flags nobody knows. Kernel: net/netfilter/xt_sctp.c, match_packet(). */
function chunkCondition({ how, negated, chunks }: SctpChunksReading, source: Xt): Condition {
  const asked = (condition: Condition) => (negated ? not(condition) : condition);
  if (chunks === 'all-types') return asked(how === 'all' ? FALSE : TRUE);
  const types = new Set(chunks.map(({ type }) => type));
  // All of several types are never in one chunk.
  if (how === 'all' && types.size > 1) return asked(FALSE);
  return asked(
    any(
      chunks.map(({ type, mask }) => {
        const is = test({ variable: SCTP_CHUNK, needs: FACT.SCTP }, null, numberRange(type, type), source);
        return mask === 0 ? is : all([is, unknown(`the flags of the chunk (${xtText(source)})`)]);
      }),
    ),
  );
}

/** Kernel: net/ipv4/netfilter/ipt_rpfilter.c: with --accept-local an address of the node's own is as good as one that leads back. */
function reversePath({ loose, validMark, invert }: RpfilterReading, context: CompileContext): Condition {
  const from = `fib saddr${validMark ? ' . mark' : ''}${loose ? '' : ' . iif'}`;
  const ask = (name: string, op: '==' | '!=', number: number) => {
    const right: Expression = { kind: 'value', value: number };
    return matchCondition({ kind: 'match', left: field(name), op, right }, context);
  };
  const fine = any([ask(`${from} oif`, '!=', 0), ask(`${from} type`, '==', LOCAL)]);
  return invert ? not(fine) : fine;
}

/** Kernel: RTN_LOCAL. */
const LOCAL = 2;

/** Kernel: net/netfilter/xt_cluster.c: an expected connection goes where its master went, which nobody knows. */
function clusterCondition({ negated, total, nodes, seed }: ClusterReading, source: Xt): Condition {
  const ranges: number[] = [];
  for (let node = 0; node < 32; node++) if ((nodes >>> node) & 1) ranges.push(node, node);
  const values: ValueSet = { kind: 'numbers', ranges };
  const mine = ([4, 6] as const).map((version): Condition => {
    const needs = FACT.ENTRY | (version === 4 ? FACT.IPV4 : FACT.IPV6);
    const variable = version === 4 ? ORIGINAL.saddr : ORIGINAL.saddr6;
    const of = [{ term: { kind: 'variable', variable, needs }, width: variable.width }] as const;
    return { kind: 'term', term: { kind: 'hash', of, seed, modulus: total, offset: 0 }, values, source };
  });
  const expected = all([facts(FACT.MASTER), unknown(xtText(source))]);
  const own = any([all([not(facts(FACT.MASTER)), any(mine)]), expected]);
  return all([HAS_ENTRY, negated ? not(own) : own]);
}

/** Counters of the moment are in no dump. */
function setCondition(reading: SetReading, source: Xt, context: CompileContext): Condition {
  const { set, directions, returnNomatch, counters, negated } = reading;
  const sources = directions.map((direction) => direction === 'src');
  const found = ipsetCondition(set, sources, context, source, { excepted: returnNomatch });
  const counted = counters.length === 0 ? found : all([found, unknown(`the counters of ${xtText(source)}`)]);
  return negated ? not(counted) : counted;
}

/** Kernel: net/netfilter/xt_recent.c: `--set` always matches; the others ask a list of the node. */
function recentCondition({ action, negated }: RecentReading, source: Xt): Condition {
  if (action === 'set') return negated ? FALSE : TRUE;
  return unknown(xtText(source), { likely: negated });
}
