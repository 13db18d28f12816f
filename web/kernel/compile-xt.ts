/**
 * iptables' extensions that the model keeps as text, as far as their readings (web/model/xt-reading.ts) tell. Kernel: the net/netfilter/xt_*.c of each.
 */
import { assertNever } from '../base/assert.ts';
import type { Statement, Xt } from '../model/statement.ts';
import type { ConntrackReading } from '../model/xt-reading.ts';
import { matchCondition } from './compile-match.ts';
import type { CompileContext } from './compile-term.ts';
import { all, any, type Condition, FALSE, facts, HAS_ENTRY, not, TRUE, test, unknown } from './condition.ts';
import { FACT } from './facts.ts';
import { CT_STATE, CT_STATUS, TCP_MSS } from './fields.ts';
import { complementOf, numberRange } from './value-set.ts';

/** The text by which an extension is named where it cannot be decided. */
export function xtText({ role, name, options }: Xt): string {
  return `-${role === 'target' ? 'j' : 'm'} ${name}${options === '' ? '' : ` ${options}`}`;
}

/** The condition of an extension's match. */
export function xtCondition(xt: Xt, context: CompileContext): Condition {
  const own = ownCondition(xt, context);
  if (own) return own;
  if (xt.known) return TRUE;
  const { reading } = xt;
  if (!reading) return unknown(xtText(xt));
  switch (reading.kind) {
    case 'conntrack':
      return conntrackCondition(reading, xt, context);
    case 'recent':
      // Kernel: xt_recent.c: `--set` always matches; the others ask a list of the node.
      return reading.action === 'set'
        ? reading.negated
          ? not(TRUE)
          : TRUE
        : unknown(xtText(xt), { likely: reading.negated });
    case 'hashlimit':
      return unknown(xtText(xt), { fresh: true, likely: !reading.over });
    case 'connlimit':
      return unknown(xtText(xt), { fresh: true, likely: !reading.over });
    case 'socket':
    case 'ct-target':
      return unknown(xtText(xt));
    default:
      return assertNever(reading, 'reading');
  }
}

/** Extensions that no field of nft says exactly. */
function ownCondition({ name, options }: Xt, { table }: CompileContext): Condition | null {
  // Kernel: net/ipv6/netfilter/ip6t_ah.c asks for the header. Assumption: packets have none (packet.ts).
  if (name === 'ah' && table.family === 'ip6') return FALSE;
  // Kernel: net/netfilter/xt_tcpmss.c: inverted, it also matches without the option.
  const mss = name === 'tcpmss' ? /^! --mss (\d+)(?::(\d+))?$/.exec(options) : null;
  if (!mss) return null;
  const size = numberRange(Number(mss[1]), Number(mss[2] ?? mss[1]));
  return all([facts(FACT.TCP), not(test({ variable: TCP_MSS, needs: FACT.TCP }, null, size, MSS))]);
}

const MSS: Statement = { kind: 'opaque', text: 'tcp option maxseg size' };

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
