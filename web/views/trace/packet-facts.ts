/** What the page needs to know of the dump while somebody describes a packet: small, whatever the dump's size. */
import { formatIp, formatNetwork } from '../../base/ip.ts';
import { nodeFacts } from '../../facts/node-facts.ts';
import type { Statement } from '../../model/statement.ts';
import type { PacketField } from '../../packet/form.ts';
import type { ViewContext } from '../context.ts';
import { arrives } from './build-trace.ts';
import { buildPresets, type Preset } from './presets.ts';

export interface PacketFacts {
  /** Names, and stems of wildcards with `*` behind them; at most 2,000. */
  readonly interfaces: readonly string[];
  /** The node's own addresses with what shows them. */
  readonly addresses: readonly { readonly address: string; readonly assumed: boolean; readonly why: string }[];
  readonly networks: readonly { readonly network: string; readonly use: string }[];
  readonly services: number;
  readonly presets: readonly Preset[];
  /** Fields beyond the usual ones that some rule tests: the form shows them. */
  readonly tested: readonly PacketField[];
}

const INTERFACES = 2000;

/** Cost: that of the facts, the first time; then linear in the statements. */
export function buildPacketFacts(context: ViewContext): PacketFacts {
  const facts = nodeFacts(context);
  return {
    interfaces: facts.interfaces.slice(0, INTERFACES).map(({ name, wildcard }) => (wildcard ? `${name}*` : name)),
    addresses: facts.addresses.map(({ address, assumed, source }) => ({
      address: formatIp(address),
      assumed,
      why: source.text,
    })),
    networks: facts.networks.map(({ network, use }) => ({ network: formatNetwork(network), use })),
    services: facts.services.length,
    presets: (['ip', 'ip6'] as const)
      .filter((family) =>
        context.analysis.ruleset.tables.some((table) => table.family === family || table.family === 'inet'),
      )
      .flatMap((family) => buildPresets(facts, family, (form) => arrives(context, form))),
    tested: testedFields(context),
  };
}

const FIELDS: ReadonlyMap<string, PacketField> = new Map([
  ['meta length', 'length'],
  ['ip length', 'length'],
  ['ip6 length', 'length'],
  ['ip ttl', 'ttl'],
  ['ip6 hoplimit', 'ttl'],
  ['ip dscp', 'dscp'],
  ['ip6 dscp', 'dscp'],
  ['meta skuid', 'uid'],
]);

function testedFields({ analysis }: ViewContext): readonly PacketField[] {
  const tested = new Set<PacketField>();
  const look = (statement: Statement): void => {
    if (statement.kind !== 'match') return;
    const { left } = statement;
    const field =
      left.kind === 'field' ? left : left.kind === 'bitwise' && left.left.kind === 'field' ? left.left : null;
    const name = field && FIELDS.get(field.name);
    if (name) tested.add(name);
  };
  for (const rule of analysis.ruleset.rules) for (const statement of rule.body) look(statement);
  return [...tested];
}
