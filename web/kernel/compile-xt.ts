/**
 * iptables' extensions that the model keeps as text, as far as their readings (web/model/xt-reading.ts) tell. Kernel: the net/netfilter/xt_*.c of each.
 */
import { assertNever } from '../base/assert.ts';
import type { Xt } from '../model/statement.ts';
import type { ConntrackReading } from '../model/xt-reading.ts';
import { matchCondition } from './compile-match.ts';
import type { CompileContext } from './compile-term.ts';
import { all, any, type Condition, facts, HAS_ENTRY, not, TRUE, test, unknown } from './condition.ts';
import { FACT } from './facts.ts';
import { CT_STATE, CT_STATUS } from './fields.ts';
import { complementOf, numberRange } from './value-set.ts';

/** The text by which an extension is named where it cannot be decided. */
export function xtText({ role, name, options }: Xt): string {
  return `-${role === 'target' ? 'j' : 'm'} ${name}${options === '' ? '' : ` ${options}`}`;
}

/** The condition of an extension's match. */
export function xtCondition(xt: Xt, context: CompileContext): Condition {
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

/** Kernel: net/netfilter/xt_conntrack.c, conntrack_mt(). */
function conntrackCondition(reading: ConntrackReading, source: Xt, context: CompileContext): Condition {
  const some = (bits: number) => numberRangeOfBits(bits);
  const parts: Condition[] = [];
  if (reading.states !== 0) {
    parts.push(test({ variable: CT_STATE, needs: 0 }, reading.states, some(reading.states), source));
  }
  if (reading.status !== 0) {
    parts.push(test({ variable: CT_STATUS, needs: FACT.ENTRY }, reading.status, some(reading.status), source));
  }
  const state = reading.negated ? not(any(parts)) : any(parts);
  const rest = reading.rest.map((match) => matchCondition(match, context));
  return all([state, any([not(HAS_ENTRY), all([HAS_ENTRY, ...rest])])]);
}

function numberRangeOfBits(_bits: number) {
  return complementOf(numberRange(0, 0), 32);
}

/** No socket of the node's own: for extensions that ask for one. */
export const HAS_SOCKET = facts(FACT.SOCKET);
