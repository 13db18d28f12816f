/** Which fields of a packet the rules of a chain, or of the chains below it, may change: those cannot be looked up once for many rules. */
import type { JumpGraph } from '../model/graph.ts';
import type { Chain, Rule, Ruleset } from '../model/ruleset.ts';

export interface WrittenFields {
  /** Something may be changed that is not told: a target or text that is not interpreted. */
  readonly unknown: boolean;
  readonly fields: ReadonlySet<string>;
}

/** Cost: linear in the rules of the chain and below. */
export function writtenBelow(ruleset: Ruleset, graph: JumpGraph, chain: Chain): WrittenFields {
  const fields = new Set<string>();
  let unknown = false;
  graph.visitFrom(chain.id, (id) => {
    for (const rule of (ruleset.chains[id] as Chain).rules) if (!addWritten(rule, fields)) unknown = true;
  });
  return { unknown, fields };
}

/** False: it may change anything. A translation changes the packet behind the hook only, and no rule of the chain runs after it. */
function addWritten(rule: Rule, fields: Set<string>): boolean {
  let known = true;
  for (const statement of rule.body) {
    switch (statement.kind) {
      case 'mangle': {
        const { name } = statement.target;
        if (name.startsWith('@')) known = false;
        fields.add(name.replace(/^(tcp|udp|udplite|sctp|dccp) ([sd]port)$/, 'th $2'));
        break;
      }
      case 'opaque':
        known = false;
        break;
      case 'xt':
        if (statement.role === 'target' && !HARMLESS.has(statement.name)) known = false;
        break;
      default:
        break;
    }
  }
  return known;
}

/** Targets that leave addresses, ports, protocol, interfaces and marks as they are. */
const HARMLESS: ReadonlySet<string> = new Set([
  'TRACE',
  'NFLOG',
  'ULOG',
  'LED',
  'AUDIT',
  'RATEEST',
  'IDLETIMER',
  'CHECKSUM',
]);
