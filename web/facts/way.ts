/**
 * What a packet has in common that comes to a rule over a chain of jumps: protocol, destination, ports, interface. Only what facts need;
 * conditions of other kinds (states, marks, sources, negations) narrow nothing here.
 */
import { type IpAddress, type IpFamily, ipAddress } from '../base/ip.ts';
import { ADDRESS_TYPES } from '../model/constants.ts';
import type { Expression } from '../model/expression.ts';
import type { Rule, Table } from '../model/ruleset.ts';
import type { Match } from '../model/statement.ts';
import { elementsOf } from './scan.ts';

export type PortRange = readonly [from: number, to: number];

export interface Way {
  readonly family: IpFamily | null;
  readonly protocol: number | null;
  readonly ports: readonly PortRange[] | null;
  /** Single addresses. */
  readonly destinations: readonly IpAddress[] | null;
  /** To an address of the node itself. */
  readonly local: boolean;
  readonly interfaces: readonly string[] | null;
}

export const ANY_WAY: Way = {
  family: null,
  protocol: null,
  ports: null,
  destinations: null,
  local: false,
  interfaces: null,
};

/** Sets of more elements than this do not narrow: they are lists of something else than a node's own addresses and ports. */
const MOST = 64;

const LOCAL = ADDRESS_TYPES.byName.get('local');
const PORT_PROTOCOL: ReadonlyMap<string, number | null> = new Map([
  ['tcp dport', 6],
  ['udp dport', 17],
  ['sctp dport', 132],
  ['dccp dport', 33],
  ['udplite dport', 136],
  ['th dport', null],
]);

export function startOf(table: Table): Way {
  return table.family === 'ip' || table.family === 'ip6' ? { ...ANY_WAY, family: table.family } : ANY_WAY;
}

/** The way behind the rule's matches. */
export function narrowByRule(way: Way, rule: Rule): Way {
  let narrowed = way;
  for (const statement of rule.body) {
    if (statement.kind === 'match') narrowed = narrowByMatch(narrowed, statement, rule.chain.table);
  }
  return narrowed;
}

/** The way behind an element of a map: `key` is what is looked up, `member` the element's. */
export function narrowByElement(way: Way, key: Expression, member: Expression): Way {
  const keys = key.kind === 'concat' ? key.parts : [key];
  const members = member.kind === 'concat' ? member.parts : [member];
  return keys.reduce((narrowed, part, at) => {
    const value = members[at];
    return part.kind === 'field' && value ? narrowByField(narrowed, part.name, [value]) : narrowed;
  }, way);
}

function narrowByMatch(way: Way, { left, op, right }: Match, table: Table): Way {
  if (left.kind !== 'field' || (op !== '==' && op !== 'any-bit')) return way;
  if (right.kind !== 'set' && right.kind !== 'set-reference') return narrowByField(way, left.name, [right]);
  const elements = right.kind === 'set-reference' && right.ipset ? [] : elementsOf(table, right);
  if (elements.length === 0 || elements.length > MOST) return way;
  return narrowByField(
    way,
    left.name,
    elements.map(({ key }) => key),
  );
}

/** The field is one of `values`. */
function narrowByField(way: Way, name: string, values: readonly Expression[]): Way {
  const protocol = PORT_PROTOCOL.get(name);
  if (protocol !== undefined) {
    const ports = values.map(portRange);
    const narrowed = protocol === null ? way : { ...way, protocol };
    return ports.every((range) => range !== null) ? { ...narrowed, ports } : narrowed;
  }
  switch (name) {
    case 'meta l4proto':
    case 'ip protocol':
    case 'ip6 nexthdr': {
      const [only] = values;
      return values.length === 1 && only?.kind === 'value' && typeof only.value === 'number'
        ? { ...way, protocol: only.value }
        : way;
    }
    case 'ip daddr':
    case 'ip6 daddr': {
      const family = name === 'ip daddr' ? 'ip' : 'ip6';
      const addresses = values.map(singleAddress);
      return addresses.every((address) => address !== null)
        ? { ...way, family, destinations: addresses }
        : { ...way, family };
    }
    case 'fib daddr type':
      return values.some((one) => one.kind === 'value' && one.value === LOCAL) ? { ...way, local: true } : way;
    case 'meta iifname':
    case 'meta iif': {
      const names = values.map((one) => (one.kind === 'value' && typeof one.value === 'string' ? one.value : null));
      return names.every((one) => one !== null) ? { ...way, interfaces: names } : way;
    }
    default:
      return way;
  }
}

function portRange(expression: Expression): PortRange | null {
  if (expression.kind === 'value' && typeof expression.value === 'number') return [expression.value, expression.value];
  if (expression.kind !== 'range') return null;
  const { from, to } = expression;
  return typeof from === 'number' && typeof to === 'number' ? [from, to] : null;
}

/** The address of a value that is one; null for prefixes, ranges, names. */
export function singleAddress(expression: Expression): IpAddress | null {
  return expression.kind === 'value' && typeof expression.value !== 'string' ? ipAddress(expression.value) : null;
}
